from decisions.models.assessment import Assessment, Note
from decisions.models.case import Case, CaseEvent
from decisions.models.correction import Correction
from decisions.models.decision import Decision
from decisions.models.letter import Letter, LetterEvent
from decisions.models.licence import Licence, LicenceEvent
from decisions.models.revocation import Revocation

__all__ = [
    "Assessment",
    "Case",
    "CaseEvent",
    "Correction",
    "Decision",
    "Letter",
    "LetterEvent",
    "Licence",
    "LicenceEvent",
    "Note",
    "Revocation",
]
