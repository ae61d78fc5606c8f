"""The pharmacy's pages, below /apotek/."""

from django.urls import path

from applications.views.application import DetailView, DiscardView, ReceiptView
from applications.views.assign import AssignView
from applications.views.attachments import (
    AttachmentPageView,
    AttachmentPreviewView,
    AttachmentView,
)
from applications.views.check import CheckView
from applications.views.inbox import InboxExportView, InboxView
from applications.views.motivation import MotivationDocumentView, MotivationView, StartView
from applications.views.search import SearchView
from applications.views.section import SectionView
from applications.views.supplement import SupplementCheckView, SupplementView
from applications.views.withdraw import WithdrawView

app_name = "applications"
urlpatterns = [
    path("", InboxView.as_view(), name="inbox"),
    path("lista/", InboxExportView.as_view(), name="export"),
    path("sok/", SearchView.as_view(), name="search"),
    path("motivering/<int:pk>/", MotivationView.as_view(), name="motivation"),
    path("motivering/<int:pk>/pdf/", MotivationDocumentView.as_view(), name="motivation_document"),
    path(
        "motivering/<int:pk>/bilagor/<int:attachment_pk>/",
        AttachmentView.as_view(),
        name="attachment",
    ),
    path(
        "motivering/<int:pk>/bilagor/<int:attachment_pk>/visa/",
        AttachmentPreviewView.as_view(),
        name="attachment_preview",
    ),
    path(
        "motivering/<int:pk>/bilagor/<int:attachment_pk>/sida/<int:number>/",
        AttachmentPageView.as_view(),
        name="attachment_page",
    ),
    path("motivering/<int:pk>/ansok/", StartView.as_view(), name="start"),
    path("ansokan/<int:pk>/", DetailView.as_view(), name="detail"),
    path("ansokan/<int:pk>/avsnitt/<slug:slug>/", SectionView.as_view(), name="section"),
    path("ansokan/<int:pk>/komplettering/", SupplementView.as_view(), name="supplement"),
    path(
        "ansokan/<int:pk>/komplettering/granska/",
        SupplementCheckView.as_view(),
        name="supplement_check",
    ),
    path("ansokan/<int:pk>/granska/", CheckView.as_view(), name="check"),
    path("ansokan/<int:pk>/kvitto/", ReceiptView.as_view(), name="receipt"),
    path("ansokan/<int:pk>/kasta/", DiscardView.as_view(), name="discard"),
    path("ansokan/<int:pk>/ansvarig/", AssignView.as_view(), name="assign"),
    path("ansokan/<int:pk>/aterkalla/", WithdrawView.as_view(), name="withdraw"),
]
