"""A safety action on many licences at once, as an officer orders it (`safety_work` does it)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Assignment
from klas import audit, clock
from klas.access import Permission
from klas.errors import NotAllowed, Refused, Stale
from klas.models import AccessAction
from licences import oversight
from licences.models import ActedLicence, SafetyAction
from licences.tasks import do_safety_actions
from medicines.models import ExactProduct


@dataclass(frozen=True)
class SafetyFacts:
    """What an officer wants done (`SafetyAct`) with the licences for some products, and why."""

    act: str
    products: Sequence[ExactProduct]
    reason: str
    instruction: str = ""


@transaction.atomic
def order(facts: SafetyFacts, *, expected: int, by: Assignment) -> SafetyAction:
    """Order a safety action; the worker does it.

    Args:
        expected: how many licences the officer was shown.

    Raises:
        NotAllowed: the role does not decide.
        Refused: no reason is given, or no licence is touched.
        Stale: it is another number of licences now.
    """
    if not by.has(Permission.DECIDE):
        raise NotAllowed
    if not facts.reason.strip():
        raise Refused(_("Skriv skälet."))
    touched = oversight.touched_by(facts.act, facts.products, today=clock.today())
    keys = list(touched.values_list("pk", flat=True))
    if len(keys) != expected:
        raise Stale(
            _("Nu är det %(now)s licenser, inte %(then)s. Läs igenom och bekräfta igen.")
            % {"now": len(keys), "then": expected}
        )
    if not keys:
        raise Refused(_("Det finns inga licenser att göra det med."))
    action = SafetyAction.objects.create(
        act=facts.act,
        product_line=_line(facts.products),
        reason=facts.reason.strip(),
        instruction=facts.instruction.strip(),
        by=by,
        at=clock.now(),
    )
    action.products.set(facts.products)
    ActedLicence.objects.bulk_create(
        [ActedLicence(action=action, licence_id=key) for key in keys], batch_size=1_000
    )
    audit.record(AccessAction.WRITE, by=by, what="safety_action", obj=action)
    do_safety_actions.defer()
    return action


def _line(products: Sequence[ExactProduct]) -> str:
    """What was chosen, in a notice's words: the product, or the first of many."""
    first = products[0].product_line
    if len(products) == 1:
        return first
    return _("%(product)s och %(n)s till") % {"product": first, "n": len(products) - 1}
