from decisions.models.assessment import Assessment, Note
from decisions.models.case import Case, CaseEvent
from decisions.models.decision import Decision
from decisions.models.letter import Letter, LetterEvent
from decisions.models.letter_text import LetterText
from decisions.models.licence import Licence
from decisions.models.printing import PrintBatch, PrintedLetter
from decisions.models.verification import VerificationTry

__all__ = [
    "Assessment",
    "Case",
    "CaseEvent",
    "Decision",
    "Letter",
    "LetterEvent",
    "LetterText",
    "Licence",
    "Note",
    "PrintBatch",
    "PrintedLetter",
    "VerificationTry",
]
