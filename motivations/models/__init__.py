from motivations.models.attachment import Attachment
from motivations.models.document import MotivationDocument
from motivations.models.draft import DraftSection
from motivations.models.event import MotivationEvent
from motivations.models.motivation import Motivation
from motivations.models.reason import ReasonTemplate
from motivations.models.search_key import SearchKey
from motivations.models.share import DraftShare
from motivations.models.supplement import (
    AgencyRequest,
    SupplementEvent,
    SupplementRequest,
    request_constraints,
)
from motivations.models.version import ClinicalText, MotivationVersion, PatientIdentity

__all__ = [
    "AgencyRequest",
    "Attachment",
    "ClinicalText",
    "DraftSection",
    "DraftShare",
    "Motivation",
    "MotivationDocument",
    "MotivationEvent",
    "MotivationVersion",
    "PatientIdentity",
    "ReasonTemplate",
    "SearchKey",
    "SupplementEvent",
    "SupplementRequest",
    "request_constraints",
]
