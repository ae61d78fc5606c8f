"""Addresses of the agency's pages, below /arenden/, and of the pharmacy's decision."""

from django.urls import path

from decisions.views import (
    assessment,
    case,
    deciding,
    documents,
    letter_texts,
    letters,
    pharmacy,
    printing,
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
    path("brev/", letters.LettersView.as_view(), name="letters"),
    path("brev/<int:pk>/", letters.LetterView.as_view(), name="letter"),
    path("brev/<int:pk>/igen/", printing.ReprintLetterView.as_view(), name="reprint_letter"),
    path("brev/skriv-ut/", printing.PrintView.as_view(), name="print_letters"),
    path("brev/utskrifter/", printing.BatchesView.as_view(), name="batches"),
    path("brev/utskrifter/<int:pk>/", printing.BatchView.as_view(), name="batch"),
    path("brev/utskrifter/<int:pk>/pdf/", printing.BatchPdfView.as_view(), name="batch_pdf"),
    path(
        "brev/utskrifter/<int:pk>/igen/",
        printing.ReprintBatchView.as_view(),
        name="reprint_batch",
    ),
    path("brev/texter/", letter_texts.TextsView.as_view(), name="texts"),
    path("brev/texter/<slug:key>/", letter_texts.TextView.as_view(), name="text"),
    path("brev/texter/<slug:key>/utkast/", letter_texts.TextDraftView.as_view(), name="text_draft"),
    path(
        "brev/texter/<slug:key>/publicera/",
        letter_texts.PublishTextView.as_view(),
        name="publish_text",
    ),
    path(
        "brev/texter/<slug:key>/ta-bort/",
        letter_texts.DiscardTextView.as_view(),
        name="discard_text",
    ),
    path(
        "brev/texter/<slug:key>/forhandsgranska/",
        letter_texts.PreviewTextView.as_view(),
        name="preview_text",
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
    path(
        "apotek/<int:application_pk>/brev/",
        pharmacy.PharmacyLettersView.as_view(),
        name="pharmacy_letters",
    ),
    path(
        "apotek/<int:application_pk>/brev/<int:pk>/",
        pharmacy.PharmacyAnyLetterView.as_view(),
        name="pharmacy_any_letter",
    ),
]
