"""What the pages of a single attachment start from, for prescriber, pharmacy and agency alike.

An app's view says which motivation its address leads to. The attachment is then taken from what the
acting assignment may open; any other, and one that has not been found clean, is a 404.
"""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property

from klas.acting import ActingView
from klas.download import kept_private
from klas.page_pictures import Busy, Failed, Interrupted
from motivations.models import Motivation
from motivations.services import attachments

# Seconds.
_TRY_AGAIN_AFTER = 10


class FileView(ActingView):
    """An attachment at an address that ends in ``attachment_pk``."""

    kwargs: dict[str, Any]

    # What opens it, and what its addresses are called.
    opening: Any = attachments
    name = "attachment"

    def get_motivation(self) -> Motivation:
        """The motivation of the address, if the acting assignment may see it."""
        raise NotImplementedError

    def get_openable(self) -> QuerySet[Any]:
        """The files of the address that the acting assignment may open."""
        openable = attachments.openable_by(self.get_motivation(), self.acting)
        return openable.select_related("motivation__author")

    @cached_property
    def attachment(self) -> Any:
        return get_object_or_404(self.get_openable(), pk=self.kwargs["attachment_pk"])

    def address(self, name: str, **more: int) -> str:
        """Another address of the same attachment, in the same app."""
        match = self.request.resolver_match
        assert match is not None  # noqa: S101 - a view runs at an address
        return reverse(f"{match.namespace}:{name}", kwargs={**self.kwargs, **more})


class DownloadView(FileView):
    """The file, to be saved."""

    def get(self, request: HttpRequest, pk: int, attachment_pk: int) -> HttpResponseBase:
        response: HttpResponseBase = self.opening.download(self.attachment, by=self.acting)
        return response


class PreviewView(FileView):
    """The file to look at, one page at a time (``?page=2``), as pictures.

    What is read is recorded where the picture is given out.
    """

    def get_back(self) -> tuple[str, str]:
        """Address and words of the page that lists the attachment."""
        raise NotImplementedError

    def get(self, request: HttpRequest, pk: int, attachment_pk: int) -> HttpResponse:
        pages = self.opening.count_pages(self.attachment, by=self.acting)
        page_obj = Paginator(range(1, pages + 1), 1).get_page(request.GET.get("page"))
        back_url, back_text = self.get_back()
        context = {
            "attachment": self.attachment,
            "page_obj": page_obj,
            "picture_url": self.address(f"{self.name}_page", number=page_obj.number),
            "download_url": self.address(self.name),
            "back_url": back_url,
            "back_text": back_text,
        }
        return kept_private(render(request, "motivations/attachment_preview.html", context))


class PageView(FileView):
    """One page as a picture."""

    def get(self, request: HttpRequest, pk: int, attachment_pk: int, number: int) -> HttpResponse:
        try:
            picture = self.opening.page_picture(self.attachment, number, by=self.acting)
        except LookupError as error:
            raise Http404 from error
        except (Busy, Failed, Interrupted):
            refused = HttpResponse(status=503)
            refused["Retry-After"] = str(_TRY_AGAIN_AFTER)
            return kept_private(refused)
        return kept_private(HttpResponse(picture, content_type="image/png"))
