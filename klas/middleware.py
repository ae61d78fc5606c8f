"""Middleware of our own: request id and log line, language, sign-in, GETs that only read."""

import ipaddress
import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import translation

from klas import audit, kept_forms

GetResponse = Callable[[HttpRequest], HttpResponse]
logger = structlog.get_logger("klas.request")

_WRITE = re.compile(r'^\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)"?', re.IGNORECASE)
# Reading is itself recorded; sessions are kept alive by reading; what was kept for somebody goes
# when another comes, and an identity provider leads people back by GET.
# Downloads are counted (klas.limits).
_WRITABLE_ON_GET = frozenset(
    {"klas_accesslogentry", "accounts_personsession", "klas_keptform", "klas_bucket"}
)
# Tells the page for signing in that the browser comes with a session that has ended.
ENDED = "avslutad"
_also_writable: ContextVar[frozenset[str]] = ContextVar("also_writable", default=frozenset())


class RequestIdMiddleware:
    """Give each request an id, and log route, status and time: no path, no query, no person."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = str(uuid.uuid4())
        audit.request_id.set(request_id)
        audit.request_address.set(_address(request))
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        if match is None or match.view_name != "healthz":
            logger.info(
                "request",
                method=request.method,
                route=match.route if match else "",
                status=response.status_code,
                ms=round((time.perf_counter() - started) * 1000, 1),
            )
        response["X-Request-ID"] = request_id
        return response


def _address(request: HttpRequest) -> str | None:
    """Who asks: the nearest address that none of our own proxies (`settings.PROXIES`) wrote."""
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    if 0 < settings.PROXIES <= len(forwarded):
        try:
            return str(ipaddress.ip_address(forwarded[-settings.PROXIES].strip()))
        except ValueError:
            return None
    return request.META.get("REMOTE_ADDR") or None


class ChosenLanguageMiddleware:
    """Swedish, unless the person has chosen otherwise on a page of ours.

    Not the browser's wish: the service, its law and its letters are Swedish, and many Swedish
    browsers ask for English.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class SignInMiddleware(LoginRequiredMiddleware):
    """Lead who is not signed in to sign-in, and then back to the page they stood on.

    What had been typed into a long form when the session ended is kept meanwhile. A public page is
    not asked who reads it: one that depends on the session is kept out of caches.
    """

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseRedirect:
        if request.method in {"GET", "HEAD"}:
            return redirect_to_login(
                request.get_full_path(),
                self._sign_in_url(request, view_func),
                self.get_redirect_field_name(view_func),
            )
        answer = redirect_to_login(
            _page_of(request, view_func),
            self._sign_in_url(request, view_func),
            self.get_redirect_field_name(view_func),
        )
        return kept_forms.keep(request, answer)

    def _sign_in_url(self, request: HttpRequest, view_func: Callable[..., Any]) -> str:
        url = resolve_url(self.get_login_url(view_func))
        lost = settings.SESSION_COOKIE_NAME in request.COOKIES and not request.session.session_key
        return f"{url}?{ENDED}=1" if lost or kept_forms.opener(request) else url


def _page_of(request: HttpRequest, view_func: Callable[..., Any]) -> str:
    """The page that a form was sent from: its own address, unless that is one for POST only."""
    if hasattr(getattr(view_func, "view_class", None), "get"):
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.netloc == request.get_host():
        return came_from._replace(scheme="", netloc="", fragment="").geturl()
    return resolve_url(settings.LOGIN_REDIRECT_URL)


class WriteOnGet(RuntimeError):
    """A page that should only read tried to write."""


class ReadOnlyGetMiddleware:
    """Stop GET and HEAD requests from writing, but for the access log and what signing in needs."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        with connection.execute_wrapper(_refuse_writes):
            return self.get_response(request)


@contextmanager
def may_write(*tables: str) -> Iterator[None]:
    """Within it a GET may write these tables too.

    For what others lead a person to by GET alone, proven by a token of its own: the answer of an
    identity provider. Pages of ours that change something are POST.
    """
    before = _also_writable.set(frozenset(tables))
    try:
        yield
    finally:
        _also_writable.reset(before)


def _refuse_writes(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    match = _WRITE.match(sql) if isinstance(sql, str) else None
    if match and match.group(1).lower() not in _WRITABLE_ON_GET | _also_writable.get():
        raise WriteOnGet(f"GET request wrote to {match.group(1)}")
    return execute(sql, params, many, context)
