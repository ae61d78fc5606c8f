"""Signing in and out, and choosing what to act as. How identity is proven is the caller's part."""

from contextlib import suppress

from django.contrib.auth import SESSION_KEY as USER_KEY
from django.contrib.auth import login, logout
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.middleware import SESSION_KEY
from accounts.models import Assignment, PersonSession, User
from accounts.practice.checking import check
from accounts.practice.registers import RegisterDown
from accounts.sessions import ADDRESS_KEY, AGENT_KEY, STARTED_KEY
from klas import audit, blind, kept_forms, reauthentication
from klas.formats import parse_personal_number
from klas.models import AccessAction

BACKEND = "django.contrib.auth.backends.ModelBackend"
# How the session's person proved who they are, in a word or two: for the access log.
HOW_KEY = "signed_in_how"
_PURPOSE_LENGTH = 60
_AGENT_LENGTH = 300


def sign_in(
    request: HttpRequest, *, user: User, how: str = "", proven_at: int | None = None
) -> None:
    """Start a session for a person whose identity has been proven; no assignment is chosen yet.

    What somebody else had typed in this browser when their session ended is thrown away.

    Args:
        how: by which provider and on which level of assurance.
        proven_at: when they showed who they are, in seconds; None for just now.
    """
    with suppress(RegisterDown):  # they can read and write drafts; what is sent is asked about anew
        check(user)
    kept_forms.remove_others(request, user=user)
    if USER_KEY in request.session:  # else it gets its new key by Django
        request.session.cycle_key()
    login(request, user, backend=BACKEND)
    request.session[STARTED_KEY] = timezone.now().timestamp()
    request.session[AGENT_KEY] = request.headers.get("User-Agent", "")[:_AGENT_LENGTH]
    request.session[ADDRESS_KEY] = audit.request_address.get()
    request.session.pop(SESSION_KEY, None)
    request.session[HOW_KEY] = how[:_PURPOSE_LENGTH]
    reauthentication.mark(request, at=proven_at)


def prove_again(request: HttpRequest, *, how: str = "", proven_at: int | None = None) -> None:
    """The signed-in person has proven who they are once more, to sign something."""
    request.session.cycle_key()
    request.session[HOW_KEY] = how[:_PURPOSE_LENGTH]
    reauthentication.mark(request, at=proven_at)
    acting = getattr(request, "acting", None)
    if acting is not None:
        audit.record(
            AccessAction.SIGN_IN, by=acting, what="reauthentication", purpose=_how(request)
        )


def choose_assignment(request: HttpRequest, *, assignment: Assignment) -> None:
    """Act as `assignment` (one of the person's usable ones) for the rest of the session."""
    request.session[SESSION_KEY] = assignment.pk
    audit.record(AccessAction.SIGN_IN, by=assignment, what="session", purpose=_how(request))


def sign_out(request: HttpRequest) -> None:
    """End the session."""
    acting = getattr(request, "acting", None)
    if acting is not None:
        audit.record(AccessAction.SIGN_OUT, by=acting, what="session", purpose=_how(request))
    logout(request)


@transaction.atomic
def end_sessions(
    user: User, *, by: Assignment | None, keep: str = "", only: str | None = None
) -> int:
    """End a person's sessions in all processes at once; returns how many were alive.

    Args:
        keep: the row key of one that goes on.
        only: the row key of the one to end, instead of all.
    """
    ended = PersonSession.objects.filter(user=user).exclude(pk=keep)
    if only is not None:
        ended = ended.filter(pk=only)
    count = ended.alive().count()
    ended.delete()
    if count and by is not None:
        audit.record(AccessAction.SIGN_OUT, by=by, what="sessions_ended")
    return count


def personal_key(number: str) -> bytes:
    """What a person is found by when a provider tells their personnummer, which is not kept.

    Raises ValidationError when it is none.
    """
    return blind.blind("person", parse_personal_number(number).digits12)


def personal_keys(number: str) -> list[bytes]:
    """What the person may stand under: two while the search key is being replaced.

    Raises ValidationError when it is none.
    """
    return blind.blinds("person", parse_personal_number(number).digits12)


def _how(request: HttpRequest) -> str:
    return str(request.session.get(HOW_KEY, ""))
