from licences.models.balance import LicenceBalance
from licences.models.dispensing import Dispensing
from licences.models.hit import LicenceHit
from licences.models.permission import DispensingPermission
from licences.models.recall import RecallNotice

__all__ = [
    "Dispensing",
    "DispensingPermission",
    "LicenceBalance",
    "LicenceHit",
    "RecallNotice",
]
