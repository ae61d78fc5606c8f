from decisions.models.appeal import Appeal, AppealDocument, AppealEvent, AppealFile
from decisions.models.assessment import Assessment, Mention, Note
from decisions.models.case import Case, CaseEvent
from decisions.models.communication import Communication, CommunicationEvent
from decisions.models.correction import Correction
from decisions.models.counting import QueueCount
from decisions.models.decision import Decision
from decisions.models.delay import DecisionRequest, DelayNotice
from decisions.models.desk import Absence, BulkAct, SavedView
from decisions.models.disclosure import Disclosure
from decisions.models.fee import FeeEntry, InvoiceBasis
from decisions.models.injunction import Injunction
from decisions.models.letter import Letter, LetterEvent
from decisions.models.letter_text import LetterText
from decisions.models.licence import Licence, LicenceEvent
from decisions.models.precedent import Precedent, PrecedentWord
from decisions.models.printing import PrintBatch, PrintedLetter
from decisions.models.question_text import QuestionText, QuestionTextVersion
from decisions.models.referral import Referral, ReferralEvent
from decisions.models.revocation import Revocation
from decisions.models.statistics import (
    CaseFact,
    CountedProduct,
    PublishedYear,
    StatisticsCell,
    StatisticsState,
)

__all__ = [
    "Absence",
    "Appeal",
    "AppealDocument",
    "AppealEvent",
    "AppealFile",
    "Assessment",
    "BulkAct",
    "Case",
    "CaseEvent",
    "CaseFact",
    "Communication",
    "CommunicationEvent",
    "Correction",
    "CountedProduct",
    "Decision",
    "DecisionRequest",
    "DelayNotice",
    "Disclosure",
    "FeeEntry",
    "Injunction",
    "InvoiceBasis",
    "Letter",
    "LetterEvent",
    "LetterText",
    "Licence",
    "LicenceEvent",
    "Mention",
    "Note",
    "Precedent",
    "PrecedentWord",
    "PrintBatch",
    "PrintedLetter",
    "PublishedYear",
    "QuestionText",
    "QuestionTextVersion",
    "QueueCount",
    "Referral",
    "ReferralEvent",
    "Revocation",
    "SavedView",
    "StatisticsCell",
    "StatisticsState",
]
