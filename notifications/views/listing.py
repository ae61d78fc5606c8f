"""“Aviseringar”: what the signed-in person has been told, and what of it is read.

Notices are the person's own, whichever assignment they act as.
"""

from dataclasses import dataclass
from typing import cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from accounts.models import User
from klas.once import once
from klas.policy import policy
from klas.summary import Tab
from notifications.enums import NoticeKind
from notifications.models import Notice
from notifications.queries import notices_of, unread_of
from notifications.services import reading
from notifications.words import text_of


@dataclass(frozen=True)
class Line:
    """One notice of the list, in words."""

    notice: Notice
    title: str
    text: str


class NoticeListView(View):
    """GET ``show`` (“unread”, else all) and ``page``."""

    def get(self, request: HttpRequest) -> HttpResponse:
        person = cast(User, request.user)
        everything, unread = notices_of(person), unread_of(person)
        unread_only = request.GET.get("show") == "unread"
        address = reverse("notifications:list")
        paginator = Paginator(unread if unread_only else everything, policy.page_size)
        page = paginator.get_page(request.GET.get("page"))
        context = {
            "page_obj": page,
            "lines": [_line(notice) for notice in page.object_list],
            "unread_only": unread_only,
            "newest_unread": unread.values_list("pk", flat=True).first(),
            "tabs": [
                Tab(_("Alla"), address, current=not unread_only),
                Tab(_("Olästa"), f"{address}?show=unread", current=unread_only),
            ],
        }
        return render(request, "notifications/list.html", context)


class OpenNoticeView(View):
    """POST marks a notice as read and leads to what it tells of."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        # Who was signed out meanwhile comes back here by sign-in.
        return redirect("notifications:list")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = cast(User, request.user)
        notice = get_object_or_404(notices_of(person), pk=pk)
        return once(request, lambda: reading.mark_read(notice, by=person))


class MarkAllReadView(View):
    """POST marks a notice, the newest of the list when it was shown, and all before it as read."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect("notifications:list")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = cast(User, request.user)
        newest = get_object_or_404(notices_of(person), pk=pk)

        def mark() -> str:
            reading.mark_all_read(newest, by=person)
            return reverse("notifications:list")

        return once(request, mark)


def _line(notice: Notice) -> Line:
    kind = NoticeKind(notice.kind)
    return Line(notice, str(kind.label), text_of(kind, notice.facts))
