"""Addresses of the agency's pages, below /arenden/, and of the pharmacy's decision."""

from django.urls import path

from decisions.views import (
    assessment,
    case,
    communication,
    deciding,
    documents,
    letters,
    pharmacy,
    precedents,
    queue,
    referral,
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
    path("<int:pk>/kommunicera/", communication.CommunicateView.as_view(), name="communicate"),
    path(
        "<int:pk>/kommunicera/avsluta/",
        communication.CloseCommunicationView.as_view(),
        name="close_communication",
    ),
    path("<int:pk>/fraga-kollega/", referral.ReferView.as_view(), name="refer"),
    path("yttranden/", referral.ReferralsView.as_view(), name="referrals"),
    path("yttranden/<int:pk>/", referral.OpinionView.as_view(), name="opinion"),
    path(
        "yttranden/<int:pk>/ta-tillbaka/",
        referral.WithdrawReferralView.as_view(),
        name="withdraw_referral",
    ),
    path("namnd/", referral.MentionsView.as_view(), name="mentions"),
    path("praxis/", precedents.PrecedentsView.as_view(), name="precedents"),
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
    path(
        "apotek/<int:application_pk>/yttrande/",
        communication.PharmacyCommunicationView.as_view(),
        name="pharmacy_communication",
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
