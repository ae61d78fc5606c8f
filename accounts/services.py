"""Signing in and out, and choosing what to act as. How identity is proven is the caller's part."""

from contextlib import suppress

from django.contrib.auth import login, logout
from django.http import HttpRequest

from accounts.middleware import SESSION_KEY
from accounts.models import Assignment, User
from accounts.practice.checking import check
from accounts.practice.registers import RegisterDown
from klas import audit, kept_forms, reauthentication
from klas.models import AccessAction

BACKEND = "django.contrib.auth.backends.ModelBackend"


def sign_in(request: HttpRequest, *, user: User) -> None:
    """Start a session for a person whose identity has been proven; no assignment is chosen yet.

    What somebody else had typed in this browser when their session ended is thrown away.
    """
    with suppress(RegisterDown):  # they can read and write drafts; what is sent is asked about anew
        check(user)
    kept_forms.remove_others(request, user=user)
    login(request, user, backend=BACKEND)
    request.session.pop(SESSION_KEY, None)
    reauthentication.mark(request)


def prove_again(request: HttpRequest) -> None:
    """The signed-in person has proven who they are once more, to sign something."""
    request.session.cycle_key()
    reauthentication.mark(request)
    acting = getattr(request, "acting", None)
    if acting is not None:
        audit.record(AccessAction.SIGN_IN, by=acting, what="reauthentication")


def choose_assignment(request: HttpRequest, *, assignment: Assignment) -> None:
    """Act as `assignment` (one of the person's usable ones) for the rest of the session."""
    request.session[SESSION_KEY] = assignment.pk
    audit.record(AccessAction.SIGN_IN, by=assignment, what="session")


def sign_out(request: HttpRequest) -> None:
    """End the session."""
    acting = getattr(request, "acting", None)
    if acting is not None:
        audit.record(AccessAction.SIGN_OUT, by=acting, what="session")
    logout(request)
