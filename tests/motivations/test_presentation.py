"""A motivation as rows: what is shown, what is left out, how it is worded."""

from typing import Any

import pytest

from klas.sections import Secrecy
from motivations.kinds.individual import INDIVIDUAL
from motivations.presentation import product_rows, section_rows, with_blanks
from motivations.queries import current_version
from motivations.reading import read
from tests import factories

pytestmark = pytest.mark.django_db


def rows_of(answers: dict[str, Any]) -> dict[str, Any]:
    return {
        str(row.key): row.value for part in section_rows(INDIVIDUAL, answers) for row in part.rows
    }


def test_answers_are_in_words() -> None:
    rows = rows_of(
        factories.individual_answers(
            patient={"weight": "12.5", "protected_identity": True},
            behandling={"amount": "46500", "months": "6"},
        )
    )
    assert rows["Vikt"] == "12,5 kg"
    assert rows["Patienten har skyddade personuppgifter"] == "Ja"
    assert rows["Total mängd för hela tiden"] == "46\u00a0500"
    assert rows["Behandlingstid"] == "6 månader"
    assert rows["Godkännandeland"] == "Tyskland"
    assert rows["Tidigare behandling och resultat"] == [
        "Läkemedel: Valproat · Period: 2022–2023 · Resultat: Oförändrad frekvens"
    ]


def test_wrong_answers_stand_as_typed() -> None:
    rows = rows_of(
        factories.individual_answers(
            patient={"personal_number": "1957"}, behandling={"months": "tolv", "amount": "NaN"}
        )
    )
    assert rows["Personnummer eller samordningsnummer"] == "1957"
    assert rows["Behandlingstid"] == "tolv månader"
    assert rows["Total mängd för hela tiden"] == "NaN"


def test_what_a_choice_does_not_ask_for_is_left_out() -> None:
    answers = with_blanks(INDIVIDUAL, factories.individual_answers())
    rows = rows_of(answers)
    for label in (
        "Reservnummer",
        "Varför finns inget nummer?",
        "Födelsedatum",
        "Vilket läkemedel är restnoterat?",
        "Vilken effekt har behandlingen haft hittills?",
        "Varför är det medicinskt brådskande?",
    ):
        assert label not in rows
    assert rows["Meddelande till apoteket"] == ""
    reserve = rows_of(
        with_blanks(
            INDIVIDUAL,
            factories.individual_answers(patient={"identified_by": "reserve_number"}),
        )
    )
    assert "Födelsedatum" in reserve


def test_an_empty_draft_has_a_row_for_each_question() -> None:
    assert rows_of({}) == {}
    rows = rows_of(with_blanks(INDIVIDUAL, {}))
    assert rows["Patientens namn"] == ""
    assert rows["Vilken indikation ska behandlas?"] == ""


def test_a_pharmacys_reading_has_not_even_the_clinical_questions() -> None:
    motivation = factories.motivation(
        hantering={"urgency": "urgent", "urgent_reason": "Dagliga anfall", "urgent_phone": "070-1"}
    )
    version = current_version(motivation)
    pharmacy = read(version, by=factories.AssignmentFactory(pharmacist=True))
    assert Secrecy.CLINICAL not in pharmacy.layers
    parts = section_rows(INDIVIDUAL, pharmacy.answers)
    assert [part.slug for part in parts] == ["patient", "lakemedel", "behandling", "hantering"]
    rows = rows_of(pharmacy.answers)
    assert "Varför är det medicinskt brådskande?" not in rows
    assert rows["Telefon där du nås"] == "070-1"
    author = rows_of(read(version, by=motivation.author).answers)
    assert author["Varför är det medicinskt brådskande?"] == "Dagliga anfall"


def test_a_frozen_motivation_reads_as_it_was_typed() -> None:
    motivation = factories.motivation()
    version = current_version(motivation)
    rows = rows_of(read(version, by=motivation.author).answers)
    assert rows["Personnummer eller samordningsnummer"] == "19570428-9999"
    product = {str(row.key): row.shown for row in product_rows(version.product)}
    assert product["Godkännandenummer i det landet"] == "6005.00.00"
