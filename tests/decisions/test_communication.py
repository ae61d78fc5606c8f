"""The pharmacy is heard before a decision against it (FL 25 §), and answers in KLAS."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.utils import ProgrammingError
from django.urls import reverse

from applications.services import withdrawing
from decisions.models import Case, Communication
from decisions.services import communications, deciding
from klas import clock
from klas.access import Role
from klas.errors import NotAllowed, Refused, WrongState
from klas.sealed import Sealed
from motivations.enums import Outcome
from notifications.queries import notices_of
from tests import factories

pytestmark = pytest.mark.django_db
HEARD = {"hearing": "heard", "hearing_text": ""}


@pytest.fixture
def case() -> Case:
    return factories.case(taken_by=factories.AssignmentFactory())


def _send(case: Case, text: str = "Behovet är inte visat.", days: int = 7) -> Communication:
    return communications.send(
        case,
        text=text,
        due_on=clock.today() + timedelta(days=days),
        by=case.assignee,  # type: ignore[arg-type]
    )


def _page(client: Any, name: str, pk: int) -> str:
    answer = client.get(reverse(f"decisions:{name}", args=[pk]))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_officer_sends_and_the_pharmacist_answers(acting: Any, case: Case) -> None:
    officer, pharmacist = case.assignee, case.application.sent_by
    url = reverse("decisions:communicate", args=[case.pk])
    page = acting(officer).get(url).content.decode()
    assert "Apoteket får aldrig läsa klinisk text." in page
    data = {
        "_key": str(uuid4()),
        "_version": case.revision,
        "text": "Det saknas intyg om GMP.",
        "due_on": (clock.today() + timedelta(days=14)).isoformat(),
    }
    unconfirmed = acting(officer).post(url, data)
    assert unconfirmed.status_code == 422
    assert "bekräfta att den inte handlar om patientens hälsa" in unconfirmed.content.decode()
    sent = acting(officer).post(url, {**data, "confirmed": "on"})
    assert sent.url == f"{case.get_absolute_url()}#kommunicering"

    client = acting(pharmacist)
    status = client.get(case.application.get_absolute_url()).content.decode()
    answer_url = reverse("decisions:pharmacy_communication", args=[case.application_id])
    assert "kan komma att besluta emot er ansökan" in status
    assert f'href="{answer_url}"' in status
    assert notices_of(pharmacist.user)[0].url == answer_url  # type: ignore[union-attr]
    page = client.get(answer_url).content.decode()
    assert "Det saknas intyg om GMP." in page
    assert "epilepsi" not in page
    answer = {"_key": str(uuid4()), "_version": 1, "answer": "Intyget är bifogat nu."}
    for _ in range(2):
        assert client.post(answer_url, answer).status_code == 302
    assert "Intyget är bifogat nu." in client.get(answer_url).content.decode()
    assert "har svarat på det som talar emot" in _notice(officer)
    page = _page(acting(officer), "case", case.pk)
    assert "Intyget är bifogat nu." in page
    assert "Apoteket svarade på det som talar emot" in page
    status = client.get(case.application.get_absolute_url()).content.decode()
    assert "kan komma att besluta emot" not in status
    assert "Ni svarade på det som talar emot ansökan" in status


def _notice(officer: Any) -> str:
    from notifications.words import text_of

    notice = notices_of(officer.user)[0]
    return text_of(notice.kind, notice.facts)


@pytest.mark.parametrize("outcome", [Outcome.REJECTED, Outcome.GRANTED_WITH_RESERVATION])
def test_nothing_goes_against_a_pharmacy_that_has_not_been_heard(
    case: Case, outcome: Outcome
) -> None:
    facts = factories.facts(outcome, **HEARD)
    with pytest.raises(Refused, match="inte fått yttra sig än"):
        deciding.decide(case, facts, by=case.assignee)  # type: ignore[arg-type]
    sent = _send(case)
    with pytest.raises(Refused, match="inte fått yttra sig än"):
        deciding.decide(case, facts, by=case.assignee)  # type: ignore[arg-type]
    communications.answer(sent, text="Nej.", by=case.application.sent_by)  # type: ignore[arg-type]
    moved = deciding.decide(case, facts, by=case.assignee)  # type: ignore[arg-type]
    assert moved.status == "proposed"


def test_a_pharmacy_that_lets_its_last_day_pass_has_been_heard(case: Case) -> None:
    with clock.at(clock.now() - timedelta(days=9)):
        _send(case, days=8)
    facts = factories.facts(Outcome.REJECTED, **HEARD)
    assert deciding.decide(case, facts, by=case.assignee).status == "proposed"  # type: ignore[arg-type]


def test_a_missing_hearing_and_an_exception_without_reason_are_refused(case: Case) -> None:
    for hearing, said in (("", "Beslutet går emot apoteket."), ("exception", "Skriv skälet")):
        facts = factories.facts(Outcome.REJECTED, hearing=hearing, hearing_text=" ")
        with pytest.raises(Refused, match=said):
            deciding.decide(case, facts, by=case.assignee)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Gäller 19570428-9999.", "personnummer"),
        ("Valproat och lamotrigin i full dos utan tillräcklig effekt är prövat.", "ord för ord"),
        (" ", "Skriv vad som talar emot"),
    ],
)
def test_what_a_pharmacy_may_not_read_is_not_sent(case: Case, text: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        _send(case, text=text)
    assert not Communication.objects.exists()


def test_the_pharmacy_has_one_thing_to_answer_at_a_time(case: Case) -> None:
    first = _send(case)
    with pytest.raises(Refused, match="redan något att svara på"):
        _send(case)
    communications.close(first, by=case.assignee)  # type: ignore[arg-type]
    _send(case)
    case.application.refresh_from_db()
    assert case.application.hearing_due_on == clock.today() + timedelta(days=7)


def test_only_a_pharmacist_of_the_applicant_answers(case: Case) -> None:
    sent = _send(case)
    staff = factories.acting_as(Role.PHARMACY_STAFF, pharmacy=case.application.pharmacy)
    for by in (factories.AssignmentFactory(pharmacist=True), staff):
        with pytest.raises(NotAllowed):
            communications.answer(sent, text="Nej.", by=by)


def test_an_answer_stands_and_is_not_given_twice(case: Case) -> None:
    sent = _send(case)
    by = case.application.sent_by
    answered = communications.answer(sent, text="Nej.", by=by)  # type: ignore[arg-type]
    with pytest.raises(WrongState):
        communications.answer(sent, text="Jo.", by=by)  # type: ignore[arg-type]
    for changed in ({"answer": Sealed("k1.jo")}, {"text": Sealed("k1.annat")}):
        with pytest.raises(ProgrammingError), transaction.atomic():
            Communication.objects.filter(pk=answered.pk).update(**changed)


def test_it_is_closed_when_the_case_ends(case: Case) -> None:
    decided, withdrawn = case, factories.case(taken_by=factories.AssignmentFactory())
    for one in (decided, withdrawn):
        _send(one)
    deciding.decide(decided, factories.facts(), by=decided.assignee)  # type: ignore[arg-type]
    withdrawing.withdraw(
        withdrawn.application,
        by=withdrawn.application.sent_by,  # type: ignore[arg-type]
        reason="Behövs inte.",
    )
    assert {one.status for one in Communication.objects.all()} == {"closed"}
    for one in (decided, withdrawn):
        one.application.refresh_from_db()
        assert one.application.hearing_due_on is None
