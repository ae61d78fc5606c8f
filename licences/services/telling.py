"""Pharmacies are told what happens to a licence that they hold or have dispensed on."""

from collections.abc import Iterable

from django.urls import reverse

from accounts.queries import pharmacists_at
from decisions.models import Licence
from klas import clock
from licences.models import Dispensing
from notifications.enums import NoticeKind
from notifications.services.telling import tell


def tell_pharmacies_of(licence: Licence, kind: NoticeKind, *, key: str) -> None:
    """Leave the pharmacists a notice that leads to the licence card, once per `key`."""
    for pharmacy_id in pharmacies_of(licence):
        tell_pharmacists(
            pharmacy_id,
            kind,
            key=key,
            url=reverse("licences:card", args=[licence.pk]),
            facts={"licence": licence.number, "product": licence.product.product_line},
        )


def tell_pharmacists(
    pharmacy_id: int, kind: NoticeKind, *, key: str, url: str, facts: dict[str, str]
) -> None:
    """Leave each pharmacist at a pharmacy a notice, once per `key`."""
    for user in pharmacists_at(pharmacy_id, on=clock.today()):
        tell(user, kind, key=key, url=url, facts=facts)


def pharmacies_of(licence: Licence) -> Iterable[int]:
    """The keys of the pharmacies that a licence concerns: its holder, and who has dispensed."""
    dispensed = Dispensing.objects.filter(licence=licence).values_list("pharmacy_id", flat=True)
    return sorted({licence.holder_id, *dispensed})
