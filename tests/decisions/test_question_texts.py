"""The library of questions: versions, merge fields, choosing without JavaScript."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Assignment
from applications.enums import WaitingFor
from applications.services import supplements as pharmacys
from decisions.forms.deciding import TEXT_PLACES
from decisions.models import Case, QuestionText
from decisions.queries import library
from decisions.services import question_texts
from decisions.services.question_texts import FIELDS, filled, name_of, unknown_fields
from decisions.shipped_decision_texts import SHIPPED as DECISION_TEXTS
from decisions.shipped_questions import SHIPPED
from klas import clock
from klas.errors import NotAllowed, Refused, Stale, WrongState
from klas.fields import demand_no_person
from motivations.enums import LicenceKind
from motivations.services.supplements import requests_of
from tests import factories

pytestmark = pytest.mark.django_db
KEY = "0a0a0a0a-0000-4000-8000-00000000000{}"


@pytest.fixture
def chief() -> Assignment:
    return factories.AssignmentFactory(decision_maker=True)


@pytest.fixture
def case() -> Case:
    return factories.case(taken_by=factories.AssignmentFactory())


def add(by: Assignment, **fields: Any) -> QuestionText:
    values = {
        "place": "pharmacy",
        "kind": "",
        "topic": "Lagring",
        "text": "Hur lagrar {apotek} {produkt}? Svara senast den {sista_dag}.",
    }
    return question_texts.add(**(values | fields), by=by)


def test_what_is_shipped_can_be_filled_in_and_has_an_addressee_and_a_kind() -> None:
    assert 10 <= len(SHIPPED) <= 15
    for recipient, kind, topic, text in SHIPPED:
        assert recipient in WaitingFor.values
        assert kind in ("", *LicenceKind.values)
        assert topic.strip() == topic
        assert not unknown_fields(text)
        demand_no_person(text)
    keys = {entry[:3] for entry in SHIPPED}
    assert len(keys) == len(SHIPPED)


def test_is_filled_in_with_the_case_and_nothing_of_the_patient(case: Case) -> None:
    day = clock.today()
    every = " ".join(f"{{{name}}}" for name in FIELDS)
    text = filled(every, case, last_day=day)
    application = case.application
    for fact in ("Ospolot", application.motivation.reference, application.pharmacy.name, case.dnr):
        assert str(fact) in text
    for secret in ("Vera", "Provpatient", "5704", "epilepsi"):
        assert secret not in text
    # What names nothing, or tries to reach further, is left as it is.
    odd = "{nej} {produkt.__class__} {} {0}"
    assert filled(odd, case, last_day=day) == odd


def test_a_new_version_stands_beside_the_earlier(chief: Assignment, case: Case) -> None:
    question = add(chief)
    question_texts.reword(question, text="Var lagras det?", by=chief, opened_version=1)
    assert [v.text for v in question.versions.order_by("number")] == [
        "Hur lagrar {apotek} {produkt}? Svara senast den {sista_dag}.",
        "Var lagras det?",
    ]
    assert [v.number for v in library().filter(text_of=question)] == [2]
    with pytest.raises(Stale):
        question_texts.reword(question, text="För sent", by=chief, opened_version=1)
    question_texts.retire(question, by=chief)
    assert not library().filter(text_of=question).exists()
    with pytest.raises(WrongState):
        question_texts.retire(question, by=chief)
    # The topic is free again.
    add(chief)


def test_is_kept_by_those_with_the_right(chief: Assignment) -> None:
    with pytest.raises(NotAllowed):
        add(factories.AssignmentFactory())
    with pytest.raises(Refused, match="patient"):
        add(chief, text="Hur mår {patient}?")
    add(chief)
    with pytest.raises(Refused):
        add(chief)


def test_is_offered_by_addressee_and_kind(chief: Assignment) -> None:
    add(chief, topic="Till alla")
    add(chief, topic="Bara djur", kind="veterinary")
    add(chief, topic="Till läkaren", place="prescriber")
    offered = {v.text_of.topic for v in library(places=["pharmacy"], kind="individual")}
    assert "Till alla" in offered
    assert not offered & {"Bara djur", "Till läkaren"}


def test_is_chosen_into_the_form_edited_and_named_on_the_request(
    chief: Assignment, case: Case, acting: Any
) -> None:
    officer = case.assignee
    assert officer is not None
    version = library().get(text_of=add(chief))
    client = acting(officer)
    address = reverse("decisions:request_from_pharmacy", args=[case.pk])
    form = {
        "_key": KEY.format(1),
        "due_on": "2035-01-15",
        "questions-0-question": "En egen fråga?",
        "questions-0-text": "",
        "library": name_of(version),
    }
    page = client.post(address, {**form, "_use": "1"}).content.decode()
    assert "En egen fråga?" in page
    assert f"Hur lagrar {case.application.pharmacy.name} Ospolot?" in page
    assert "15 januari 2035" in page
    assert f'value="{name_of(version)}"' in page
    sent = client.post(
        address,
        {
            **form,
            "questions-1-question": "Hur lagras det, egentligen?",
            "questions-1-text": name_of(version),
            "questions-2-question": "",
            "questions-2-text": name_of(version),
            "questions-3-question": "Påhittad källa?",
            "questions-3-text": "999999:1",
        },
    )
    assert sent.status_code == 302
    (request,) = pharmacys.requests_of(case.application, by=officer)
    assert request.questions == ["En egen fråga?", "Hur lagras det, egentligen?", "Påhittad källa?"]
    assert request.texts == ["", name_of(version), ""]
    assert "Lagring, version 1" in client.get(case.get_absolute_url()).content.decode()
    assert not requests_of(case.application.motivation, by=officer)


def test_what_decisions_are_shipped_with_can_be_filled_in_and_stands_in_the_library() -> None:
    for place, kind, topic, text in DECISION_TEXTS:
        assert place in TEXT_PLACES
        assert kind in ("", *LicenceKind.values)
        assert not unknown_fields(text)
        demand_no_person(text)
        assert library(places=[place], kind=kind).filter(text_of__topic=topic).exists()


def test_is_chosen_into_a_decision_and_nothing_typed_is_lost(
    chief: Assignment, acting: Any
) -> None:
    case = factories.case(taken_by=chief, assessed=True)
    chosen = library().get(
        text_of=add(chief, place="conditions", topic="Uppföljning", text="{produkt}: {sista_dag}.")
    )
    other = library().get(text_of=add(chief, place="reasons", topic="Skäl", text="Därför."))
    client = acting(chief)
    preview = reverse("decisions:preview", args=[case.pk])
    page = client.get(reverse("decisions:decide", args=[case.pk])).content.decode()
    assert f'value="{name_of(chosen)}"' in page
    assert "Lagring" not in page  # a question is not offered here
    typed = {
        "outcome": "rejected",
        "quantity": "inte ett tal",
        "valid_to": "2035-01-15",
        "conditions": "Eget villkor.",
        "reasons": "Egna skäl.",
        "conditions_text": name_of(chosen),
        "reasons_text": name_of(other),
        "_version": str(case.revision),
        "_use": "conditions",
    }
    answer = client.post(preview, typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Eget villkor.\n\nOspolot: 15 januari 2035." in page
    for kept in ("inte ett tal", "Egna skäl.", 'value="rejected" checked'):
        assert kept in page
    assert "Därför." not in page  # only the field whose button was pressed
    for odd in ({"_use": "provisions"}, {"conditions_text": "999999:1"}, {"conditions_text": ""}):
        assert "Ospolot: 15" not in client.post(preview, typed | odd).content.decode()


def test_the_pages(chief: Assignment, case: Case, acting: Any) -> None:
    client = acting(chief)
    new = reverse("decisions:question_text_new")
    fields = {
        "_key": KEY.format(1),
        "place": "prescriber",
        "kind": "",
        "topic": "Uppföljning",
        "text": "Hur följs {patient} upp?",
    }
    wrong = client.post(new, fields)
    assert wrong.status_code == 422
    assert "{patient} går inte att fylla i" in wrong.content.decode()
    made = client.post(new, {**fields, "text": "Hur följs {produkt} upp?"})
    assert made.status_code == 302
    assert client.post(new, {**fields, "_key": KEY.format(2), "text": "Nej"}).status_code == 409
    address = made["Location"]
    page = client.get(address).content.decode()
    assert "Hur följs Ospolot upp?" in page
    assert f"Ifylld med uppgifter ur ärende {case.dnr}" in page
    assert "Det finns inget ärende" in client.get(f"{address}?dnr=saknas").content.decode()
    changed = {"_key": KEY.format(3), "_version": "1", "text": "Ny text?"}
    assert client.post(address, changed).status_code == 302
    assert client.post(address, {**changed, "_key": KEY.format(4)}).status_code == 409
    page = client.get(address).content.decode()
    assert "Ny text?" in page
    assert "Hur följs {produkt} upp?" in page
    assert client.post(f"{address}ta-ur-bruk/", {"_key": KEY.format(5)}).status_code == 302
    listed = client.get(reverse("decisions:question_texts")).content.decode()
    assert "Visa texter som inte används längre" in listed


def test_the_list_asks_the_same_number_of_questions(
    chief: Assignment, acting: Any, django_assert_max_num_queries: Any
) -> None:
    client = acting(chief)
    client.get(reverse("decisions:question_texts"))
    for place in range(50):
        add(chief, topic=f"Ämne {place}")
    with django_assert_max_num_queries(12):
        page = client.get(reverse("decisions:question_texts")).content.decode()
    assert "Ämne 49" in page
