"""Särskilda tillstånd: written down and ended by the agency."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError, ProgrammingError

from accounts.models import Assignment
from decisions.models import Licence
from klas import clock
from klas.access import Role
from klas.errors import NotAllowed
from klas.sealed import Sealed
from licences import queries
from licences.models import DispensingPermission
from licences.services.permissions import permit
from motivations.enums import LicenceKind
from tests import factories
from tests.licences.conftest import granted, press, text_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Assignment:
    return factories.AssignmentFactory()


@pytest.fixture
def general(pharmacist: Assignment) -> Licence:
    return granted(LicenceKind.GENERAL, by=pharmacist)


def typed(licence: Licence, **fields: str) -> dict[str, str]:
    return {
        "number": licence.number.lower(),
        "dnr": "5.8.2-2026-7",
        "valid_from": licence.valid_from.isoformat(),
        "valid_to": licence.valid_to.isoformat(),
        "conditions": "Bara för barn.",
    } | fields


def test_written_down_shown_and_ended(acting: Any, general: Licence, officer: Assignment) -> None:
    client, today = acting(officer), clock.today()
    response = press(client, url("permission_add"), **typed(general))
    page = text_of(client.get(response["Location"]))
    assert "5.8.2-2026-7" in page
    assert "Bara för barn." in page
    assert f"Tillståndet för {general.number} är sparat" in page
    permission = queries.permission_in_force(general, on=today)
    assert permission is not None
    assert press(client, url("permission_end", permission.pk), reason="").status_code == 422
    press(client, url("permission_end", permission.pk), reason="Säkerhetssignal.")
    assert queries.permission_in_force(general, on=today) is None
    page = text_of(client.get(url("permissions")))
    assert "Upphörde" in page
    assert "Säkerhetssignal." in page
    again = client.post(
        url("permission_end", permission.pk),
        {"reason": "Igen.", "_key": "6f1f3c52-6f5e-4b1c-9a51-0d6c0f9f1a11"},
    )
    assert again.status_code == 409
    assert "redan upphört" in text_of(again)


def test_it_is_in_force_on_its_days_only(general: Licence, officer: Assignment) -> None:
    first = general.valid_from + timedelta(days=2)
    last = first + timedelta(days=3)
    permission = permit(
        general, dnr="1", conditions="", valid_from=first, valid_to=last, by=officer
    )
    days = [first - timedelta(days=1), first, last, last + timedelta(days=1)]
    found = [queries.permission_in_force(general, on=day) for day in days]
    assert found == [None, permission, permission, None]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"number": "L-2026-999999"}, "Ingen licens har nummer"),
        ({"number": "hej"}, "Skriv licensnumret som"),
        ({"valid_to": "2999-01-01"}, "bara gälla medan licensen gäller"),
        ({"valid_to": "2020-01-01"}, "inte ligga före första dagen"),
        ({"conditions": "Gäller 19570428-9999."}, "personnummer"),
        ({"dnr": ""}, "Fyll i tillståndets diarienummer"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    acting: Any, general: Licence, officer: Assignment, fields: dict[str, str], words: str
) -> None:
    response = press(acting(officer), url("permission_add"), **typed(general, **fields))
    assert response.status_code == 422
    assert words in text_of(response)
    assert not DispensingPermission.objects.exists()


def test_only_for_a_general_licence(acting: Any, licence: Licence, officer: Assignment) -> None:
    response = press(acting(officer), url("permission_add"), **typed(licence))
    assert "bara för generella licenser" in text_of(response)


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.PHARMACIST, Role.OPERATOR])
def test_only_those_who_decide(general: Licence, role: Role) -> None:
    with pytest.raises(NotAllowed):
        permit(
            general,
            dnr="1",
            conditions="",
            valid_from=general.valid_from,
            valid_to=general.valid_to,
            by=factories.acting_as(role),
        )


def test_what_was_decided_never_changes(general: Licence, officer: Assignment) -> None:
    permission = permit(
        general,
        dnr="1",
        conditions="",
        valid_from=general.valid_from,
        valid_to=general.valid_to,
        by=officer,
    )
    mine = DispensingPermission.objects.filter(pk=permission.pk)
    refused = (InternalError, IntegrityError, ProgrammingError)
    with pytest.raises(refused), transaction.atomic():
        mine.update(conditions=Sealed("k1.andra"))
    with pytest.raises(refused), transaction.atomic():
        mine.delete()
