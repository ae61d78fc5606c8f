"""Addresses of the agency's pages, below /arenden/, and of the pharmacy's decision."""

from django.urls import path

from decisions.views import (
    absence,
    assessment,
    bulk,
    case,
    deciding,
    delay,
    documents,
    letters,
    pharmacy,
    pharmacy_request,
    queue,
    saved_views,
    statistics,
    supplement,
)

app_name = "decisions"
urlpatterns = [
    path("", queue.QueueView.as_view(), name="queue"),
    path("ta-nasta/", queue.TakeNextView.as_view(), name="take_next"),
    path("lista/", queue.QueueExportView.as_view(), name="export"),
    path("urval/", saved_views.SavedViewsView.as_view(), name="saved_views"),
    path("urval/spara/", saved_views.SaveViewView.as_view(), name="save_view"),
    path("urval/<int:pk>/", saved_views.SavedViewView.as_view(), name="saved_view"),
    path("fordela/", bulk.BulkAssignView.as_view(), name="bulk_assign"),
    path("paminn/", bulk.BulkRemindView.as_view(), name="bulk_remind"),
    path("gjort/<int:pk>/", bulk.BulkDoneView.as_view(), name="bulk_done"),
    path("borta/", absence.AbsenceView.as_view(), name="absence"),
    path("borta/<int:pk>/", absence.AbsenceView.as_view(), name="absence_of"),
    path("<int:pk>/forsening/", delay.DelayView.as_view(), name="delay"),
    path("<int:pk>/begaran/", delay.RequestView.as_view(), name="request"),
    path("<int:pk>/svaret-last/", delay.SeenView.as_view(), name="seen"),
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
        "<int:pk>/ansokan/dokument/<int:attachment_pk>/",
        documents.QualityDocumentView.as_view(),
        name="application_document",
    ),
    path(
        "<int:pk>/ansokan/dokument/<int:attachment_pk>/visa/",
        documents.QualityDocumentPreviewView.as_view(),
        name="application_document_preview",
    ),
    path(
        "<int:pk>/ansokan/dokument/<int:attachment_pk>/sida/<int:number>/",
        documents.QualityDocumentPageView.as_view(),
        name="application_document_page",
    ),
    path("<int:pk>/ansokan/pdf/", documents.ReceiptView.as_view(), name="receipt"),
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
    path("statistik/", statistics.StatisticsView.as_view(), name="statistics"),
    path("statistik/fil/", statistics.StatisticsFileView.as_view(), name="statistics_file"),
    path("brev/", letters.LettersView.as_view(), name="letters"),
    path("brev/<int:pk>/", letters.LetterView.as_view(), name="letter"),
    path(
        "apotek/<int:application_pk>/begaran/",
        pharmacy_request.PharmacyRequestView.as_view(),
        name="pharmacy_request",
    ),
    path(
        "apotek/<int:application_pk>/forsening/pdf/",
        pharmacy_request.PharmacyDelayLetterView.as_view(),
        name="pharmacy_delay_letter",
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
        "apotek/<int:application_pk>/brev/<int:pk>/",
        pharmacy.PharmacyLaterLetterView.as_view(),
        name="pharmacy_later_letter",
    ),
]
