"""Addresses of the agency's pages, below /arenden/, and of the pharmacy's decision."""

from django.urls import path

from applications.enums import WaitingFor
from decisions.views import (
    assessment,
    case,
    deciding,
    documents,
    injunction,
    letters,
    pharmacy,
    question_texts,
    queue,
    supplement,
)

app_name = "decisions"
urlpatterns = [
    path("", queue.QueueView.as_view(), name="queue"),
    path("ta-nasta/", queue.TakeNextView.as_view(), name="take_next"),
    path("<int:pk>/", case.CaseView.as_view(), name="case"),
    path("<int:pk>/ta/", case.TakeView.as_view(), name="take"),
    path("<int:pk>/lamna/", case.ReleaseView.as_view(), name="release"),
    path("<int:pk>/anteckning/", case.NoteView.as_view(), name="note"),
    path("<int:pk>/bedomning/", assessment.AssessView.as_view(), name="assess"),
    path(
        "<int:pk>/komplettering/",
        supplement.RequestSupplementView.as_view(),
        name="request_supplement",
    ),
    path(
        "<int:pk>/komplettering/avsluta/",
        supplement.CloseSupplementView.as_view(),
        name="close_supplement",
    ),
    path(
        "<int:pk>/komplettering/apoteket/",
        supplement.RequestSupplementView.as_view(to=WaitingFor.PHARMACY),
        name="request_from_pharmacy",
    ),
    path(
        "<int:pk>/komplettering/godta/",
        supplement.AcceptSupplementView.as_view(),
        name="accept_supplement",
    ),
    path("<int:pk>/komplettering/paminn/", supplement.RemindView.as_view(), name="remind"),
    path("<int:pk>/forelaggande/", injunction.InjunctionView.as_view(), name="injunction"),
    path("<int:pk>/forelaggande/avvisa/", injunction.GiveUpView.as_view(), name="give_up"),
    path("<int:pk>/besluta/", deciding.DecideView.as_view(), name="decide"),
    path("<int:pk>/besluta/forhandsgranska/", deciding.PreviewView.as_view(), name="preview"),
    path("<int:pk>/kontrasignera/", deciding.CountersignView.as_view(), name="countersign"),
    path(
        "<int:pk>/motivering/pdf/",
        documents.MotivationDocumentView.as_view(),
        name="motivation_document",
    ),
    path(
        "<int:pk>/bilagor/<int:attachment_pk>/",
        documents.AttachmentView.as_view(),
        name="attachment",
    ),
    path(
        "<int:pk>/bilagor/<int:attachment_pk>/visa/",
        documents.AttachmentPreviewView.as_view(),
        name="attachment_preview",
    ),
    path(
        "<int:pk>/bilagor/<int:attachment_pk>/sida/<int:number>/",
        documents.AttachmentPageView.as_view(),
        name="attachment_page",
    ),
    path("fragor/", question_texts.QuestionTextsView.as_view(), name="question_texts"),
    path("fragor/ny/", question_texts.NewQuestionTextView.as_view(), name="question_text_new"),
    path("fragor/<int:pk>/", question_texts.QuestionTextView.as_view(), name="question_text"),
    path(
        "fragor/<int:pk>/ta-ur-bruk/",
        question_texts.RetireQuestionTextView.as_view(),
        name="question_text_retire",
    ),
    path("brev/", letters.LettersView.as_view(), name="letters"),
    path("brev/<int:pk>/", letters.LetterView.as_view(), name="letter"),
    path(
        "apotek/<int:application_pk>/forelaggande/pdf/",
        injunction.PharmacyInjunctionView.as_view(),
        name="pharmacy_injunction",
    ),
    path(
        "apotek/<int:application_pk>/beslut/",
        pharmacy.PharmacyDecisionView.as_view(),
        name="pharmacy_decision",
    ),
    path(
        "apotek/<int:application_pk>/beslut/pdf/",
        pharmacy.PharmacyLetterView.as_view(),
        name="pharmacy_letter",
    ),
]
