"""Whom a proof is about, among the people that KLAS knows."""

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from accounts.oidc.flow import Proof
from accounts.services import personal_key, personal_keys
from klas.formats import normalise_gln
from pharmacies.models import Pharmacy


def person_of(proof: Proof) -> User | None:
    """The person that the provider has proven somebody to be: by HSA-id, else by personnummer."""
    known = User.objects.filter(is_active=True)
    found = known.filter(subject=proof.subject).first() if proof.subject else None
    if found is None and _key(proof):
        found = known.filter(personal_key__in=personal_keys(proof.personal_number)).first()
    return found


@transaction.atomic
def bring_up_to_date(user: User, proof: Proof) -> None:
    """Write down what the provider says anew of the person: name, HSA-id, personnummer (blinded).

    What somebody else already has is left alone.
    """
    wanted = {"name": proof.name[:120], "subject": proof.subject, "personal_key": _key(proof)}
    changed = []
    for field, value in wanted.items():
        if not value or value == getattr(user, field):
            continue
        if field != "name" and User.objects.filter(**{field: value}).exists():
            continue
        setattr(user, field, value)
        changed.append(field)
    if changed:
        user.save(update_fields=changed)


def names_unknown_pharmacy(proof: Proof) -> bool:
    """Whether the person signed in for a pharmacy that is not, or is no longer, in our register."""
    if not proof.pharmacy:
        return False
    try:
        gln = normalise_gln(proof.pharmacy)
    except ValidationError:
        return True
    return not Pharmacy.objects.filter(gln=gln, active=True).exists()


def _key(proof: Proof) -> bytes | None:
    try:
        return personal_key(proof.personal_number) if proof.personal_number else None
    except ValidationError:
        return None
