"""Deciding through the pages: form, preview, signature, and every refusal."""

import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from decisions.enums import Recipient
from decisions.models import Case, Decision, Letter, Licence
from decisions.services import cases, deciding
from klas import clock
from klas.access import Role
from motivations.enums import Outcome
from tests import factories

pytestmark = pytest.mark.django_db


def _url(name: str, case: Case) -> str:
    return reverse(f"decisions:{name}", args=[case.pk])


def _granted(case: Case, **fields: Any) -> dict[str, Any]:
    today = clock.today()
    case.refresh_from_db()
    return {
        "_key": str(uuid4()),
        "_version": case.revision,
        "outcome": "granted",
        "quantity": "730",
        "unit": "tablet",
        "valid_from": today.isoformat(),
        "valid_to": (today + timedelta(days=364)).isoformat(),
        **fields,
    }


def _rejected(case: Case, **fields: Any) -> dict[str, Any]:
    return _granted(
        case,
        outcome="rejected",
        reasons="Behovet är inte visat.",
        provisions="HSLF-FS 2018:25 5 §",
        hearing="exception",
        hearing_text="Uppenbart obehövligt.",
        **fields,
    )


@pytest.fixture
def officer() -> Any:
    return factories.AssignmentFactory()


@pytest.fixture
def case(officer: Any) -> Case:
    return factories.case(taken_by=officer)


def _text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_form_starts_from_what_was_applied_for(acting: Any, officer: Any, case: Case) -> None:
    page = acting(officer).get(_url("decide", case))
    initial = page.context["form"].initial
    assert (initial["quantity"], initial["unit"]) == ("730", "tablet")
    assert initial["valid_from"] == clock.today()
    # Twelve months, but never longer than the longest licence.
    assert timedelta(days=363) <= initial["valid_to"] - initial["valid_from"] <= timedelta(days=364)
    assert 'value="730"' in _text(page)
    assert "Apoteket har ansökt om 730\u00a0tabletter i 12 månader" in _text(page)


def test_preview_then_decide_gives_a_licence(acting: Any, officer: Any, case: Case) -> None:
    client, data = acting(officer), _granted(case, conditions="Rapportera biverkningar.")
    preview = client.post(_url("preview", case), data)
    page = _text(preview)
    assert preview.status_code == 200
    assert "Rapportera biverkningar." in page
    assert f"{case.application.pharmacy.name} får beslutet elektroniskt." in page
    assert "får brev med post" not in page
    assert "Skicka till kontrasignering" not in page
    assert not Decision.objects.exists()
    answer = client.post(_url("decide", case), data)
    assert answer.url == case.get_absolute_url()
    assert "Ärendet är beslutat. Breven skapas nu." in _text(client.get(answer.url))
    assert Licence.objects.get().quantity == 730
    # The back button and a second press lead to the same page.
    assert client.post(_url("decide", case), data).url == case.get_absolute_url()
    assert Decision.objects.count() == 1


def test_what_the_preview_carries_is_what_is_decided(acting: Any, officer: Any, case: Case) -> None:
    client = acting(officer)
    preview = client.post(_url("preview", case), _granted(case, special_information="Följ upp."))
    assert "(förskrivare) får brev med post. Orsak: särskild information." in _text(preview)
    carried = dict(preview.context["carried"])
    answer = client.post(
        _url("decide", case),
        {**carried, "_key": str(uuid4()), "_version": preview.context["revision"]},
    )
    assert answer.status_code == 302
    assert Decision.objects.get().special_information == "Följ upp."
    assert Letter.objects.filter(recipient=Recipient.PRESCRIBER).count() == 1


