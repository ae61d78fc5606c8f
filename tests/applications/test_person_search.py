"""Finding a motivation by patient, owner or care unit, and who may."""

import logging
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.models import SearchHit
from applications.services.search import find_by_fact
from klas.errors import NotAllowed
from klas.models import AccessLogEntry
from klas.policy import policy
from motivations.enums import LicenceKind, SearchedBy
from motivations.models import Motivation
from motivations.services import submission
from tests import factories, kinds
from tests.applications.conftest import text_of, url
from tests.applications.test_secrecy import PLANTED, TOKENS, WORDS

pytestmark = pytest.mark.django_db

NUMBER = "19570428-9999"
OTHER_NUMBER = "19090527-1474"  # a public test number
NO_PERSON = "Ingen licensmotivering stämmer med båda uppgifterna."


def search(client: Any, way: str, **fields: str) -> Any:
    return client.post(url("search"), {"way": way, "purpose": "customer", **fields})


def by_number(client: Any, fact: str = "Ospolot", number: str = NUMBER) -> Any:
    return search(client, "personal_number", personal_number=number, fact=fact)


def opened(response: Any) -> str:
    assert response.status_code == 302, text_of(response)
    return str(response.url)


class TestPatient:
    @pytest.mark.parametrize("number", [NUMBER, "5704289999", " 570428 9999"])
    @pytest.mark.parametrize(
        "fact", ["Ospolot", "ospolot 50 mg", "Sultiam", "Prövare", "anna-karin provare", "1234567"]
    )
    def test_number_and_one_more_fact_lead_to_the_motivation(
        self, acting: Any, pharmacist: Any, number: str, fact: str
    ) -> None:
        motivation = factories.motivation(by=_doctor())
        assert opened(by_number(acting(pharmacist), fact, number)) == url(
            "motivation", motivation.pk
        )

    @pytest.mark.parametrize(
        "fact", ["Ospol", "%", "o*", "tablett", "50 mg", "-", "Anna-Karin", "123456", "Lamictal"]
    )
    def test_no_part_of_a_fact_and_no_wildcard_is_enough(
        self, acting: Any, pharmacist: Any, fact: str
    ) -> None:
        factories.motivation(by=_doctor())
        response = by_number(acting(pharmacist), fact)
        assert response.status_code == 422
        assert NO_PERSON in text_of(response)
        assert not SearchHit.objects.exists()

    @pytest.mark.parametrize(
        ("way", "fields", "says"),
        [
            ("personal_number", {"fact": "Ospolot"}, "Fyll i personnummer"),
            ("personal_number", {"personal_number": NUMBER}, "Skriv läkemedlets namn"),
            ("reserve_number", {"reserve_number": "Q1"}, "Skriv läkemedlets namn"),
            ("owner", {"owner": "Olle Provägare"}, "Fyll i läkemedel"),
            ("care_unit", {}, "Fyll i vårdenhetens HSA-id eller namn"),
            ("reference", {}, "Fyll i referensnummer"),
            ("", {}, "Välj vad du söker på"),
        ],
    )
    def test_both_facts_are_asked_for(
        self, acting: Any, pharmacist: Any, way: str, fields: Any, says: str
    ) -> None:
        response = search(acting(pharmacist), way, **fields)
        assert response.status_code == 422
        assert says in text_of(response)
        assert not AccessLogEntry.objects.filter(action="search").exists()

    def test_a_mistyped_number_is_pointed_out_and_is_no_miss(
        self, acting: Any, pharmacist: Any
    ) -> None:
        response = by_number(acting(pharmacist), number="19570428-9998")
        assert "Kontrollsiffran stämmer inte" in text_of(response)
        assert not AccessLogEntry.objects.filter(action="search").exists()

    def test_nobody_learns_whether_the_person_is_known(self, acting: Any, pharmacist: Any) -> None:
        factories.motivation()
        client = acting(pharmacist)
        wrong_fact, unknown = by_number(client, "Lamictal"), by_number(client, number=OTHER_NUMBER)
        says = [
            text_of(r).replace("Lamictal", "").replace("Ospolot", "") for r in (wrong_fact, unknown)
        ]
        assert says[0] == says[1]
        missed = (
            AccessLogEntry.objects.filter(action="search")
            .order_by("pk")
            .values("what", "whose", "object_id", "purpose", "hit")
        )
        assert missed[0] == missed[1]

    def test_a_patient_with_a_reserve_number(self, acting: Any, pharmacist: Any) -> None:
        patient = {
            "identified_by": "reserve_number",
            "personal_number": "",
            "reserve_number": "19570428-Q123",
            "birth_date": "1957-04-28",
        }
        motivation = factories.motivation(patient=patient)
        fields = {"reserve_number": "19570428q123", "reserve_fact": "Ospolot"}
        response = search(acting(pharmacist), "reserve_number", **fields)
        assert opened(response) == url("motivation", motivation.pk)

    def test_one_that_is_taken_back_is_a_miss_like_any_other(
        self, acting: Any, pharmacist: Any
    ) -> None:
        motivation = factories.motivation()
        submission.withdraw(motivation, by=motivation.author, reason="Fel läkemedel")
        assert NO_PERSON in text_of(by_number(acting(pharmacist)))


