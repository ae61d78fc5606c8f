"""Registering what is handed out on a licence, and reversing it.

Every entry locks the licence and then its balance, so that two pharmacies at once can neither
overdraw nor hand out on a licence that the agency is stopping.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from decisions.models import Licence
from klas import audit, clock
from klas.access import Permission
from klas.errors import NotAllowed, Refused, Stale
from klas.models import AccessAction
from klas.presentation import quantity as in_words
from klas.presentation import swedish_date
from licences import queries, words
from licences.enums import DispensingKind, LicenceState
from licences.models import Dispensing, DispensingPermission, LicenceBalance
from licences.rules import routes_for, state_of
from licences.services.packs import Match, compare
from licences.services.recall import tell_dispensed
from motivations.kinds import Route, Unit, kind_of
from pharmacies.models import Pharmacy


class CannotDispense(Refused):
    """A withdrawal that is refused; `field` is what it is about, "" for the whole."""

    def __init__(self, message: str | Promise, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Withdrawal:
    """What a pharmacist says was handed out; `quantity` in the licence's unit.

    `care_unit` is an HSA-id, for requisitions. `product_checked`: the pharmacist has compared the
    pack with the licence's exact product.
    """

    at: datetime
    route: str
    order_id: str
    pack: str
    packs: int
    quantity: Decimal
    batch: str
    expires_on: date
    care_unit: str = ""
    gtin: str = ""
    serial: str = ""
    product_checked: bool = False


@transaction.atomic
def dispense(
    licence: Licence,
    withdrawal: Withdrawal,
    *,
    by: Assignment,
    opened_revision: int | None = None,
) -> Dispensing:
    """Register a withdrawal and take it from the balance (domain §5, “Dispensing”).

    Args:
        opened_revision: the balance's revision on the page that was acted from.

    Raises:
        NotAllowed: the role may not dispense.
        CannotDispense: see `check`.
        Stale: somebody else has dispensed or reversed since the page was opened.
    """
    pharmacy = _pharmacy_of(by)
    locked, balance = _locked(licence)
    if opened_revision is not None and opened_revision != balance.revision:
        raise Stale(
            _(
                "Någon annan har registrerat på licensen sedan du öppnade sidan. Nu finns "
                "%(left)s kvar. Det du skrev finns kvar. Kontrollera och registrera igen."
            )
            % {"left": in_words(balance.remaining, locked.get_unit_display())}
        )
    unit, permission = _check(locked, withdrawal, balance=balance, pharmacy=pharmacy)
    balance.remaining -= withdrawal.quantity
    _keep(balance)
    entry = Dispensing.objects.create(
        licence=locked,
        kind=DispensingKind.WITHDRAWAL,
        pharmacy=pharmacy,
        registered_by=by,
        registered_at=clock.now(),
        at=withdrawal.at,
        route=withdrawal.route,
        order_id=withdrawal.order_id,
        care_unit=unit.hsa_id if unit else "",
        care_unit_name=unit.name if unit else "",
        permission=permission,
        product_key=locked.product.product_key,
        pack=withdrawal.pack,
        packs=withdrawal.packs,
        quantity=withdrawal.quantity,
        batch=withdrawal.batch,
        expires_on=withdrawal.expires_on,
        gtin=withdrawal.gtin,
        serial=withdrawal.serial,
    )
    recalled = queries.recall_in_force(locked.product, entry.batch)
    if recalled is not None:
        # Handed out before the recall and written down after it.
        tell_dispensed(recalled, [entry], by=recalled.by)
    _record(entry, by=by)
    return entry


@transaction.atomic
def reverse(entry: Dispensing, *, reason: str, by: Assignment) -> Dispensing:
    """Take back a whole withdrawal with an entry of its own; the withdrawal itself stays.

    A licence that has ended or is stopped can be corrected too: what was registered wrongly was.

    Raises:
        NotAllowed: the role may not dispense, or the entry is another pharmacy's.
        Refused: no reason is given, it is no withdrawal, or it has been reversed already.
    """
    if _pharmacy_of(by).pk != entry.pharmacy_id:
        raise NotAllowed
    if not reason.strip():
        raise Refused(_("Skriv varför uttaget ska rättas."))
    locked, balance = _locked(entry.licence)
    if not entry.is_withdrawal:
        raise Refused(_("En rättelse kan inte rättas. Registrera uttaget på nytt i stället."))
    if Dispensing.objects.filter(reversal_of=entry).exists():
        raise Refused(_("Uttaget är redan rättat. Mängden finns på licensen igen."))
    balance.remaining += entry.quantity
    _keep(balance)
    now = clock.now()
    same = (
        "route", "order_id", "care_unit", "care_unit_name", "permission_id", "product_key",
        "pack", "packs", "quantity", "batch", "expires_on", "gtin", "serial", "pharmacy_id",
    )  # fmt: skip
    reversal = Dispensing.objects.create(
        licence=locked,
        kind=DispensingKind.REVERSAL,
        registered_by=by,
        registered_at=now,
        at=now,
        reversal_of=entry,
        reason=reason.strip(),
        **{field: getattr(entry, field) for field in same},
    )
    _record(reversal, by=by)
    return reversal


def check(licence: Licence, withdrawal: Withdrawal, *, by: Assignment) -> None:
    """Tell whether a withdrawal could be registered now; nothing is locked or written.

    Raises:
        NotAllowed: the role may not dispense.
        CannotDispense: why not, and what to do.
    """
    balance = queries.balance_of(licence)
    _check(licence, withdrawal, balance=balance, pharmacy=_pharmacy_of(by))


def obstacle(licence: Licence, *, by: Assignment) -> str:
    """Why nothing at all can be handed out here today, and what to do; "" when it can."""
    pharmacy, today = _pharmacy_of(by), clock.today()
    state = state_of(licence, remaining=queries.balance_of(licence).remaining, on=today)
    if state != LicenceState.VALID:
        return words.state_text(state, licence)
    permission = queries.permission_in_force(licence, on=today)
    if routes_for(licence, pharmacy, permission=permission):
        return ""
    return _not_here(licence, pharmacy)


def _check(
    licence: Licence, withdrawal: Withdrawal, *, balance: LicenceBalance, pharmacy: Pharmacy
) -> tuple[Unit | None, DispensingPermission | None]:
    """The unit it goes to and the permission it leans on, if any; raises as `check`."""
    on = timezone.localdate(withdrawal.at)
    permission = queries.permission_in_force(licence, on=on)
    _check_time(licence, withdrawal, on=on, remaining=balance.remaining)
    leans_on = _check_route(licence, withdrawal, pharmacy=pharmacy, permission=permission)
    unit = _check_unit(licence, withdrawal)
    _check_pack(licence, withdrawal, on=on)
    if withdrawal.quantity > balance.remaining:
        raise CannotDispense(words.not_enough(licence, balance.remaining), "quantity")
    return unit, leans_on


def _check_time(licence: Licence, withdrawal: Withdrawal, *, on: date, remaining: Decimal) -> None:
    if withdrawal.at > clock.now():
        raise CannotDispense(
            _("Tidpunkten ligger framåt i tiden. Skriv när läkemedlet lämnades ut."), "on"
        )
    state = state_of(licence, remaining=remaining, on=on)
    if state in (LicenceState.NOT_YET, LicenceState.EXPIRED):
        raise CannotDispense(words.state_text(state, licence), "on")
    if state != LicenceState.VALID:
        raise CannotDispense(words.state_text(state, licence))


def _check_route(
    licence: Licence,
    withdrawal: Withdrawal,
    *,
    pharmacy: Pharmacy,
    permission: DispensingPermission | None,
) -> DispensingPermission | None:
    route = Route(withdrawal.route)
    if route in routes_for(licence, pharmacy, permission=None):
        return None
    if route in routes_for(licence, pharmacy, permission=permission):
        return permission
    if not routes_for(licence, pharmacy, permission=permission):
        raise CannotDispense(_not_here(licence, pharmacy))
    if route == licence.route:
        # It may be dispensed here on prescription, by permission, and not as it was granted.
        raise CannotDispense(_not_here(licence, pharmacy), "route")
    raise CannotDispense(words.wrong_route(route), "route")


def _not_here(licence: Licence, pharmacy: Pharmacy) -> str:
    if kind_of(licence.kind).any_pharmacy:
        return words.only_open_pharmacies(pharmacy)
    return words.only_the_holder(licence)


def _check_unit(licence: Licence, withdrawal: Withdrawal) -> Unit | None:
    if withdrawal.route != Route.REQUISITION:
        return None
    units = queries.units_of(licence)
    if not units:
        return None
    for unit in units:
        if unit.hsa_id == withdrawal.care_unit:
            return unit
    raise CannotDispense(
        _(
            "Vårdenheten står inte i beslutet och får inte rekvirera på licensen. Välj en av "
            "enheterna i beslutet. En annan enhet behöver en egen licens."
        ),
        "care_unit",
    )


def _check_pack(licence: Licence, withdrawal: Withdrawal, *, on: date) -> None:
    if withdrawal.expires_on < on:
        raise CannotDispense(
            _(
                "Förpackningen gick ut %(day)s, innan den lämnades ut. Ta en annan förpackning, "
                "eller rätta datumet."
            )
            % {"day": swedish_date(withdrawal.expires_on)},
            "expires_on",
        )
    recall = queries.recall_in_force(licence.product, withdrawal.batch)
    # A withdrawal is written down to the minute: the recall's own minute is not before it.
    if recall is not None and withdrawal.at >= recall.at.replace(second=0, microsecond=0):
        raise CannotDispense(words.recalled(recall), "batch")
    comparison = compare(licence.product, withdrawal.gtin)
    if comparison.match == Match.OTHER:
        raise CannotDispense(comparison.text, "gtin")
    if comparison.match != Match.SAME and not withdrawal.product_checked:
        raise CannotDispense(
            _("Jämför förpackningen med licensens läkemedel och kryssa i att det är samma."),
            "product_checked",
        )


def _locked(licence: Licence) -> tuple[Licence, LicenceBalance]:
    """The licence and its balance, locked in this order."""
    locked = (
        Licence.objects.select_for_update(of=("self",))
        .select_related("product", "holder", "decision__case__application__version")
        .get(pk=licence.pk)
    )
    balance, _is_new = LicenceBalance.objects.select_for_update().get_or_create(
        licence=locked, defaults={"granted": locked.quantity, "remaining": locked.quantity}
    )
    return locked, balance


def _keep(balance: LicenceBalance) -> None:
    balance.revision += 1
    balance.save(update_fields=["remaining", "revision"])


def _record(entry: Dispensing, *, by: Assignment) -> None:
    dnr = entry.licence.decision.case.dnr
    audit.record(AccessAction.WRITE, by=by, what="dispensing", obj=entry, whose=dnr)


def _pharmacy_of(by: Assignment) -> Pharmacy:
    if not by.has(Permission.DISPENSE) or by.pharmacy is None:
        raise NotAllowed
    return by.pharmacy
