"""Withdrawing an application before the decision: the motivation can be applied for again."""

from collections.abc import Callable
from typing import Protocol, cast

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from accounts.models import Assignment
from applications.flow import APPLICATION
from applications.models import Application
from applications.services import handing_over, renewing, supplements
from applications.services.told import NOT_WAITING
from klas import audit, clock
from klas.models import AccessAction
from motivations.services import supplements as prescribers_supplements
from motivations.services.telling import tell_author
from notifications.enums import NoticeKind


class Receiver(Protocol):
    """What the agency does with a withdrawal: locks its case, lets it happen, closes the case."""

    def __call__(
        self, application: Application, withdraw: Callable[[], Application], *, by: Assignment
    ) -> Application: ...


@transaction.atomic
def withdraw(
    application: Application, *, by: Assignment, reason: str, opened_revision: int | None = None
) -> Application:
    """Take an application back before the decision (domain §5); the agency closes its case.

    The author is told, and any pharmacy can apply on the motivation again; of a renewal, the
    motivation is over as before.

    Args:
        reason: the pharmacist's words, which the agency reads; never with a personnummer.

    Raises:
        Refused: no reason is given.
        NotAllowed, WrongState, Stale: see `Flow.perform`.
    """

    def act() -> Application:
        now = clock.now()
        withdrawn = APPLICATION.perform(
            application,
            "withdraw",
            by=by,
            reason=reason,
            opened_revision=opened_revision,
            withdrawn_at=now,
            expected_on=None,
            **NOT_WAITING,
            hearing_due_on=None,
        )
        handing_over.end_offer(withdrawn)
        supplements.application_withdrawn(withdrawn)
        if withdrawn.renews is not None:
            renewing.renewal_withdrawn(withdrawn, of=withdrawn.renews)
        else:
            motivation = prescribers_supplements.application_withdrawn(withdrawn.motivation)
            tell_author(
                motivation,
                NoticeKind.APPLICATION_WITHDRAWN,
                occasion=withdrawn.pk,
                product=motivation.product_line,
            )
        audit.record(
            AccessAction.WRITE,
            by=by,
            what="application_withdrawn",
            obj=withdrawn,
            whose=withdrawn.dnr,
        )
        return withdrawn

    # The agency's case is locked before the application, so the agency calls back.
    receiver = cast(Receiver, import_string(settings.WITHDRAWAL_RECEIVER))
    return receiver(application, act, by=by)
