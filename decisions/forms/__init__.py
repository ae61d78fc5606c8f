"""Forms of the agency's pages, by what is done."""

from decisions.forms.acts import ActForm
from decisions.forms.case import AssessmentForm, NoteForm, SupplementRequestForm
from decisions.forms.deciding import DecisionForm, SendBackForm
from decisions.forms.queue import LetterFilter, PostedForm, QueueFilter
from decisions.forms.statistics import StatisticsForm

__all__ = [
    "ActForm",
    "AssessmentForm",
    "DecisionForm",
    "LetterFilter",
    "NoteForm",
    "PostedForm",
    "QueueFilter",
    "SendBackForm",
    "StatisticsForm",
    "SupplementRequestForm",
]
