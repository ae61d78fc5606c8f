"""Forms of the agency's pages, by what is done."""

from decisions.forms.acts import ActForm
from decisions.forms.case import AssessmentForm, NoteForm, SupplementRequestForm
from decisions.forms.deciding import DecisionForm, SendBackForm
from decisions.forms.delay import DecisionRequestForm, DelayForm, RejectRequestForm
from decisions.forms.desk import AbsenceForm, AssignForm, SavedViewForm
from decisions.forms.queue import LetterFilter, PostedForm, QueueFilter
from decisions.forms.statistics import StatisticsForm

__all__ = [
    "AbsenceForm",
    "ActForm",
    "AssessmentForm",
    "AssignForm",
    "DecisionForm",
    "DecisionRequestForm",
    "DelayForm",
    "LetterFilter",
    "NoteForm",
    "PostedForm",
    "QueueFilter",
    "RejectRequestForm",
    "SavedViewForm",
    "SendBackForm",
    "StatisticsForm",
    "SupplementRequestForm",
]
