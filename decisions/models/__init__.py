from decisions.models.assessment import Assessment, Note
from decisions.models.case import Case, CaseEvent
from decisions.models.decision import Decision
from decisions.models.injunction import Injunction
from decisions.models.letter import Letter, LetterEvent
from decisions.models.licence import Licence
from decisions.models.question_text import QuestionText, QuestionTextVersion

__all__ = [
    "Assessment",
    "Case",
    "CaseEvent",
    "Decision",
    "Injunction",
    "Letter",
    "LetterEvent",
    "Licence",
    "Note",
    "QuestionText",
    "QuestionTextVersion",
]
