"""Särskilt tillstånd, kept by the agency."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from decisions.models import Licence
from klas import audit, clock
from klas.access import Permission
from klas.errors import NotAllowed, Refused
from klas.models import AccessAction
from klas.presentation import swedish_date
from licences.models import DispensingPermission
from motivations.kinds import kind_of


@transaction.atomic
def permit(
    licence: Licence,
    *,
    dnr: str,
    conditions: str,
    valid_from: date,
    valid_to: date,
    by: Assignment,
) -> DispensingPermission:
    """Permit dispensing on prescription under a licence for requisitions.

    Raises:
        NotAllowed: the role may not decide.
        Refused: the licence needs no permission, or the time is not within the licence's.
    """
    if not by.has(Permission.DECIDE):
        raise NotAllowed
    if not kind_of(licence.kind).prescription_by_permission:
        raise Refused(
            _("Särskilt tillstånd behövs bara för generella licenser. %(number)s är en annan sort.")
            % {"number": licence.number}
        )
    if valid_to < valid_from:
        raise Refused(_("Sista dagen ska inte ligga före första dagen."))
    if valid_from < licence.valid_from or valid_to > licence.valid_to:
        raise Refused(
            _("Tillståndet kan bara gälla medan licensen gäller, %(from)s–%(to)s.")
            % {"from": swedish_date(licence.valid_from), "to": swedish_date(licence.valid_to)}
        )
    permission = DispensingPermission.objects.create(
        licence=licence,
        dnr=dnr,
        conditions=conditions,
        valid_from=valid_from,
        valid_to=valid_to,
        decided_by=by,
        decided_at=clock.now(),
    )
    _record(permission, by=by)
    return permission


@transaction.atomic
def end(permission: DispensingPermission, *, reason: str, by: Assignment) -> DispensingPermission:
    """End a permission at once; who is dispensing at this moment is waited for.

    Raises:
        NotAllowed: the role may not decide.
        Refused: no reason is given, or it has been ended already.
    """
    if not by.has(Permission.DECIDE):
        raise NotAllowed
    if not reason.strip():
        raise Refused(_("Skriv varför tillståndet ska upphöra."))
    Licence.objects.select_for_update(of=("self",)).get(pk=permission.licence_id)
    locked = DispensingPermission.objects.select_for_update(of=("self",)).get(pk=permission.pk)
    if locked.is_ended:
        raise Refused(_("Tillståndet har redan upphört. Någon kan ha hunnit före dig."))
    locked.ended_by, locked.ended_at, locked.end_reason = by, clock.now(), reason.strip()
    locked.save(update_fields=["ended_by", "ended_at", "end_reason"])
    _record(locked, by=by)
    return locked


def _record(permission: DispensingPermission, *, by: Assignment) -> None:
    audit.record(
        AccessAction.WRITE,
        by=by,
        what="dispensing_permission",
        obj=permission,
        whose=permission.dnr,
    )
