"""What was typed into a page whose session had ended: kept until its person has signed in again.

The page of a section carries the hidden field ``_by`` (`opened_by`): for whom it was opened, signed
by us. When it is posted and that person is no longer signed in, what was typed is kept sealed, and
shown on the same page when they have signed in again. It is kept under a random token that only
this browser has, in a cookie of its own: the session's key changes at sign-in, and the way there
may lead over another site. Nobody but the very same person in the very same browser gets it.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect, QueryDict

from klas import clock
from klas.models import KeptForm
from klas.policy import policy

if TYPE_CHECKING:
    from accounts.models import Assignment, User

BY = "_by"
COOKIE = f"{settings.COOKIE_PREFIX}klas_kept"
_CSRF_TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field
_SIGNER = signing.Signer(salt="klas.kept_forms")


@dataclass(frozen=True)
class Opener:
    """For whom a posted page was opened."""

    user_id: int
    assignment_id: int


def opened_by(request: HttpRequest, *, path: str = "") -> str:
    """The value of ``_by`` in a page that is shown to the acting assignment at this address.

    Args:
        path: where the page's form is sent, when that is another address.
    """
    acting: Assignment = request.acting  # type: ignore[attr-defined]
    return _SIGNER.sign_object([acting.user_id, acting.pk, path or request.path])


def opener(request: HttpRequest) -> Opener | None:
    """For whom the posted page was opened; None unless we signed that for this very address."""
    try:
        user_id, assignment_id, path = _SIGNER.unsign_object(request.POST.get(BY, ""))
    except signing.BadSignature:
        return None
    return Opener(user_id, assignment_id) if path == request.path else None


@transaction.atomic
def keep(
    request: HttpRequest, answer: HttpResponseRedirect, *, who: Opener | None = None
) -> HttpResponseRedirect:
    """Keep what was posted, and let the browser know its token by `answer`.

    Nothing is kept of a page that we did not open for somebody, or that is longer than any of ours.
    What was kept before of the same page is replaced: it stands in this one.

    Args:
        who: whose it is, when the one who posts is known; else it is read from the page.
    """
    who = who or opener(request)
    fields = {
        name: values for name, values in request.POST.lists() if name not in (BY, _CSRF_TOKEN)
    }
    size = sum(len(value.encode()) for values in fields.values() for value in values)
    if who is None or size > policy.kept_form_max_bytes:
        return answer
    token = request.COOKIES.get(COOKIE) or secrets.token_urlsafe(32)
    KeptForm.objects.update_or_create(
        token_hash=_hash(token),
        path=request.path,
        defaults={
            "user_id": who.user_id,
            "assignment_id": who.assignment_id,
            "fields": fields,
            "kept_at": clock.now(),
        },
    )
    newest = KeptForm.objects.filter(user_id=who.user_id).order_by("-kept_at", "-pk")
    surplus = newest.values_list("pk", flat=True)[policy.kept_forms_per_person :]
    KeptForm.objects.filter(pk__in=list(surplus)).delete()
    answer.set_cookie(
        COOKIE,
        token,
        max_age=timedelta(hours=policy.kept_form_hours),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


def waiting(request: HttpRequest) -> QueryDict | None:
    """What the signed-in person had typed on this page when their session had ended, or None."""
    kept = _of_this_page(request).filter(kept_at__gt=_too_old(clock.now())).first()
    if kept is None:
        return None
    posted = QueryDict(mutable=True)
    for name, values in kept.fields.items():
        posted.setlist(name, values)
    return posted


def is_waiting(request: HttpRequest, *, path: str) -> bool:
    """Whether this browser left something on a page; nobody is signed in yet."""
    left = _of_this_browser(request).filter(path=path, kept_at__gt=_too_old(clock.now()))
    return left.exists()


def remove(request: HttpRequest) -> None:
    """Forget what was kept of this page: it is saved, or not wanted."""
    _of_this_page(request).delete()


def turn_away(request: HttpRequest) -> None:
    """Forget what was typed by an assignment to which the page is no longer open."""
    _of_this_page(request).filter(assignment=request.acting).delete()  # type: ignore[attr-defined]


def remove_others(request: HttpRequest, *, user: "User") -> None:
    """Forget what somebody else left in this browser: `user` is signing in."""
    _of_this_browser(request).exclude(user=user).delete()


def _of_this_browser(request: HttpRequest) -> QuerySet[KeptForm]:
    if COOKIE not in request.COOKIES:
        return KeptForm.objects.none()
    return KeptForm.objects.filter(token_hash=_hash(request.COOKIES[COOKIE]))


def _of_this_page(request: HttpRequest) -> QuerySet[KeptForm]:
    person = request.user.pk  # None, that is nobody, when signed out
    return _of_this_browser(request).filter(path=request.path, user_id=person)  # type: ignore[misc]


def _too_old(now: datetime) -> datetime:
    return now - timedelta(hours=policy.kept_form_hours)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
