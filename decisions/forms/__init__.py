"""Forms of the agency's pages, by what is done."""

from decisions.forms.acts import ActForm
from decisions.forms.case import AssessmentForm, NoteForm, SupplementRequestForm
from decisions.forms.deciding import DecisionForm, SendBackForm
from decisions.forms.letters import (
    BatchPostedForm,
    LetterTextForm,
    PreviewForm,
    PrintForm,
    ReprintForm,
    VerifyForm,
)
from decisions.forms.queue import LetterFilter, PostedForm, QueueFilter

__all__ = [
    "ActForm",
    "AssessmentForm",
    "BatchPostedForm",
    "DecisionForm",
    "LetterFilter",
    "LetterTextForm",
    "NoteForm",
    "PostedForm",
    "PreviewForm",
    "PrintForm",
    "QueueFilter",
    "ReprintForm",
    "SendBackForm",
    "SupplementRequestForm",
    "VerifyForm",
]
