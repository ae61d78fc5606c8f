"""Forms of the agency's pages, by what is done."""

from decisions.forms.acts import ActForm
from decisions.forms.case import AssessmentForm, NoteForm
from decisions.forms.deciding import DecisionForm, SendBackForm
from decisions.forms.delay import DecisionRequestForm, DelayForm, RejectRequestForm
from decisions.forms.desk import AbsenceForm, AssignForm, SavedViewForm
from decisions.forms.queue import LetterFilter, PostedForm, QueueFilter
from decisions.forms.statistics import StatisticsForm
from decisions.forms.supplements import (
    InjunctionForm,
    PreviewCaseForm,
    QuestionTextForm,
    QuestionWordingForm,
    SupplementRequestForm,
)

__all__ = [
    "AbsenceForm",
    "ActForm",
    "AssessmentForm",
    "AssignForm",
    "DecisionForm",
    "DecisionRequestForm",
    "DelayForm",
    "InjunctionForm",
    "LetterFilter",
    "NoteForm",
    "PostedForm",
    "PreviewCaseForm",
    "QuestionTextForm",
    "QuestionWordingForm",
    "QueueFilter",
    "RejectRequestForm",
    "SavedViewForm",
    "SendBackForm",
    "StatisticsForm",
    "SupplementRequestForm",
]
