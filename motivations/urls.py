"""Addresses of the prescriber's pages."""

from django.urls import path

from motivations.kinds.common import PRODUCT
from motivations.views.attachments import (
    AttachmentDownloadView,
    AttachmentPageView,
    AttachmentPreviewView,
    AttachmentsView,
    RemoveAttachmentView,
    ReplaceAttachmentView,
)
from motivations.views.ending import DiscardView, WithdrawView
from motivations.views.listing import MotivationListView, SharedListView, WorkplaceListView
from motivations.views.product import ProductView
from motivations.views.section import SectionView
from motivations.views.sending import CheckView
from motivations.views.sharing import HandOverView, ShareView
from motivations.views.showing import MotivationPdfView, MotivationView, ReceiptView
from motivations.views.starting import NewMotivationView
from motivations.views.supplement import SupplementCheckView, SupplementView

app_name = "motivations"
urlpatterns = [
    path("", MotivationListView.as_view(), name="list"),
    path("delade/", SharedListView.as_view(), name="shared"),
    path("arbetsplatsen/", WorkplaceListView.as_view(), name="workplace"),
    path("ny/", NewMotivationView.as_view(), name="new"),
    path("<int:pk>/", MotivationView.as_view(), name="detail"),
    path("<int:pk>/avsnitt/<slug:slug>/", SectionView.as_view(), name="section"),
    path("<int:pk>/lakemedel/", ProductView.as_view(), {"slug": PRODUCT}, name="product"),
    path("<int:pk>/bilagor/", AttachmentsView.as_view(), name="attachments"),
    path(
        "<int:pk>/bilagor/<int:attachment_pk>/", AttachmentDownloadView.as_view(), name="attachment"
    ),
    path(
        "<int:pk>/bilagor/<int:attachment_pk>/visa/",
        AttachmentPreviewView.as_view(),
        name="attachment_preview",
    ),
    path(
        "<int:pk>/bilagor/<int:attachment_pk>/sida/<int:number>/",
        AttachmentPageView.as_view(),
        name="attachment_page",
    ),
    path(
        "<int:pk>/bilagor/<int:attachment_pk>/byt/",
        ReplaceAttachmentView.as_view(),
        name="replace_attachment",
    ),
    path(
        "<int:pk>/bilagor/<int:attachment_pk>/ta-bort/",
        RemoveAttachmentView.as_view(),
        name="remove_attachment",
    ),
    path("<int:pk>/granska/", CheckView.as_view(), name="check"),
    path("<int:pk>/komplettering/", SupplementView.as_view(), name="supplement"),
    path("<int:pk>/komplettering/granska/", SupplementCheckView.as_view(), name="supplement_check"),
    path("<int:pk>/kvitto/", ReceiptView.as_view(), name="receipt"),
    path("<int:pk>/pdf/", MotivationPdfView.as_view(), name="document"),
    path("<int:pk>/dela/", ShareView.as_view(), name="share"),
    path("<int:pk>/lamna/", HandOverView.as_view(), name="hand_over"),
    path("<int:pk>/kasta/", DiscardView.as_view(), name="discard"),
    path("<int:pk>/ta-tillbaka/", WithdrawView.as_view(), name="withdraw"),
]
