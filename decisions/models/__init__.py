from decisions.models.assessment import Assessment, Note
from decisions.models.case import Case, CaseEvent
from decisions.models.decision import Decision
from decisions.models.letter import Letter, LetterEvent
from decisions.models.licence import Licence
from decisions.models.statistics import (
    CaseFact,
    CountedProduct,
    PublishedYear,
    StatisticsCell,
    StatisticsState,
)

__all__ = [
    "Assessment",
    "Case",
    "CaseEvent",
    "CaseFact",
    "CountedProduct",
    "Decision",
    "Letter",
    "LetterEvent",
    "Licence",
    "Note",
    "PublishedYear",
    "StatisticsCell",
    "StatisticsState",
]
