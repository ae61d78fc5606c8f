"""Handing an application over to another pharmacy, before the decision (domain §5).

Only what has been sent is handed over: nobody else has seen a draft, and the other pharmacy can
begin one of its own on the motivation. The fee is the sender's: it was charged when it was sent.
"""

from collections.abc import Callable
from typing import Protocol, cast

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from accounts.queries import pharmacists_at
from applications.enums import ApplicationStatus, HandOverStatus
from applications.flow import APPLICATION, HAND_OVER
from applications.models import Application, HandOver, HandOverEvent
from applications.permissions import works_here
from applications.services.applying import throw_away
from klas import audit, clock
from klas.access import SYSTEM, Permission
from klas.errors import NotAllowed, Refused, Stale, WrongState
from klas.models import AccessAction
from motivations.flow import MOTIVATION
from motivations.services.telling import tell_author
from notifications.enums import NoticeKind
from notifications.services.telling import tell
from pharmacies.models import Pharmacy


class Receiver(Protocol):
    """What the agency does with a new applicant: locks its case, lets it happen, is told."""

    def __call__(
        self, application: Application, accept: Callable[[], HandOver], *, by: Assignment
    ) -> HandOver: ...


@transaction.atomic
def offer(
    application: Application,
    *,
    to: Pharmacy,
    reason: str,
    by: Assignment,
    opened_revision: int | None = None,
) -> HandOver:
    """Offer an application to another pharmacy, whose pharmacists are told.

    Args:
        reason: the pharmacist's words, which the other pharmacy and the agency read.

    Raises:
        NotAllowed: `by` is no pharmacist of the applying pharmacy.
        WrongState: it is a draft, decided or withdrawn.
        Stale: it was changed since the page was opened.
        Refused: no reason, the own pharmacy or one that is closed, or it is offered already.
    """
    locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if not (by.has(Permission.SEND_APPLICATIONS) and works_here(by, locked)):
        raise NotAllowed
    if not can_be_handed_over(locked):
        raise WrongState(
            _(
                "Ansökan kan inte lämnas över. Bara ansökningar som väntar på beslut kan det, och "
                "bara apoteket med licensen kan förnya den."
            )
        )
    if opened_revision is not None and opened_revision != locked.revision:
        raise Stale(_("Någon annan har ändrat ansökan sedan du öppnade sidan. Läs den igen."))
    if not reason.strip():
        raise Refused(_("Skriv varför ni lämnar över ansökan."))
    if to.pk == locked.pharmacy_id:
        raise Refused(_("Det är ert eget apotek. Välj ett annat."))
    if not to.active:
        raise Refused(_("Apoteket är inte längre verksamt. Välj ett annat."))
    if open_offer(locked) is not None:
        raise Refused(_("Ansökan är redan erbjuden ett apotek. Ta tillbaka erbjudandet först."))
    now = clock.now()
    hand_over = HandOver.objects.create(
        application=locked,
        giver=locked.pharmacy,
        receiver=to,
        reason=reason.strip(),
        offered_by=by,
        offered_at=now,
    )
    HandOverEvent.objects.create(
        subject=hand_over,
        action="offer",
        from_state="",
        to_state=hand_over.status,
        actor=by,
        at=now,
        reason=hand_over.reason,
    )
    for user in pharmacists_at(to.pk, on=clock.today()):
        tell(
            user,
            NoticeKind.HAND_OVER_OFFERED,
            key=f"hand-over-{hand_over.pk}",
            url=hand_over.get_absolute_url(),
            reference=locked.dnr,
            facts={"pharmacy": locked.pharmacy.name, "product": _product_of(locked)},
        )
    _record(hand_over, by=by)
    return hand_over


