"""Addresses of the prescriber's pages."""

from django.urls import path

from motivations.kinds.common import PRODUCT
from motivations.views.again import CopyView, EndingLicencesView, RenewView
from motivations.views.attachments import (
    AttachmentDownloadView,
    AttachmentPageView,
    AttachmentPreviewView,
    AttachmentsView,
    RemoveAttachmentView,
    ReplaceAttachmentView,
)
from motivations.views.ending import DiscardView, WithdrawView
from motivations.views.listing import (
    MotivationListView,
    OwnPatientView,
    SharedListView,
    WorkplaceListView,
)
from motivations.views.product import ProductView
from motivations.views.section import SectionView
from motivations.views.sending import CheckView
from motivations.views.sharing import HandOverView, ShareView
from motivations.views.showing import MotivationPdfView, MotivationView, ReceiptView, SlipView
from motivations.views.starting import NewMotivationView
from motivations.views.supplement import SupplementCheckView, SupplementView
from motivations.views.templates import (
    ChooseTemplateView,
    DeleteTemplateView,
    EditTemplateView,
    NewTemplateView,
    TemplatesView,
    TemplateView,
)

app_name = "motivations"
urlpatterns = [
    path("", MotivationListView.as_view(), name="list"),
    path("delade/", SharedListView.as_view(), name="shared"),
    path("arbetsplatsen/", WorkplaceListView.as_view(), name="workplace"),
    path("licenser-som-gar-ut/", EndingLicencesView.as_view(), name="ending_licences"),
    path("mallar/", TemplatesView.as_view(), name="templates"),
    path("mallar/<int:pk>/", TemplateView.as_view(), name="template"),
    path("mallar/<int:pk>/andra/", EditTemplateView.as_view(), name="edit_template"),
    path("mallar/<int:pk>/ta-bort/", DeleteTemplateView.as_view(), name="delete_template"),
    path("patient/", OwnPatientView.as_view(), name="own_patient"),
    path("ny/", NewMotivationView.as_view(), name="new"),
    path("<int:pk>/", MotivationView.as_view(), name="detail"),
    path("<int:pk>/avsnitt/<slug:slug>/", SectionView.as_view(), name="section"),
    path("<int:pk>/lakemedel/", ProductView.as_view(), {"slug": PRODUCT}, name="product"),
    path("<int:pk>/mallar/", ChooseTemplateView.as_view(), name="choose_template"),
    path("<int:pk>/mallar/ny/", NewTemplateView.as_view(), name="new_template"),
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
    path("<int:pk>/lapp/", SlipView.as_view(), name="slip"),
    path("<int:pk>/kopiera/", CopyView.as_view(), name="copy"),
    path("<int:pk>/fornya/", RenewView.as_view(), name="renew"),
    path("<int:pk>/kasta/", DiscardView.as_view(), name="discard"),
    path("<int:pk>/ta-tillbaka/", WithdrawView.as_view(), name="withdraw"),
]
