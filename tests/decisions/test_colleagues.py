"""Colleagues: named in notes, asked for opinions, told of both."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from decisions.models import Case, Mention, Referral
from decisions.services import cases, deciding, referrals
from klas import clock
from klas.errors import NotAllowed, Refused
from klas.sealed import Sealed
from notifications.queries import notices_of
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Any:
    return factories.AssignmentFactory(user__name="Hugo Kölin")


@pytest.fixture
def consultant() -> Any:
    return factories.AssignmentFactory(assessor=True, user__name="Åsa Vägsten")


@pytest.fixture
def case(officer: Any) -> Case:
    return factories.case(taken_by=officer)


def _refer(case: Case, to: Any, by: Any, days: int = 3) -> Referral:
    return referrals.refer(
        case,
        to=to,
        question="Räcker den vetenskapliga grunden?",
        due_on=clock.today() + timedelta(days=days),
        by=by,
    )


@pytest.mark.parametrize(
    "text",
    ["@Åsa Vägsten, se dosen", "Se dosen @asa vagsten.", "@Åsa: se dosen", "Vad säger (@åsa)?"],
)
def test_who_is_named_in_a_note_is_told(
    acting: Any, case: Case, officer: Any, consultant: Any, text: str
) -> None:
    cases.add_note(case, text=text, by=officer)
    notice = notices_of(consultant.user).get()
    assert notice.reference == case.dnr
    page = acting(consultant).get(reverse("decisions:mentions")).content.decode()
    assert "Jag är nämnd i 1 anteckning" in page
    assert case.dnr in page
    assert notice.url in page


def test_a_first_name_that_two_have_names_nobody(case: Case, officer: Any, consultant: Any) -> None:
    factories.AssignmentFactory(user__name="Åsa Annan")
    cases.add_note(case, text="@Åsa, se dosen", by=officer)
    assert not Mention.objects.exists()
    cases.add_note(case, text="@Åsa Annan och @Hugo, @Åsa Annan igen", by=officer)
    assert [one.person.name for one in Mention.objects.all()] == ["Åsa Annan"]


def test_a_colleague_is_chosen_on_the_page(
    acting: Any, case: Case, officer: Any, consultant: Any
) -> None:
    url = reverse("decisions:note", args=[case.pk])
    data = {"_key": str(uuid4()), "text": "Se dosen.", "mention": consultant.pk}
    assert acting(officer).post(url, data).status_code == 302
    assert notices_of(consultant.user).count() == 1
    page = acting(officer).get(case.get_absolute_url()).content.decode()
    assert "Nämnd: Åsa Vägsten" in page


def test_a_consultant_gives_an_opinion_that_stands(
    acting: Any, case: Case, officer: Any, consultant: Any
) -> None:
    client = acting(officer)
    data = {
        "_key": str(uuid4()),
        "_version": case.revision,
        "to": consultant.pk,
        "question": "Räcker den vetenskapliga grunden?",
        "due_on": clock.today().isoformat(),
    }
    answer = client.post(reverse("decisions:refer", args=[case.pk]), data)
    assert answer.url == f"{case.get_absolute_url()}#yttranden"
    assert "En kollega har inte lämnat sitt yttrande än." in _case(client, case)
    referral = Referral.objects.get()
    theirs = acting(consultant)
    listed = theirs.get(reverse("decisions:referrals")).content.decode()
    opinion = reverse("decisions:opinion", args=[referral.pk])
    assert f'href="{opinion}"' in listed
    assert "Räcker den vetenskapliga grunden?" in theirs.get(opinion).content.decode()
    sent = {"_key": str(uuid4()), "_version": 1, "opinion": "Ja, enligt riktlinjen."}
    for _ in range(2):
        assert theirs.post(opinion, sent).status_code == 302
    assert notices_of(officer.user)[0].kind == "opinion_given"
    page = _case(client, case)
    assert "Ja, enligt riktlinjen." in page
    assert "inte lämnat sitt yttrande än" not in page
    with pytest.raises(ProgrammingError), transaction.atomic():
        Referral.objects.filter(pk=referral.pk).update(opinion=Sealed("k1.nej"))


def _case(client: Any, case: Case) -> str:
    return str(client.get(case.get_absolute_url()).content.decode())


def test_a_question_stops_no_decision(case: Case, officer: Any, consultant: Any) -> None:
    _refer(case, consultant, officer)
    assert deciding.decide(case, factories.facts(), by=officer).status == "decided"


def test_nobody_answers_for_another_or_is_asked_who_cannot(
    case: Case, officer: Any, consultant: Any
) -> None:
    referral = _refer(case, consultant, officer)
    with pytest.raises(Refused, match="Bara hen"):
        referrals.give_opinion(referral, opinion="Ja.", by=officer)
    with pytest.raises(Refused, match="redan en fråga"):
        _refer(case, consultant, officer)
    for nobody in (factories.AssignmentFactory(operator=True), officer):
        with pytest.raises(Refused, match="Välj en kollega"):
            _refer(case, nobody, officer)
    with pytest.raises(NotAllowed):
        referrals.withdraw(referral, by=consultant)
    assert referrals.withdraw(referral, by=officer).status == "withdrawn"


@pytest.mark.parametrize("name", ["referrals", "mentions"])
def test_the_lists_cost_the_same_however_long(
    acting: Any, officer: Any, consultant: Any, name: str
) -> None:
    client = acting(consultant)

    def add() -> None:
        case = factories.case(taken_by=officer)
        _refer(case, consultant, officer)
        cases.add_note(case, text="@Åsa Vägsten", by=officer)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(f"decisions:{name}")).status_code == 200
        return len(captured)

    add()
    one = cost()
    for _ in range(5):
        add()
    assert cost() == one
