"""Where requests are counted against their limits, and what who has reached one is told."""

from collections.abc import Callable
from math import ceil
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from klas import audit, clock, limits
from klas.limits import Asker, TooMany
from klas.policy import policy

if TYPE_CHECKING:
    from accounts.models import Assignment

GetResponse = Callable[[HttpRequest], HttpResponse]
_CSRF_TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field
# Reading only, or counted by the view itself.
_NOT_COUNTED = frozenset({"csp_report", "verification:check"})


class LimitMiddleware:
    """Say who asks (`limits.asker`), count what they send, and answer `TooMany` with a page.

    A file is counted before its request is read. All else is counted when its form has been found
    to be ours, so that the page can show it again: nothing that was typed is lost.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = limits.asker.set(_asker(request))
        try:
            return self._answer(request)
        finally:
            limits.asker.reset(before)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if request.method in {"GET", "HEAD"}:
            return self.get_response(request)
        if int(request.META.get("CONTENT_LENGTH") or 0) > policy.request_max_bytes:
            context = {"limit": policy.attachment_max_bytes // 1_000_000}
            return render(request, "too_large.html", context, status=413)
        if request.content_type == "multipart/form-data":
            try:
                limits.take(limits.UPLOADS)
            except TooMany as error:
                return _told(request, error, typed=[])
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if request.method in {"GET", "HEAD"} or (match and match.view_name in _NOT_COUNTED):
            return None
        try:
            limits.take(limits.WRITES)
        except TooMany as error:
            return _told(request, error, typed=_typed(request))
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return _told(request, error, typed=[]) if isinstance(error, TooMany) else None


def _asker(request: HttpRequest) -> Asker:
    acting: Assignment | None = request.acting  # type: ignore[attr-defined]
    address = limits.network(audit.request_address.get() or "")
    if acting is None:
        return Asker(address=address)
    return Asker(str(acting.user_id), _unit(acting), address)


def _unit(acting: "Assignment") -> str:
    """The workplace; the agency's people have none of their own and are counted as one."""
    return f"{acting.pharmacy_id or ''}/{acting.care_unit_id or ''}"


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != _CSRF_TOKEN
    ]


def _told(request: HttpRequest, error: TooMany, *, typed: list[tuple[str, str]]) -> HttpResponse:
    context = {
        "error": error,
        "typed": typed,
        "sent": request.method not in {"GET", "HEAD"},
        "address": request.get_full_path(),
    }
    response = render(request, "too_many.html", context, status=429)
    wait = (error.until - clock.now()).total_seconds()
    response["Retry-After"] = str(max(1, ceil(wait)))
    return response
