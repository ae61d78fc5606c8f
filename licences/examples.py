"""What the demo's pharmacies have handed out on its licences, and what the agency did with them."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from stdnum.ean import calc_check_digit

from accounts.demo import PEOPLE, subject_of
from accounts.models import Assignment
from decisions.enums import CorrectedPart, CorrectionHearing
from decisions.models import Licence
from klas import clock
from licences.models import Dispensing
from licences.services import dispensing, stopping
from licences.services.correcting import CorrectionFacts, correct
from licences.services.dispensing import Withdrawal
from licences.services.finding import find_by_number
from licences.services.recall import recall
from medicines.models import Pack

BATCH = "EX26-104"
# Of each licence, oldest first: shares of it in percent, each handed out some days after the last.
_SHARES = ((25, 25), (60, 40), (10,), (30, 30, 30), (25,))
_DAYS_BETWEEN = 5
# GTINs with 952, the prefix that GS1 keeps for examples.
_GTIN = "0952000000{:03d}"


@transaction.atomic
def load() -> bool:
    """Dispense on the oldest licences; returns False when something has been already."""
    if Dispensing.objects.exists():
        return False
    people = _pharmacists()
    licences = list(Licence.objects.select_related("product").order_by("valid_from", "pk"))
    for place, (licence, shares) in enumerate(zip(licences, _SHARES, strict=False)):
        gtin = _pack(licence, place)
        day = licence.valid_from
        for turn, share in enumerate(shares):
            day += timedelta(days=_DAYS_BETWEEN)
            with clock.at(_moment(day, turn)):
                entry = _dispense(licence, share, gtin, by=people[(place + turn) % len(people)])
                if place == 3 and turn == 1:
                    dispensing.reverse(
                        entry,
                        reason="Fel antal förpackningar registrerades.",
                        by=entry.registered_by,
                    )
    _oversee(licences)
    return True


def _oversee(licences: list[Licence]) -> None:
    """One licence stopped, one decision corrected, one batch recalled."""
    used, corrected, *_others, stopped = licences
    officer = _person("handlaggare")
    correct(
        corrected.decision,
        CorrectionFacts(
            part=CorrectedPart.CONDITIONS,
            right="Effekten ska följas upp var tredje månad.",
            reason="Villkoret föll bort när beslutet skrevs.",
            hearing=CorrectionHearing.NEEDLESS,
            hearing_text="Felet är uppenbart.",
        ),
        by=officer,
    )
    stopping.suspend(
        stopped,
        reason="Nya uppgifter om leverskador utreds.",
        instruction="Lämna inte ut mer. Be kunden kontakta sin förskrivare.",
        by=officer,
    )
    reason = "Fel styrka har hittats i en burk."
    recall([used.product], batch=BATCH, reason=reason, by=_person("beslutsfattare"))


def _person(key: str) -> Assignment:
    subject = next(subject_of(person) for person in PEOPLE if person.key == key)
    found = Assignment.objects.filter(user__subject=subject).select_related("user")
    return found.order_by("pk")[0]


def _dispense(licence: Licence, share: int, gtin: str, *, by: Assignment) -> Dispensing:
    find_by_number(licence.number, purpose="dispense", by=by)
    quantity = (licence.quantity * share / 100).quantize(Decimal(1))
    return dispensing.dispense(
        licence,
        Withdrawal(
            at=clock.now() - timedelta(minutes=5),
            route=licence.route,
            order_id=f"EX-{licence.pk:03d}-{share}",
            pack=f"{quantity} {licence.get_unit_display()}",
            packs=1,
            quantity=quantity,
            batch=BATCH,
            expires_on=clock.today() + timedelta(days=500),
            gtin=gtin,
            product_checked=True,
        ),
        by=by,
    )


def _pack(licence: Licence, place: int) -> str:
    """Give the product a pack in the register with a code that can be scanned; its GTIN, or ""."""
    register = licence.product.register
    if register is None:
        return ""
    body = _GTIN.format(place)
    pack, _is_new = Pack.objects.get_or_create(
        product=register,
        pack_id="EX-GTIN",
        defaults={
            "code": body + calc_check_digit(body),
            "description": f"100 {licence.get_unit_display()}",
        },
    )
    return pack.code


def _pharmacists() -> list[Assignment]:
    subjects = [subject_of(person) for person in PEOPLE if person.key.startswith("farmaceut")]
    found = Assignment.objects.filter(user__subject__in=subjects).select_related("pharmacy", "user")
    return list(found.order_by("pk"))


def _moment(day: date, turn: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(10 + turn, 20)))
