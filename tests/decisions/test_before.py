"""What was decided before: for the same patient, and as precedents."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from decisions import before
from decisions.before import Sought
from decisions.models import Case, Precedent
from decisions.services import deciding
from klas.errors import Refused
from klas.models import AccessLogEntry
from motivations.enums import Outcome
from tests import factories

pytestmark = pytest.mark.django_db
OTHER = {"patient": {"personal_number": factories.CHILD_NUMBER, "name": "Nils", "weight": "30"}}


def _decided(outcome: Outcome = Outcome.GRANTED, *, on: Any = None, **fields: Any) -> Case:
    return factories.decided(outcome, of=factories.application(on=on) if on else None, **fields)


def _found(**sought: str) -> list[str]:
    return [one.note for one in before.search(Sought(**sought)).precedents]


def test_other_cases_for_the_same_patient_are_shown_and_the_reading_recorded(acting: Any) -> None:
    product = factories.ProductFactory(name="Diacomit", strength="250 mg")
    earlier = _decided(on=factories.motivation(product=product))
    _decided(on=factories.motivation(**OTHER), precedent_note="En annan patient.")
    officer = factories.AssignmentFactory()
    case = factories.case()
    found = before.earlier_of_same(case, by=officer)
    assert found == [earlier]
    entry = AccessLogEntry.objects.get(what="earlier_of_same")
    assert (entry.assignment, entry.whose, entry.hit) == (officer, case.dnr, True)
    page = acting(officer).get(case.get_absolute_url()).content.decode()
    section = page.split('id="tidigare"')[1].split("</section>")[0]
    assert earlier.dnr in section
    assert "Diacomit" in section
    assert "Bifall" in section


def test_a_patient_without_a_number_cannot_be_found_by_it(acting: Any) -> None:
    born = {
        "identified_by": "birth_date",
        "personal_number": "",
        "birth_date": "1990-01-01",
        "no_number_reason": "Nyanländ",
    }
    case = factories.case(of=factories.application(on=factories.motivation(patient=born)))
    officer = factories.AssignmentFactory()
    assert before.earlier_of_same(case, by=officer) is None
    page = acting(officer).get(case.get_absolute_url()).content.decode()
    assert "inget nummer eller namn som andra ärenden kan hittas på" in page


def test_nobody_outside_the_agency_compares_patients() -> None:
    _decided()
    case = factories.case()
    assert before.earlier_of_same(case, by=factories.AssignmentFactory(pharmacist=True)) is None


def test_a_decision_on_the_merits_becomes_a_precedent() -> None:
    _decided(precedent_note="Beviljat vid syndromet.", precedent_icd10="G40.4, G40.8")
    kept = Precedent.objects.get()
    assert kept.note == "Beviljat vid syndromet."
    assert kept.icd10 == ["G40.4", "G40.8"]
    assert kept.icd10_keys == ["G40", "G40.4", "G40.8"]
    assert (kept.outcome, kept.atc, kept.substances) == ("granted", "N03AX03", "sultiam")
    _decided(Outcome.CLOSED)
    assert Precedent.objects.count() == 1


@pytest.mark.parametrize(
    "note",
    [
        "Som för 19570428-9999.",
        "Se KL-2026-000123-X.",
        "Som i 5.8.1-2026-000004.",
        "Vera Provpatient hade svikt.",
        "vera provpatient hade svikt.",
        "Patienten Provpatients anfall.",
        "Enligt doktor Lindqvistsson.",
    ],
)
def test_a_note_that_points_somebody_out_is_refused(note: str) -> None:
    author = factories.AssignmentFactory(prescriber=True, user__name="Karin Lindqvistsson")
    officer = factories.AssignmentFactory()
    case = factories.case(
        of=factories.application(on=factories.motivation(by=author)), taken_by=officer
    )
    with pytest.raises(Refused, match="Praxisnoteringen"):
        deciding.decide(case, factories.facts(precedent_note=note), by=officer)
    assert not Precedent.objects.exists()


def test_notes_are_found_by_inflection_beginning_and_misspelling() -> None:
    _decided(precedent_note="Beviljat efter upprepade epileptiska anfall hos barn.")
    _decided(precedent_note="Avslag när godkänt alternativ inte är prövat.")
    for words in ("anfallet", "barnen epileptisk", "epilep", "epiletiska"):
        assert _found(words=words) == ["Beviljat efter upprepade epileptiska anfall hos barn."]
    assert before.search(Sought(words="epiletiska")).is_alike
    assert not before.search(Sought(words="anfall")).is_alike
    assert _found(words="leverflundra") == _found(words="epiletiska leverflundra") == []
    assert _found(words="godkant altrenativ") == ["Avslag när godkänt alternativ inte är prövat."]


def test_precedents_are_found_by_product_substance_codes_and_outcome() -> None:
    other = factories.ProductFactory(name="Egaten", substances_text="triklabendazol", atc="P02BX04")
    _decided(precedent_note="Ett", precedent_icd10="G40.4")
    _decided(
        Outcome.REJECTED,
        on=factories.motivation(product=other, **OTHER),
        precedent_note="Två",
        precedent_icd10="B66.3",
    )
    assert _found(about="ospolot") == _found(about="Sultiam") == _found(about="ospolott") == ["Ett"]
    assert _found(about="sultaim") == ["Ett"]
    assert _found(atc="P02") == _found(icd10="B66") == _found(icd10="B66.3") == ["Två"]
    assert _found(outcome="rejected") == ["Två"]
    assert _found(outcome="rejected", icd10="G40") == []
    assert _found() == ["Två", "Ett"]


def test_the_page_searches_and_says_what_is_wrong(acting: Any) -> None:
    case = _decided(precedent_note="Beviljat vid syndromet.")
    client, url = (
        acting(factories.AssignmentFactory(assessor=True)),
        reverse("decisions:precedents"),
    )
    assert "Sök på ord i praxisnoteringarna" in client.get(url).content.decode()
    page = client.get(url, {"words": "syndrom"}).content.decode()
    assert "Beviljat vid syndromet." in page
    assert case.get_absolute_url() in page
    wrong = client.get(url, {"icd10": "epilepsi"})
    assert wrong.status_code == 422


def test_a_case_suggests_what_is_most_alike() -> None:
    same_substance = factories.ProductFactory(name="Sultimed Forte", strength="100 mg")
    unlike = factories.ProductFactory(
        name="Egaten", substances_text="triklabendazol", atc="P02BX04"
    )
    _decided(precedent_note="Läkemedel", precedent_icd10="G40.4")
    _decided(on=factories.motivation(product=same_substance, **OTHER), precedent_note="Substans")
    _decided(
        on=factories.motivation(product=unlike, **OTHER),
        precedent_note="Diagnos",
        precedent_icd10="G40.4",
    )
    _decided(on=factories.motivation(product=unlike, **OTHER), precedent_note="Olik")
    suggested = before.suggested(factories.case(), icd10="G40.4")
    assert [one.precedent.note for one in suggested][:2] == ["Läkemedel", "Substans"]
    assert {one.precedent.note for one in suggested} == {"Läkemedel", "Substans", "Diagnos"}


def test_the_case_page_costs_the_same_however_much_was_before(acting: Any) -> None:
    officer = factories.AssignmentFactory()
    case = factories.case(taken_by=officer)
    client = acting(officer)
    _decided(precedent_note="Ett")

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(case.get_absolute_url()).status_code == 200
        return len(captured)

    one = cost()
    for number in range(4):
        _decided(precedent_note=f"Nummer {number}")
    assert cost() == one
    assert one <= 50
