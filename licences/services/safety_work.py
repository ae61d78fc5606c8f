"""Doing what a safety action orders, licence by licence; called by the worker.

Each licence is a transaction of its own with the row of the order locked: killed anywhere, what is
committed is done and the rest waits.
"""

import structlog
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.services import told_after
from decisions.models import Licence
from klas import clock
from klas.errors import NotAllowed, Refused
from klas.policy import policy
from licences.enums import ActedState, SafetyAct
from licences.models import ActedLicence, SafetyAction
from licences.services import stopping
from licences.services.telling import pharmacies_of, tell_pharmacists
from notifications.enums import NoticeKind

logger = structlog.get_logger("licences.safety")

_NOTICES = {
    SafetyAct.SUSPEND: NoticeKind.SAFETY_SUSPENDED,
    SafetyAct.LIFT: NoticeKind.SAFETY_LIFTED,
    SafetyAct.TELL: NoticeKind.SAFETY_TOLD,
}


def work(*, limit: int) -> int:
    """Do at most so many of the licences that wait; returns how many were taken.

    One transaction each. One whose act fails in a way that nobody has thought of is tried again
    later, at most `policy.safety_attempts` times.
    """
    failed: set[int] = set()
    for done in range(limit):
        with transaction.atomic():
            acted = (
                ActedLicence.objects.filter(state=ActedState.WAITING)
                .exclude(pk__in=failed)
                .order_by("attempts", "pk")
                .select_for_update(skip_locked=True, of=("self",))
                .select_related("action__by__user", "licence")
                .first()
            )
            if acted is None:
                return done
            if not _attempt(acted):
                failed.add(acted.pk)
    return limit


def _attempt(acted: ActedLicence) -> bool:
    """Act on one licence, with its order locked; False when it is to be tried again."""
    acted.attempts += 1
    try:
        with transaction.atomic():
            _act(acted.action, acted.licence)
        problem = ""
    except (Refused, NotAllowed) as error:
        problem = str(error) or _("Den som beställde åtgärden får inte längre göra det.")
    except Exception as error:  # one licence must not stop the others
        name = type(error).__name__
        logger.error("safety_act_failed", pk=acted.pk, error=name)
        if acted.attempts < policy.safety_attempts:
            acted.save(update_fields=["attempts"])
            return False
        problem = _("Ett tekniskt fel (%(name)s). Gör det på licensens sida.") % {"name": name}
    acted.state = ActedState.FAILED if problem else ActedState.DONE
    acted.problem, acted.done_at = problem, clock.now()
    acted.save(update_fields=["state", "problem", "attempts", "done_at"])
    return True


def _act(action: SafetyAction, licence: Licence) -> None:
    reason, instruction, by = action.reason, action.instruction, action.by
    match SafetyAct(action.act):
        case SafetyAct.SUSPEND:
            licence = stopping.suspend(
                licence, reason=reason, instruction=instruction, by=by, telling=False
            )
        case SafetyAct.LIFT:
            licence = stopping.lift(
                licence, reason=reason, instruction=instruction, by=by, telling=False
            )
        case SafetyAct.TELL:
            told_after.safety_information(licence.decision.case.application, reason=reason)
    kind = _NOTICES[SafetyAct(action.act)]
    for pharmacy_id in pharmacies_of(licence):
        tell_pharmacists(
            pharmacy_id,
            kind,
            key=f"safety-{action.pk}",
            url=reverse("licences:safety_told", args=[action.pk]),
            facts={"product": action.product_line},
        )
