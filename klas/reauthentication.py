"""Proving who one is once more, before something that is signed: a decision or a submission.

A view that signs asks `demand` before it acts. When the identity was proven lately it goes on; else
what was posted is kept (`klas.kept_forms`), and the person is led to the sign-in's own way of
proving it again and back to the same page, where what they had typed still stands.

How it is proven is the sign-in's part: it calls `mark` when it has been.
"""

import time
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from klas import kept_forms

SESSION_KEY = "proved_at"


def mark(request: HttpRequest, *, at: int | None = None) -> None:
    """The person has proven who they are: `at` (seconds) when they showed it, or just now."""
    now = int(time.time())
    request.session[SESSION_KEY] = now if at is None else min(at, now)


def is_fresh(request: HttpRequest) -> bool:
    """Whether that was so lately that something may be signed (`KLAS_REAUTHENTICATION`)."""
    proved_at = request.session.get(SESSION_KEY)
    return proved_at is not None and time.time() - proved_at <= settings.KLAS_REAUTHENTICATION


def demand(request: HttpRequest, *, keep: bool = True) -> HttpResponseRedirect | None:
    """None when the person may sign now; else where they prove who they are first.

    What was posted is kept, and is found by `kept_forms.waiting` when they are back on this page.

    Args:
        keep: False where nothing is typed on the page.
    """
    if is_fresh(request):
        return None
    query = urlencode({"next": request.get_full_path()})
    away = redirect(f"{reverse('accounts:reauthenticate')}?{query}")
    if not keep:
        return away
    acting = request.acting  # type: ignore[attr-defined]
    return kept_forms.keep(request, away, who=kept_forms.Opener(acting.user_id, acting.pk))
