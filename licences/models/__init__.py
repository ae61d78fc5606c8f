from licences.models.balance import LicenceBalance
from licences.models.dispensing import Dispensing
from licences.models.hit import LicenceHit
from licences.models.permission import DispensingPermission
from licences.models.recall import Recall, RecallNotice
from licences.models.safety import ActedLicence, SafetyAction

__all__ = [
    "ActedLicence",
    "Dispensing",
    "DispensingPermission",
    "LicenceBalance",
    "LicenceHit",
    "Recall",
    "RecallNotice",
    "SafetyAction",
]