def test_change_leads_back_to_the_form_with_everything(
    acting: Any, officer: Any, case: Case
) -> None:
    data = _granted(case, conditions="Rapportera biverkningar.", _change="1")
    answer = acting(officer).post(_url("decide", case), data)
    assert answer.status_code == 200
    assert "Rapportera biverkningar." in _text(answer)
    assert "Förhandsgranska" in _text(answer)
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"outcome": ""}, "Svara på frågan ”Vad beslutar du?”"),
        ({"quantity": ""}, "Skriv hur stor mängd licensen gäller"),
        ({"quantity": "0"}, "Mängden måste vara större än noll"),
        ({"quantity": "-5"}, "Mängden måste vara större än noll"),
        ({"quantity": "många"}, "Skriv mängd med siffror"),
        ({"unit": ""}, "Välj vilken enhet mängden räknas i"),
        ({"valid_from": ""}, "Skriv den första dagen som licensen gäller"),
        ({"valid_to": "2026-13-01"}, "Skriv datumet som ÅÅÅÅ-MM-DD"),
        ({"valid_from": "2030-01-01", "valid_to": "2030-01-01"}, "Sista dagen måste vara efter"),
        ({"valid_from": "2030-01-01", "valid_to": "2031-01-02"}, "i högst 365 dagar"),
        ({"valid_from": "2020-01-01", "valid_to": "2020-06-01"}, "Sista dagen har redan varit"),
        ({"outcome": "granted_with_reservation"}, "Skriv vilket förbehåll som gäller"),
        ({"outcome": "granted_with_reservation"}, "Skriv skälen."),
        ({"outcome": "granted_with_reservation"}, "Skriv bestämmelserna."),
        ({"outcome": "rejected"}, "Skriv skälen."),
        ({"outcome": "rejected"}, "Välj om apoteket har fått del"),
        (
            {"outcome": "rejected", "hearing": "exception"},
            "Skriv skälet för att apoteket inte har fått yttra sig",
        ),
        ({"outcome": "granted_with_reservation"}, "Välj om apoteket har fått del"),
        ({"outcome": "dismissed"}, "Skriv skälen."),
        ({"outcome": "dismissed"}, "Välj om apoteket har fått del"),
        ({"outcome": "closed"}, "Skriv bestämmelserna."),
        ({"outcome": "upheld"}, "Välj ett av alternativen"),
        ({"quantity": "729"}, "Licensen blir mindre eller kortare än ansökan."),
        ({"quantity": "729"}, "Välj om apoteket har fått del"),
        ({"valid_from": "2030-01-01", "valid_to": "2030-06-01"}, "Licensen blir mindre"),
        ({"precedent_icd10": "epilepsi"}, "Skriv koden som en bokstav, två siffror"),
        ({"precedent_note": "Som för 19570428-9999"}, "Texten innehåller ett personnummer."),
    ],
)
def test_what_is_missing_or_wrong_is_said(
    acting: Any, officer: Any, case: Case, fields: dict[str, str], said: str
) -> None:
    client, data = acting(officer), _granted(case, conditions="Det jag skrev", **fields)
    for name in ("preview", "decide"):
        answer = client.post(_url(name, case), data)
        assert answer.status_code == 422
        assert said in _text(answer)
        assert "Det jag skrev" in _text(answer)
    assert not Decision.objects.exists()


def test_what_belongs_to_another_outcome_is_cleaned_away(
    acting: Any, officer: Any, case: Case
) -> None:
    client = acting(officer)
    data = _rejected(case, reservation="Gamla förbehållet", conditions="Gamla villkoret")
    assert client.post(_url("decide", case), {**data, "quantity": "många"}).status_code == 302
    rejected = Decision.objects.get()
    assert (rejected.quantity, rejected.unit, rejected.valid_from) == (None, "", None)
    assert (rejected.reservation, rejected.conditions) == ("", "")
    other = factories.case(taken_by=officer)
    data = _granted(other, hearing="heard", hearing_text="Per telefon", reservation="Förbehåll")
    assert client.post(_url("decide", other), data).status_code == 302
    granted = Decision.objects.get(case=other)
    assert (granted.hearing, granted.hearing_text, granted.reservation) == ("", "", "")


def test_a_rejection_waits_for_a_second_person(acting: Any, officer: Any, case: Case) -> None:
    client, data = acting(officer), _rejected(case)
    page = _text(client.post(_url("preview", case), data))
    assert "Skicka till kontrasignering" in page
    assert "Orsak: licensen avslås." in page
    answer = client.post(_url("decide", case), data, follow=True)
    assert "Förslaget är skickat till kontrasignering." in _text(answer)
    assert not Letter.objects.exists()
    signer = acting(factories.AssignmentFactory(decision_maker=True))
    listed = signer.get(reverse("decisions:queue"), {"flik": "to_countersign"})
    assert case.dnr in _text(listed)
    page = _text(signer.get(_url("countersign", case)))
    assert "Behovet är inte visat." in page
    assert f"{officer.user.name} föreslog beslutet" in page
    case.refresh_from_db()
    signed = {"_key": str(uuid4()), "_version": case.revision}
    for _ in range(2):
        assert signer.post(_url("countersign", case), signed).url == case.get_absolute_url()
    case.refresh_from_db()
    assert case.status == "decided"
    assert Letter.objects.count() == 2


def test_a_proposal_can_go_back_with_a_reason(acting: Any, officer: Any, case: Case) -> None:
    moved = deciding.decide(case, factories.facts(Outcome.REJECTED), by=officer)
    signer = factories.AssignmentFactory(decision_maker=True)
    client = acting(signer)
    data = {"_key": str(uuid4()), "_version": moved.revision, "_back": "1", "reason": " "}
    answer = client.post(_url("countersign", case), data)
    assert answer.status_code == 422
    assert "Skriv vad som behöver ändras" in _text(answer)
    answer = client.post(_url("countersign", case), {**data, "reason": "Utveckla skälen."})
    assert answer.status_code == 302
    # The officer starts from the returned proposal and sees why it came back.
    page = _text(acting(officer).get(_url("decide", case)))
    assert "Utveckla skälen." in page
    assert f"{signer.user.name} skickade tillbaka förslaget" in page
    assert "Behovet är inte visat." in page


