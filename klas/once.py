"""A form does what it does once, however often it is sent (double click, back button, resend)."""

import uuid
from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect

from klas.models import IdempotencyKey

KEY_FIELD = "_key"
REVISION_FIELD = "_version"


def once(request: HttpRequest, act: Callable[[], str]) -> HttpResponseRedirect:
    """Run `act` in a transaction, once per person and form key, and redirect to its answer.

    The key (hidden field ``_key``) is inserted first: a second request with the same key waits for
    the first and is led to the same page. When `act` raises, the key is free again.

    Args:
        act: does the work and returns the URL to go to.

    Raises:
        SuspiciousOperation: the form carries no key.
        Refused, NotAllowed, ...: what `act` raises.
    """
    user = request.user
    if isinstance(user, AnonymousUser):
        raise PermissionDenied
    try:
        key = uuid.UUID(request.POST.get(KEY_FIELD, ""))
    except ValueError as error:
        raise SuspiciousOperation("form without idempotency key") from error
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO klas_idempotencykey (user_id, key, answer, created_at) "
                "VALUES (%s, %s, '', now()) ON CONFLICT (user_id, key) DO NOTHING",
                [user.pk, key],
            )
            is_first = cursor.rowcount == 1
        claim = IdempotencyKey.objects.get(user=user, key=key)
        if is_first:
            claim.answer = act()
            claim.save(update_fields=["answer"])
    return redirect(claim.answer)


def opened_revision(request: HttpRequest) -> int | None:
    """The revision the form was opened at (hidden field ``_version``), if it carries one."""
    value = request.POST.get(REVISION_FIELD, "")
    return int(value) if value.isdigit() else None