class TestOwner:
    def test_name_and_product_lead_to_the_motivation(self, acting: Any, pharmacist: Any) -> None:
        motivation = kinds.sent(LicenceKind.VETERINARY)
        fields = {"owner": "olle provagare", "owner_product": "OSPOLOT"}
        response = search(acting(pharmacist), "owner", **fields)
        assert opened(response) == url("motivation", motivation.pk)

    def test_the_vet_is_no_second_fact(self, acting: Any, pharmacist: Any) -> None:
        motivation = kinds.sent(LicenceKind.VETERINARY)
        fields = {"owner": "Olle Provägare", "owner_product": motivation.author.user.name}
        response = search(acting(pharmacist), "owner", **fields)
        assert NO_PERSON in text_of(response)

    @pytest.mark.parametrize("owner", ["Olle", "Olle Prov%", "Provägare"])
    def test_no_part_of_the_name_is_enough(self, acting: Any, pharmacist: Any, owner: str) -> None:
        kinds.sent(LicenceKind.VETERINARY)
        response = search(acting(pharmacist), "owner", owner=owner, owner_product="Ospolot")
        assert NO_PERSON in text_of(response)


class TestCareUnit:
    @pytest.mark.parametrize("unit", ["SE2321000016-1003", "se2321000016 – 1003", "provakuten"])
    def test_it_leads_to_its_general_motivation(
        self, acting: Any, colleague: Any, unit: str
    ) -> None:
        motivation = kinds.sent(LicenceKind.GENERAL)
        factories.motivation()
        response = search(acting(colleague), "care_unit", care_unit=unit.replace(" ", ""))
        assert opened(response) == url("motivation", motivation.pk)

    def test_an_unknown_one_says_what_to_do(self, acting: Any, colleague: Any) -> None:
        response = search(acting(colleague), "care_unit", care_unit="Provakut")
        assert "Ingen licensmotivering gäller den vårdenheten." in text_of(response)


class TestWho:
    def test_staff_are_offered_no_person(self, acting: Any, colleague: Any) -> None:
        client = acting(colleague)
        page = client.get(url("search"))
        assert "personal_number" not in page.content.decode()
        assert "Djurägarens" not in text_of(page)
        assert "En farmaceut på apoteket kan söka på patienten" in text_of(page)

    def test_staff_who_send_it_all_the_same_find_nothing(self, acting: Any, colleague: Any) -> None:
        factories.motivation()
        response = by_number(acting(colleague))
        assert response.status_code == 422
        assert not AccessLogEntry.objects.filter(action="search").exists()

    @pytest.mark.parametrize(
        "by", [SearchedBy.PERSONAL_NUMBER, SearchedBy.RESERVE_NUMBER, SearchedBy.OWNER]
    )
    def test_the_service_refuses_them_too(self, colleague: Any, by: SearchedBy) -> None:
        with pytest.raises(NotAllowed):
            find_by_fact(by, NUMBER, second="Ospolot", purpose="customer", by=colleague)

    def test_a_purpose_must_be_chosen(self, acting: Any, pharmacist: Any) -> None:
        factories.motivation()
        fields = {"personal_number": NUMBER, "fact": "Ospolot", "purpose": ""}
        response = search(acting(pharmacist), "personal_number", **fields)
        assert response.status_code == 422
        assert "Välj varför du söker" in text_of(response)

    def test_a_search_in_the_address_finds_nothing(self, acting: Any, pharmacist: Any) -> None:
        factories.motivation()
        asked = {"way": "personal_number", "personal_number": NUMBER, "fact": "Ospolot"}
        response = acting(pharmacist).get(url("search"), {**asked, "purpose": "customer"})
        assert response.status_code == 200
        assert f'value="{NUMBER}"' not in response.content.decode()
        assert not SearchHit.objects.exists()
        assert not AccessLogEntry.objects.filter(action="search").exists()


