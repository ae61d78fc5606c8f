"""A motivation's attachments about the product, for pharmacies; those about the patient are 404."""

from django.shortcuts import get_object_or_404
from django.urls import reverse

from applications.queries import motivations_open_to
from klas.access import Permission
from motivations.file_views import DownloadView, FileView, PageView, PreviewView
from motivations.models import Motivation


class _OnMotivation(FileView):
    permission = Permission.SEARCH_MOTIVATIONS

    def get_motivation(self) -> Motivation:
        return get_object_or_404(motivations_open_to(self.acting), pk=self.kwargs["pk"])

    def get_back(self) -> tuple[str, str]:
        motivation = self.attachment.motivation
        return reverse("applications:motivation", args=[motivation.pk]), str(motivation)


class AttachmentView(_OnMotivation, DownloadView):
    """An attachment, to be saved."""


class AttachmentPreviewView(_OnMotivation, PreviewView):
    """An attachment to look at."""


class AttachmentPageView(_OnMotivation, PageView):
    """One page of an attachment, as a picture."""