def test_nobody_countersigns_their_own_proposal(acting: Any) -> None:
    maker = factories.AssignmentFactory(decision_maker=True)
    case = factories.case(taken_by=maker)
    moved = deciding.decide(case, factories.facts(Outcome.REJECTED), by=maker)
    client = acting(maker)
    page = _text(client.get(_url("countersign", case)))
    assert "Du har själv föreslagit beslutet." in page
    assert "Kontrasignera och besluta" not in page
    data = {"_key": str(uuid4()), "_version": moved.revision}
    answer = client.post(_url("countersign", case), data)
    assert answer.status_code == 409
    assert "En annan beslutsfattare behöver kontrasignera." in _text(answer)
    case.refresh_from_db()
    assert case.status == "proposed"


def test_countersigning_what_another_has_signed_says_who(acting: Any, officer: Any) -> None:
    case = factories.decided(Outcome.REJECTED)
    client = acting(factories.AssignmentFactory(decision_maker=True))
    assert client.get(_url("countersign", case)).url == case.get_absolute_url()
    answer = client.post(_url("countersign", case), {"_key": str(uuid4()), "_version": 1})
    name = Decision.objects.get().decided_by.user.name  # type: ignore[union-attr]
    assert answer.status_code == 409
    assert "Ärendet beslutades" in _text(answer)
    assert name in _text(answer)


def test_deciding_what_was_decided_a_minute_ago_keeps_the_text(
    acting: Any, officer: Any, case: Case
) -> None:
    data = _granted(case, conditions="Det jag skrev")
    deciding.decide(case, factories.facts(), by=officer)
    client = acting(officer)
    for name in ("preview", "decide"):
        answer = client.post(_url(name, case), {**data, "_key": str(uuid4())})
        page = _text(answer)
        assert answer.status_code == 409
        assert "Ärendet beslutades" in page
        assert f"av {officer.user.name}. Det du skrev har inte skickats." in page
        assert "Det jag skrev" in page
    assert Decision.objects.count() == 1


def test_a_case_released_and_taken_again_is_stale(acting: Any, officer: Any, case: Case) -> None:
    client, data = acting(officer), _granted(case, conditions="Det jag skrev")
    cases.release(case, by=officer)
    cases.take(case, by=officer)
    answer = client.post(_url("decide", case), data)
    assert answer.status_code == 409
    assert "Någon annan har ändrat här sedan du öppnade sidan." in _text(answer)
    assert "Det jag skrev" in _text(answer)
    again = {**data, "_key": str(uuid4()), "_version": answer.context["revision"]}
    assert client.post(_url("decide", case), again).status_code == 302


def test_a_case_without_assessment_is_not_decided(acting: Any, officer: Any) -> None:
    case = factories.case(taken_by=officer, assessed=False)
    client = acting(officer)
    assert client.get(_url("decide", case)).url == case.get_absolute_url()
    answer = client.post(_url("decide", case), _granted(case))
    assert answer.status_code == 409
    assert "Bedömningen är inte klar." in _text(answer)


def test_somebody_elses_case_is_not_decided(acting: Any, case: Case) -> None:
    answer = acting(factories.AssignmentFactory()).post(_url("decide", case), _granted(case))
    assert answer.status_code == 409
    assert "Ärendet är tilldelat en annan handläggare." in _text(answer)


@pytest.mark.parametrize("role", list(Role))
def test_who_may_decide_and_countersign(acting: Any, role: Role) -> None:
    by = factories.acting_as(role)
    client = acting(by)
    deciders = {Role.CASEWORKER, Role.DECISION_MAKER}
    case = factories.case(taken_by=by) if role in deciders else factories.case()
    allowed = 200 if role in deciders else 403
    assert client.get(_url("decide", case)).status_code == allowed
    assert client.post(_url("preview", case), _granted(case)).status_code == allowed
    signs = role == Role.DECISION_MAKER
    assert client.get(_url("countersign", case)).status_code == (302 if signs else 403)
    post = client.post(_url("countersign", case), {"_key": str(uuid4())})
    assert post.status_code == (409 if signs else 403)


@pytest.mark.django_db(transaction=True)
def test_decided_twice_at_once_exactly_one_wins(acting: Any) -> None:
    officer = factories.AssignmentFactory()
    case = factories.case(taken_by=officer)
    barrier = threading.Barrier(2)
    answers: list[Any] = []

    def decide(client: Any, data: dict[str, Any]) -> None:
        try:
            barrier.wait(timeout=20)
            answers.append(client.post(_url("decide", case), data))
        finally:
            connection.close()

    clients = [(acting(officer), _granted(case)) for _ in range(2)]
    threads = [threading.Thread(target=decide, args=pair) for pair in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    loser = next(answer for answer in answers if answer.status_code == 409)
    assert "Ärendet beslutades" in _text(loser)
    assert Decision.objects.count() == Licence.objects.count() == Letter.objects.count() == 1
