"""Forms of the agency's pages, by what is done."""

from decisions.forms.acts import ActForm
from decisions.forms.case import AssessmentForm, NoteForm, SupplementRequestForm
from decisions.forms.deciding import DecisionForm, SendBackForm
from decisions.forms.queue import LetterFilter, PostedForm, QueueFilter
from decisions.forms.review import (
    CommunicationAnswerForm,
    CommunicationForm,
    OpinionForm,
    PrecedentFilter,
    ReferralForm,
)

__all__ = [
    "ActForm",
    "AssessmentForm",
    "CommunicationAnswerForm",
    "CommunicationForm",
    "DecisionForm",
    "LetterFilter",
    "NoteForm",
    "OpinionForm",
    "PostedForm",
    "PrecedentFilter",
    "QueueFilter",
    "ReferralForm",
    "SendBackForm",
    "SupplementRequestForm",
]
