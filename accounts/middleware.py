"""Puts the acting assignment on the request."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import Assignment
from accounts.queries import usable

SESSION_KEY = "assignment"
GetResponse = Callable[[HttpRequest], HttpResponse]


class ActingMiddleware:
    """`request.acting`: the assignment chosen at sign-in while it is still usable, else None."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.acting = _acting(request)  # type: ignore[attr-defined]
        return self.get_response(request)


class LastUsedMiddleware:
    """Each page and each form sent keeps the session alive; asking how long it lasts does not."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> None:
        asks_only = request.method == "GET" and getattr(view_func, "leaves_session", False)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not asks_only:
            request.session.touch()  # type: ignore[attr-defined]


def _acting(request: HttpRequest) -> Assignment | None:
    # Who sends no session has none; to ask for it would keep public pages out of caches.
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    session = request.session
    chosen, person = session.get(SESSION_KEY), session.get(auth.SESSION_KEY)
    if chosen is None or person is None:
        return None
    acting = usable(timezone.localdate()).filter(pk=chosen, user_id=person).first()
    if acting is None:
        return None
    shown = session.get(auth.HASH_SESSION_KEY, "")
    if constant_time_compare(shown, acting.user.get_session_auth_hash()):
        request.user = acting.user  # had with the assignment: not asked for once more
        return acting
    # Django's own look, which also knows an earlier secret key.
    return acting if request.user == acting.user else None
