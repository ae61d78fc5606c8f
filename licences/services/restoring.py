"""A revocation is undone after an appeal: the licence can be used again."""

from django.db import transaction

from accounts.models import Assignment
from applications.services import told_after
from decisions.enums import LetterReason, Recipient
from decisions.flow import LICENCE
from decisions.letters import licence_acts as letters
from decisions.models import Letter, Licence, Revocation
from decisions.services.ordering import matter, order
from klas import audit
from klas.models import AccessAction
from licences.services.telling import tell_pharmacies_of
from notifications.enums import NoticeKind


@transaction.atomic
def restore(revocation: Revocation, *, reason: str, by: Assignment) -> Licence:
    """Let a licence hold again as it was decided: the agency or the court has undone `revocation`.

    Called through `settings.RESTORATION_RECEIVER`, with the case locked before the licence. That
    the licence holds again, and is to be revoked anew by a new decision if at all, is our reading
    of FL 38–39 §§ and of what a court means when it lifts a decision.

    Args:
        reason: what was found, which pharmacies and prescriber read.

    Raises:
        WrongState: the licence is not revoked.
    """
    licence = Licence.objects.select_related(
        "product",
        "decision__case__application__motivation",
        "decision__case__application__version",
        "decision__case__application__pharmacy",
    ).get(pk=revocation.licence_id)
    moved = LICENCE.perform(licence, "restore", by=by, reason=reason)
    case = licence.decision.case
    audit.record(AccessAction.WRITE, by=by, what="licence_act", obj=moved, whose=case.dnr)
    told_after.licence_lifted(case.application, reason=reason, licence_valid_to=licence.valid_to)
    event = licence.events.select_related("actor__user").latest("pk")
    order(
        case,
        to=Recipient.PHARMACY,
        reason=LetterReason.LIFTED,
        about=event,
        facts={**letters.stop_facts(licence, event), "text": "restored"},
        replaces=Letter.objects.get(about=matter(revocation)),
    )
    kind = NoticeKind.LICENCE_LIFTED
    tell_pharmacies_of(licence, kind, key=f"{kind}-{licence.pk}-{moved.revision}")
    return moved
