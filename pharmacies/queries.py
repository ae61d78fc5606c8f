"""Questions to the register of pharmacies and care units."""

import re

from django.db.models import Q, QuerySet

from pharmacies.models import CareUnit, Pharmacy

# A person chooses from a list on screen; more than this is no choice.
CHOICES = 10


def active_pharmacies() -> QuerySet[Pharmacy]:
    """Return the pharmacies in business, by name."""
    return Pharmacy.objects.filter(active=True).order_by("name", "pk")


def active_care_units() -> QuerySet[CareUnit]:
    """Return the care units in business, by name."""
    return CareUnit.objects.filter(active=True).order_by("name", "pk")


def find_pharmacy(text: str) -> list[Pharmacy]:
    """Return the active pharmacies that `text` may mean, at most ten, by name.

    In: a GLN, a name, "name, town" or parts of them, in any case. One row means that the text is
    unambiguous: a GLN or a full name (with or without its town) beats parts of names.
    """
    text = " ".join(text.split())
    if not text:
        return []
    pharmacies = active_pharmacies()
    if re.fullmatch(r"[\d -]+", text):
        return list(pharmacies.filter(gln=re.sub(r"\D", "", text)))
    exact = pharmacies.filter(name__iexact=text)
    if "," in text:
        name, _comma, city = (part.strip() for part in text.rpartition(","))
        exact |= pharmacies.filter(name__iexact=name, city__iexact=city)
    return list(exact[:CHOICES]) or list(
        pharmacies.filter(_every_word(text, ("name", "city", "chain")))[:CHOICES]
    )


def search_care_units(text: str, *, limit: int = CHOICES) -> list[CareUnit]:
    """Return active care units by HSA-id, or by words of name, organisation, town or region."""
    text = " ".join(text.split())
    if not text:
        return []
    units = active_care_units()
    by_id = list(units.filter(hsa_id__iexact=text)[:1])
    fields = ("name", "organisation", "city", "region")
    return by_id or list(units.filter(_every_word(text, fields))[:limit])


def _every_word(text: str, fields: tuple[str, ...]) -> Q:
    """Return a condition: each word stands in one of the fields, accents forgiven."""
    condition = Q()
    for word in re.split(r"[\s,]+", text):
        if word:
            anywhere = Q()
            for field in fields:
                anywhere |= Q(**{f"{field}__unaccent__icontains": word})
            condition &= anywhere
    return condition
