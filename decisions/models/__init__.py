from decisions.models.assessment import Assessment, Mention, Note
from decisions.models.case import Case, CaseEvent
from decisions.models.communication import Communication, CommunicationEvent
from decisions.models.decision import Decision
from decisions.models.letter import Letter, LetterEvent
from decisions.models.licence import Licence
from decisions.models.precedent import Precedent
from decisions.models.referral import Referral, ReferralEvent

__all__ = [
    "Assessment",
    "Case",
    "CaseEvent",
    "Communication",
    "CommunicationEvent",
    "Decision",
    "Letter",
    "LetterEvent",
    "Licence",
    "Mention",
    "Note",
    "Precedent",
    "Referral",
    "ReferralEvent",
]
