"""The pharmacy's pages, below /apotek/."""

from django.urls import path

from applications.views.application import DetailView, DiscardView, ReceiptView
from applications.views.assign import AssignView
from applications.views.attachments import (
    AttachmentPageView,
    AttachmentPreviewView,
    AttachmentView,
)
from applications.views.chain import OpenApplicationView, OpenMotivationView
from applications.views.check import CheckView
from applications.views.documents import (
    DocumentPageView,
    DocumentPreviewView,
    DocumentsView,
    DocumentView,
    RemoveDocumentView,
)
from applications.views.handing_over import (
    HandOversView,
    HandOverView,
    OfferView,
    TakeBackView,
)
from applications.views.inbox import ChainExportView, ChainView, InboxExportView, InboxView
from applications.views.motivation import MotivationDocumentView, MotivationView, StartView
from applications.views.receipt import ReceiptDocumentView
from applications.views.search import SearchView
from applications.views.section import SectionView
from applications.views.supplement import SupplementCheckView, SupplementView
from applications.views.withdraw import WithdrawView

app_name = "applications"
urlpatterns = [
    path("", InboxView.as_view(), name="inbox"),
    path("lista/", InboxExportView.as_view(), name="export"),
    path("alla/", ChainView.as_view(), name="chain"),
    path("alla/lista/", ChainExportView.as_view(), name="chain_export"),
    path("alla/ansokan/<int:pk>/", OpenApplicationView.as_view(), name="open_application"),
    path("alla/motivering/<int:pk>/", OpenMotivationView.as_view(), name="open_motivation"),
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
    path("ansokan/<int:pk>/kvitto/pdf/", ReceiptDocumentView.as_view(), name="receipt_document"),
    path("ansokan/<int:pk>/kasta/", DiscardView.as_view(), name="discard"),
    path("ansokan/<int:pk>/ansvarig/", AssignView.as_view(), name="assign"),
    path("ansokan/<int:pk>/aterkalla/", WithdrawView.as_view(), name="withdraw"),
    path("ansokan/<int:pk>/lamna-over/", OfferView.as_view(), name="offer"),
    path("ansokan/<int:pk>/dokument/", DocumentsView.as_view(), name="documents"),
    path("ansokan/<int:pk>/dokument/<int:attachment_pk>/", DocumentView.as_view(), name="document"),
    path(
        "ansokan/<int:pk>/dokument/<int:attachment_pk>/visa/",
        DocumentPreviewView.as_view(),
        name="document_preview",
    ),
    path(
        "ansokan/<int:pk>/dokument/<int:attachment_pk>/sida/<int:number>/",
        DocumentPageView.as_view(),
        name="document_page",
    ),
    path(
        "ansokan/<int:pk>/dokument/<int:attachment_pk>/ta-bort/",
        RemoveDocumentView.as_view(),
        name="remove_document",
    ),
    path("overlamning/", HandOversView.as_view(), name="hand_overs"),
    path("overlamning/<int:pk>/", HandOverView.as_view(), name="hand_over"),
    path("overlamning/<int:pk>/ta-tillbaka/", TakeBackView.as_view(), name="take_back"),
]
