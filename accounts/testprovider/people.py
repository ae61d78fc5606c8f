"""Who can be chosen at the test provider: the example people, and some who get no further."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.demo import PEOPLE, Text, subject_of
from accounts.oidc.providers import SAMBI_LOA3

LOA2 = "http://id.sambi.se/loa/loa2"
STRANGERS = _("Sådana som inte kommer in")
_PERSONAL_NUMBER = "https://id.oidc.se/claim/personalIdentityNumber"


@dataclass(frozen=True)
class Chosen:
    """Somebody who shows who they are.

    Attributes:
        acr: the level of their identification; "" for the highest that was asked for.
    """

    key: str
    subject: str
    name: str
    group: Text = ""
    can: Text = ""
    personal_number: str = ""
    acr: str = ""
    pharmacy: str = ""

    def claims(self, provider: str) -> dict[str, Any]:
        """What the provider says about them, in its own names."""
        given, _space, family = self.name.partition(" ")
        common = {"name": self.name, "given_name": given, "family_name": family}
        if provider == "siths":
            here = {"employeeHsaId": self.subject, "pharmacyIdentifier": self.pharmacy}
        else:
            here = {_PERSONAL_NUMBER: self.personal_number}
        return {**common, **{name: value for name, value in here.items() if value}}


_OTHERS = (
    Chosen(
        "loa2", subject_of(PEOPLE[0]), PEOPLE[0].name, STRANGERS,
        _("Astrid igen, men med en legitimation på tillitsnivå 2."), acr=LOA2,
    ),
    Chosen(
        "utan-uppdrag", "SE5590000003-utan-uppdrag", "Nils Utanuppdrag", STRANGERS,
        _("Okänd i KLAS: har inget uppdrag."), "202107919967",
    ),
    Chosen(
        "okant-apotek", "SE5590000003-okant-apotek", "Petra Nyapotek", STRANGERS,
        _("Farmaceut på ett apotek som inte finns i registret."), pharmacy="7350000000019",
    ),
)  # fmt: skip
_EVERYBODY = (
    *(
        Chosen(
            person.key,
            subject_of(person),
            person.name,
            person.group,
            person.can,
            person.personal_number,
        )
        for person in PEOPLE
    ),
    *_OTHERS,
)


def people_of(provider: str) -> list[Chosen]:
    """Who can be chosen there: all with SITHS, those with a personnummer with e-legitimation."""
    return [one for one in _EVERYBODY if provider == "siths" or one.personal_number]


def grouped(people: Iterable[Chosen]) -> list[tuple[Text, list[Chosen]]]:
    """The people by their groups, in order."""
    groups: dict[Text, list[Chosen]] = {}
    for one in people:
        groups.setdefault(one.group, []).append(one)
    return list(groups.items())


def levels(asked: str) -> str:
    """The level that is given when so many are asked for: the first one."""
    return asked.split(" ", maxsplit=1)[0] or SAMBI_LOA3[0]