class TestSeveral:
    @pytest.fixture
    def several(self) -> list[Motivation]:
        return [factories.motivation(), factories.motivation()]

    def test_they_are_listed_newest_first_and_open(
        self, acting: Any, pharmacist: Any, several: list[Motivation]
    ) -> None:
        client = acting(pharmacist)
        response = by_number(client)
        assert response.status_code == 200
        page = text_of(response)
        first, second = (str(motivation.reference) for motivation in several)
        assert page.index(second) < page.index(first)
        assert "2 licensmotiveringar stämmer" in page
        unit = several[0].author.care_unit
        for word in ("Ospolot", "Enskild licens", "Väntar på apotek", unit.name if unit else ""):
            assert word in page
        for motivation in several:
            assert client.get(url("motivation", motivation.pk)).status_code == 200

    def test_each_is_logged_by_its_number_and_nothing_else(
        self, acting: Any, pharmacist: Any, several: list[Motivation]
    ) -> None:
        by_number(acting(pharmacist))
        entries = AccessLogEntry.objects.filter(action="search").order_by("pk")
        assert [(e.what, e.whose, e.hit, e.purpose, e.object_id) for e in entries] == [
            ("motivation_by_personal_number", str(m.reference), True, "customer", m.pk)
            for m in several[::-1]
        ]
        assert str(entries[0].what_display) == "Licensmotivering på personnummer"
        assert SearchHit.objects.filter(pharmacy=pharmacist.pharmacy).count() == 2

    def test_the_list_names_nobody(
        self, acting: Any, pharmacist: Any, several: list[Motivation]
    ) -> None:
        page = by_number(acting(pharmacist)).content.decode()
        for word in ("Vera", "Provpatient", "9999", "570428"):
            assert word not in page

    def test_never_more_than_a_page_in_one_statement(
        self, acting: Any, pharmacist: Any, several: list[Motivation], monkeypatch: Any
    ) -> None:
        monkeypatch.setattr("applications.services.search.policy", type(policy)(search_most_hits=2))
        monkeypatch.setattr("applications.views.search.policy", type(policy)(search_most_hits=2))
        newest = factories.motivation()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = text_of(by_number(acting(pharmacist)))
        assert "Bara de nyaste visas." in page
        assert str(newest.reference) in page
        assert str(several[0].reference) not in page
        looked = [q for q in queries.captured_queries if "motivations_searchkey" in q["sql"]]
        assert len(looked) == 1


def test_nothing_typed_reaches_address_title_or_log(
    acting: Any, pharmacist: Any, caplog: pytest.LogCaptureFixture, capsys: Any
) -> None:
    factories.motivation()
    client = acting(pharmacist)
    with caplog.at_level(logging.DEBUG, logger="klas"):
        missed, hit = by_number(client, "Lamictal"), by_number(client)
    title = missed.content.decode().split("<title>")[1].split("</title>")[0]
    written = capsys.readouterr()
    seen = f"{title} {hit.url} {hit.headers} {missed.headers} {written} {caplog.text}"
    seen += str(list(AccessLogEntry.objects.values_list()))
    for word in ("5704", "9999", "Lamictal", "Ospolot", "Vera"):
        assert word not in seen


@pytest.mark.parametrize(
    ("kind", "way", "fields"),
    [
        (LicenceKind.INDIVIDUAL, "personal_number", {"personal_number": NUMBER, "fact": "Ospolot"}),
        (LicenceKind.VETERINARY, "owner", {"owner": "Olle Provägare", "owner_product": "Ospolot"}),
        (LicenceKind.GENERAL, "care_unit", {"care_unit": "Provakuten"}),
    ],
)
def test_no_clinical_text_is_in_what_is_found(
    acting: Any, pharmacist: Any, kind: LicenceKind, way: str, fields: Any
) -> None:
    for _ in range(2):
        kinds.sent(kind, **PLANTED)
    client = acting(pharmacist)
    responses = [
        search(client, way, **fields),
        search(client, way, **{**fields, list(fields)[-1]: "Finnsinte"}),
    ]
    assert "2 licensmotiveringar stämmer" in text_of(responses[0])
    for response in responses:
        page = TOKENS.sub("", response.content.decode() + str(response.headers)).lower()
        assert not [word for word in WORDS if word in page]


def _doctor() -> Any:
    user = factories.UserFactory(doctor=True, name="Anna-Karin Prövare")
    return factories.AssignmentFactory(prescriber=True, user=user)
