"""Forms of the agency's pages, by what is done."""

from decisions.forms.acts import ActForm
from decisions.forms.case import AssessmentForm, NoteForm
from decisions.forms.deciding import DecisionForm, SendBackForm
from decisions.forms.delay import DecisionRequestForm, DelayForm, RejectRequestForm
from decisions.forms.desk import AbsenceForm, AssignForm, SavedViewForm
from decisions.forms.letters import (
    BatchPostedForm,
    LetterTextForm,
    PreviewForm,
    PrintForm,
    ReprintForm,
    VerifyForm,
)
from decisions.forms.queue import LetterFilter, PostedForm, QueueFilter
from decisions.forms.review import (
    CommunicationAnswerForm,
    CommunicationForm,
    OpinionForm,
    PrecedentFilter,
    ReferralForm,
)
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
    "BatchPostedForm",
    "CommunicationAnswerForm",
    "CommunicationForm",
    "DecisionForm",
    "DecisionRequestForm",
    "DelayForm",
    "InjunctionForm",
    "LetterFilter",
    "LetterTextForm",
    "NoteForm",
    "OpinionForm",
    "PostedForm",
    "PrecedentFilter",
    "PreviewCaseForm",
    "PreviewForm",
    "PrintForm",
    "QuestionTextForm",
    "QuestionWordingForm",
    "QueueFilter",
    "ReferralForm",
    "RejectRequestForm",
    "ReprintForm",
    "SavedViewForm",
    "SendBackForm",
    "StatisticsForm",
    "SupplementRequestForm",
    "VerifyForm",
]
