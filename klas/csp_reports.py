"""What browsers report that the Content-Security-Policy stopped.

Anybody can send anything here, and a report names the page and what was on it: of all that only two
words are logged, the directive and the host that was blocked.
"""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from klas import limits
from klas.policy import policy

logger = structlog.get_logger("klas.csp")

# The older form (`report-uri`) and the newer (`report-to`).
_TYPES = frozenset({"application/csp-report", "application/reports+json"})
_DIRECTIVE = re.compile(r"[a-z-]{1,40}")
_HOST = re.compile(r"[a-z0-9.-]{1,253}")
# What stands instead of an address when what was blocked has none.
_WORDS = frozenset({"inline", "eval", "data", "blob", "self", "trusted-types-sink"})
_MOST_IN_ONE = 20


@csrf_exempt
@login_not_required
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """204; or 413, 415, 400, 429 without a word: no person reads the answer."""
    try:
        limits.take(limits.CSP_REPORTS)
    except limits.TooMany:
        return HttpResponse(status=429)
    if request.content_type not in _TYPES:
        return HttpResponse(status=415)
    if int(request.META.get("CONTENT_LENGTH") or 0) > policy.csp_report_max_bytes:
        return HttpResponse(status=413)
    try:
        found = list(_read(json.loads(request.body)))
    except (ValueError, RecursionError):
        return HttpResponse(status=400)
    for directive, blocked in found[:_MOST_IN_ONE]:
        logger.warning("csp_blocked", directive=directive, blocked=blocked)
    return HttpResponse(status=204)


def _read(sent: Any) -> Iterator[tuple[str, str]]:
    """(directive, blocked host) of each report of either form; other shapes are left out."""
    reports = sent if isinstance(sent, list) else [sent]
    for report in reports:
        if not isinstance(report, dict):
            continue
        body = report.get("csp-report") or report.get("body")
        if not isinstance(body, dict):
            continue
        directive = body.get("effective-directive") or body.get("effectiveDirective")
        directive = directive or body.get("violated-directive")
        if isinstance(directive, str) and (known := _DIRECTIVE.match(directive)):
            yield known.group(), _blocked(body.get("blocked-uri") or body.get("blockedURL"))


def _blocked(address: Any) -> str:
    if not isinstance(address, str):
        return ""
    if address in _WORDS:
        return address
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return ""
    return host if _HOST.fullmatch(host) else ""
