"""Forms of the agency's pages, by what is done."""

from decisions.forms.acts import ActForm
from decisions.forms.case import AssessmentForm, NoteForm
from decisions.forms.deciding import DecisionForm, SendBackForm
from decisions.forms.queue import LetterFilter, PostedForm, QueueFilter
from decisions.forms.supplements import (
    InjunctionForm,
    PreviewCaseForm,
    QuestionTextForm,
    QuestionWordingForm,
    SupplementRequestForm,
)

__all__ = [
    "ActForm",
    "AssessmentForm",
    "DecisionForm",
    "InjunctionForm",
    "LetterFilter",
    "NoteForm",
    "PostedForm",
    "PreviewCaseForm",
    "QuestionTextForm",
    "QuestionWordingForm",
    "QueueFilter",
    "SendBackForm",
    "SupplementRequestForm",
]
