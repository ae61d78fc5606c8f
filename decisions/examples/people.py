"""The example people, from `accounts.demo.PEOPLE`, at the example units."""

from accounts.demo import PEOPLE, Person, subject_of
from accounts.models import Assignment, User
from accounts.services import personal_key
from klas import clock
from klas.access import Role
from pharmacies.models import CareUnit, Pharmacy

_CARE = (Role.PRESCRIBER, Role.CARE_COLLEAGUE)
_PHARMACY = (Role.PHARMACIST, Role.PHARMACY_STAFF)


def load_people() -> dict[str, Assignment]:
    """Create those that are missing; returns the first assignment of each by the person's key."""
    units = list(CareUnit.objects.filter(active=True).order_by("hsa_id"))
    pharmacies = list(Pharmacy.objects.filter(active=True).order_by("gln"))
    return {person.key: _load(person, units, pharmacies) for person in PEOPLE}


def _load(person: Person, units: list[CareUnit], pharmacies: list[Pharmacy]) -> Assignment:
    user, is_new = User.objects.get_or_create(
        subject=subject_of(person),
        defaults={
            "name": person.name,
            "email": f"{person.key}@exempel.invalid",
            "phone": "070-174 06 90",
            "profession": person.profession,
            "prescriber_code": person.prescriber_code,
            "licensed_to_practise": person.licensed,
            "licence_checked_at": clock.now(),
            "personal_key": personal_key(person.personal_number)
            if person.personal_number
            else None,
        },
    )
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    assignments = [
        Assignment.objects.get_or_create(
            user=user,
            role=role,
            care_unit=units[place] if role in _CARE and place is not None else None,
            pharmacy=pharmacies[place] if role in _PHARMACY and place is not None else None,
        )[0]
        for role, place in person.units
    ]
    return assignments[0]
