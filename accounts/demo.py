"""The example people of the demo (`KLAS_DEMO=1`): who they are and what each can do.

Every name is invented. HSA-ids carry the reserved-looking organisation number of the examples.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.enums import Profession
from accounts.models import Assignment, User
from klas.access import Role

Text = str | Promise


@dataclass(frozen=True)
class Person:
    """An example person.

    Attributes:
        units: (role, unit) pairs; the unit is a place among the example care units (by HSA-id) or
            pharmacies (by GLN), or None at the agency and the operator.
        can: what the person can do, in a sentence.
    """

    key: str
    name: str
    profession: Profession
    units: tuple[tuple[Role, int | None], ...]
    group: Text
    can: Text
    prescriber_code: str = ""
    licensed: bool = True
    # A public test number, for those who sign in with e-legitimation.
    personal_number: str = ""


CARE, PHARMACY, AGENCY, OPERATION = _("Vården"), _("Apotek"), _("Läkemedelsverket"), _("Drift")

PEOPLE = (
    Person(
        "lakare", "Astrid Exempelsson", Profession.DOCTOR, ((Role.PRESCRIBER, 0),), CARE,
        _("Skriver licensmotiveringar för människor och följer dem till beslut."), "1234567",
    ),
    Person(
        "lakare2", "Björn Provling", Profession.DOCTOR,
        ((Role.PRESCRIBER, 1), (Role.PRESCRIBER, 2)), CARE,
        _("Läkare på två vårdenheter: väljer uppdrag vid inloggning."), "2345678",
    ),
    Person(
        "tandlakare", "Cecilia Testberg", Profession.DENTIST, ((Role.PRESCRIBER, 11),), CARE,
        _("Tandläkare: skriver licensmotiveringar för odontologiska ändamål."), "3456789",
    ),
    Person(
        "veterinar", "Doris Djurgren", Profession.VETERINARIAN, ((Role.PRESCRIBER, 12),), CARE,
        _("Veterinär: skriver licensmotiveringar för djur."),
        personal_number="190901219931",
    ),
    Person(
        "beredskapslakare", "Einar Beredskog", Profession.DOCTOR, ((Role.PRESCRIBER, 6),), CARE,
        _("Läkare på en enhet som också får skriva för beredskapslicens."), "5678901",
    ),
    Person(
        "utan-legitimation", "Disa Saknar-Legitimation", Profession.DOCTOR,
        ((Role.PRESCRIBER, 0),), CARE,
        _("Läkare utan giltig legitimation: kan inte skriva licensmotiveringar."), "4567890",
        licensed=False,
    ),
    Person(
        "medarbetare", "Frida Medarbetsson", Profession.NONE, ((Role.CARE_COLLEAGUE, 0),), CARE,
        _("Medarbetare hos Astrid: förbereder licensmotiveringar, som en förskrivare skickar."),
        licensed=False,
    ),
    Person(
        "farmaceut", "Elsa Apoteksdotter", Profession.PHARMACIST, ((Role.PHARMACIST, 0),), PHARMACY,
        _("Söker licensmotiveringar, ansöker om licens och läser beslut."),
    ),
    Person(
        "farmaceut2", "Folke Receptsson", Profession.DISPENSING_PHARMACIST,
        ((Role.PHARMACIST, 3),), PHARMACY,
        _("Farmaceut på ett annat apotek: ser inte det första apotekets ansökningar."),
    ),
    Person(
        "kedjefarmaceut", "Gunvor Kedjeby", Profession.PHARMACIST,
        ((Role.PHARMACIST, 0), (Role.PHARMACIST, 3), (Role.PHARMACY_STAFF, 1)), PHARMACY,
        _("Arbetar på tre apotek: ser alla tres ärenden i en lista."),
    ),
    Person(
        "apotekspersonal", "Greta Kassander", Profession.NONE,
        ((Role.PHARMACY_STAFF, 0),), PHARMACY,
        _("Förbereder ansökningar som en farmaceut sedan skickar."), licensed=False,
    ),
    Person(
        "handlaggare", "Hugo Kölin", Profession.NONE, ((Role.CASEWORKER, None),), AGENCY,
        _("Tar ärenden ur kön, granskar, föreslår och fattar enklare beslut."), licensed=False,
        personal_number="197302889931",
    ),
    Person(
        "handlaggare2", "Ingrid Tvåan", Profession.NONE, ((Role.CASEWORKER, None),), AGENCY,
        _("En handläggare till, för att se att två aldrig får samma ärende."), licensed=False,
        personal_number="194608239986",
    ),
    Person(
        "utredare", "Johan Vägsten", Profession.PHARMACIST, ((Role.ASSESSOR, None),), AGENCY,
        _("Bedömer vetenskaplig grund och tillverkning, antecknar, beslutar inte."),
        personal_number="200002292399",
    ),
    Person(
        "beslutsfattare", "Karin Domarö", Profession.NONE, ((Role.DECISION_MAKER, None),), AGENCY,
        _("Kontrasignerar avslag, förbehåll och förstagångsprodukter."), licensed=False,
        personal_number="200004059937",
    ),
    Person(
        "drift", "Lars Serverman", Profession.NONE, ((Role.OPERATOR, None),), OPERATION,
        _("Ser åtkomstloggen. Ser inga hälsouppgifter."), licensed=False,
        personal_number="190905271474",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class DemoPerson:
    """An example person as the database has them."""

    user: User
    assignments: list[Assignment]
    can: Text


def subject_of(person: Person) -> str:
    """The example HSA-id of an example person."""
    return f"SE5590000003-{person.key}"


def people_by_group() -> list[tuple[Text, list[DemoPerson]]]:
    """The example people that exist in the database, by group, in the order of `PEOPLE`."""
    users = {
        user.subject: user
        for user in User.objects.filter(subject__in=[subject_of(person) for person in PEOPLE])
    }
    assignments: dict[int, list[Assignment]] = {}
    for assignment in Assignment.objects.filter(user__in=users.values()).select_related(
        "user", "pharmacy", "care_unit"
    ):
        assignments.setdefault(assignment.user_id, []).append(assignment)
    groups: dict[Text, list[DemoPerson]] = {}
    for person in PEOPLE:
        user = users.get(subject_of(person))
        if user is not None:
            groups.setdefault(person.group, []).append(
                DemoPerson(user, assignments.get(user.pk, []), person.can)
            )
    return list(groups.items())


def sign_in_lines() -> Iterable[str]:
    """Who can sign in, a line each, for the terminal."""
    for group, people in people_by_group():
        yield f"{group}:"
        for person in people:
            roles = ", ".join(
                f"{assignment.get_role_display()} ({assignment.unit_name})"
                for assignment in person.assignments
            )
            yield f"  {person.user.name} – {roles}"