@transaction.atomic
def accept(
    hand_over: HandOver, *, available: bool, by: Assignment, opened_revision: int | None = None
) -> HandOver:
    """Take an application over: the acting pharmacy is its applicant from now on.

    The agency is told in the same transaction, the author and the former pharmacy by notice.

    Args:
        available: the pharmacist has made sure that the product can be ordered here too.

    Raises:
        Refused: it has not been made sure that the product can be ordered.
        NotAllowed, WrongState, Stale: see `Flow.perform`; WrongState too when the application has
            been decided or withdrawn.
    """
    if not available:
        raise Refused(_("Kontrollera först att ni kan beställa läkemedlet."))

    def act() -> HandOver:
        application = Application.objects.select_for_update(of=("self",)).get(
            pk=hand_over.application_id
        )
        accepted = HAND_OVER.perform(
            hand_over,
            "accept",
            by=by,
            opened_revision=opened_revision,
            ended_by=by,
            ended_at=clock.now(),
        )
        names = {"from": accepted.giver.name, "to": accepted.receiver.name}
        moved = APPLICATION.perform(
            application,
            "handed_over",
            by=by,
            reason=accepted.reason,
            data=names,
            pharmacy=accepted.receiver,
            assigned_to=None,
        )
        # A draft that the pharmacy had begun on the same motivation has nothing left to be for.
        begun = Application.objects.select_for_update(of=("self",)).filter(
            motivation=moved.motivation_id, pharmacy=by.pharmacy_id, status=ApplicationStatus.DRAFT
        )
        for draft in begun:
            throw_away(draft, by=by)
        motivation = MOTIVATION.perform(
            moved.motivation, "application_handed_over", by=SYSTEM, data=names
        )
        facts = {"pharmacy": accepted.receiver.name, "product": _product_of(moved)}
        tell_author(motivation, NoticeKind.HANDED_OVER, occasion=accepted.pk, **facts)
        _tell_giver(accepted, NoticeKind.HANDED_OVER, dnr=moved.dnr, facts=facts)
        _record(accepted, by=by)
        return accepted

    # The agency's case is locked before the application, so the agency calls back.
    receiver = cast(Receiver, import_string(settings.HAND_OVER_RECEIVER))
    return receiver(hand_over.application, act, by=by)


@transaction.atomic
def decline(
    hand_over: HandOver, *, reason: str, by: Assignment, opened_revision: int | None = None
) -> HandOver:
    """Say no to an offer; the application stays where it is.

    Raises:
        Refused: no reason is given.
        NotAllowed, WrongState, Stale: see `Flow.perform`.
    """
    declined = HAND_OVER.perform(
        hand_over,
        "decline",
        by=by,
        reason=reason.strip(),
        opened_revision=opened_revision,
        ended_by=by,
        ended_at=clock.now(),
    )
    application = declined.application
    _tell_giver(
        declined,
        NoticeKind.HAND_OVER_DECLINED,
        dnr=application.dnr,
        facts={"pharmacy": declined.receiver.name, "product": _product_of(application)},
    )
    _record(declined, by=by)
    return declined


@transaction.atomic
def take_back(
    hand_over: HandOver, *, by: Assignment, opened_revision: int | None = None
) -> HandOver:
    """Take an offer back that nobody has answered. Raises as `Flow.perform`."""
    taken = HAND_OVER.perform(
        hand_over,
        "take_back",
        by=by,
        opened_revision=opened_revision,
        ended_by=by,
        ended_at=clock.now(),
    )
    _record(taken, by=by)
    return taken


def end_offer(application: Application) -> None:
    """End the open offer of an application that is over, if there is one.

    The caller holds the application's lock.
    """
    offered = open_offer(application)
    if offered is not None:
        HAND_OVER.perform(offered, "end", by=SYSTEM, ended_at=clock.now())


def can_be_handed_over(application: Application) -> bool:
    """Whether it is with the agency and not decided, and renews no licence of the pharmacy's."""
    return application.is_live and not application.is_draft and not application.is_renewal


def open_offer(application: Application) -> HandOver | None:
    """The offer of an application that waits for an answer, if there is one."""
    return (
        HandOver.objects.filter(application=application, status=HandOverStatus.OFFERED)
        .select_related("receiver")
        .first()
    )


def _tell_giver(hand_over: HandOver, kind: NoticeKind, *, dnr: str, facts: dict[str, str]) -> None:
    tell(
        hand_over.offered_by.user,
        kind,
        key=f"hand-over-answer-{hand_over.pk}",
        url=hand_over.get_absolute_url(),
        reference=dnr,
        facts=facts,
    )


def _product_of(application: Application) -> str:
    assert application.product is not None  # noqa: S101 - a sent application has frozen it
    return application.product.product_line


def _record(hand_over: HandOver, *, by: Assignment) -> None:
    audit.record(
        AccessAction.WRITE,
        by=by,
        what="hand_over",
        obj=hand_over,
        whose=hand_over.application.dnr,
    )
