"""Advice before sending: what an officer would ask about, and silence when all is well."""

from copy import deepcopy
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Assignment
from decisions.examples.texts import FIRST_TIME, STORIES
from klas.sections import SectionForm
from motivations.advice import advice_on
from motivations.enums import LicenceKind, QuantityUnit
from motivations.kinds import KINDS
from motivations.kinds.dosing import highest_daily, read_dosage
from motivations.models import Motivation
from motivations.services import drafts, submission
from tests import factories, kinds
from tests.conftest import ActingClient
from tests.motivations.conftest import Page

INDIVIDUAL, GENERAL = LicenceKind.INDIVIDUAL, LicenceKind.GENERAL
VETERINARY, PREPAREDNESS = LicenceKind.VETERINARY, LicenceKind.PREPAREDNESS
CHILD = {"personal_number": factories.CHILD_NUMBER, "weight": "14"}


def answers_of(kind: LicenceKind, **changed: Any) -> dict[str, dict[str, Any]]:
    """Right answers but for those changed: `section__field`."""
    answers = deepcopy(kinds.ANSWERS[kind](None))
    for name, value in changed.items():
        slug, _, field = name.partition("__")
        answers[slug][field] = value
    return answers


def advice(kind: LicenceKind = INDIVIDUAL, **changed: Any) -> dict[str, str]:
    """What is advised: the question's control → text."""
    found = advice_on(KINDS[kind], answers_of(kind, **changed))
    return {one.control: one.text for one in found}


@pytest.mark.parametrize("kind", LicenceKind)
def test_a_good_motivation_gets_no_advice(kind: LicenceKind) -> None:
    assert advice(kind) == {}


@pytest.mark.parametrize("kind", LicenceKind)
def test_an_empty_one_neither(kind: LicenceKind) -> None:
    """What is missing is the form's to say."""
    assert advice_on(KINDS[kind], {}) == []


@pytest.mark.parametrize("story", [*STORIES, FIRST_TIME], ids=lambda story: story.product)
def test_good_motivations_of_many_kinds_get_none(story: Any) -> None:
    drug, period, result = story.earlier
    months = Decimal(story.months)
    assert not advice(
        patient__weight="70",
        behandling__dosage=story.dosage,
        behandling__regularity="regular" if story.daily else "varying",
        behandling__daily_amount=story.daily,
        behandling__months=str(story.months),
        behandling__amount=str(round(Decimal(story.daily or 3) * Decimal("30.4") * months)),
        behandling__unit=story.unit,
        lakemedel__form="kapsel" if story.unit == "capsule" else "tablett",
        motivering__indication=story.indication,
        motivering__icd10=story.icd10,
        motivering__why_not_category=story.category,
        motivering__why_not_text=story.why_not,
        motivering__earlier_therapy=[{"product": drug, "period": period, "result": result}],
        motivering__choice_reason=story.choice,
    )


# The five mandatory parts

TEXTS = [
    ("indication", {}),
    ("why_not_text", {}),
    ("choice_reason", {}),
    ("no_earlier_therapy", {"earlier_therapy": []}),
    ("effect_so_far", {"treatment": "continued"}),
]
NOTHING_SAID = ["-", "ja", "Se ovan.", "enl. journal", "Se journal", "se bilaga", "Epilepsi"]


@pytest.mark.parametrize("said", NOTHING_SAID)
@pytest.mark.parametrize(("name", "with_it"), TEXTS, ids=[name for name, _ in TEXTS])
def test_a_text_that_says_nothing(name: str, with_it: dict[str, Any], said: str) -> None:
    changed = {"why_not_category": "none", **with_it, name: said}
    found = advice(**{f"motivering__{field}": value for field, value in changed.items()})
    assert "Handläggaren frågar" in found[f"id_{name}"]
    assert set(found) - {f"id_{name}"} <= {"id_earlier_therapy-0-product"}


@pytest.mark.parametrize(
    ("kind", "where", "with_it"),
    [
        (INDIVIDUAL, "hantering__urgent_reason", {"hantering__urgency": "urgent"}),
        (
            INDIVIDUAL,
            "motivering__restrictive_reason",
            {"lakemedel__withdrawn_by_authority": "yes"},
        ),
        (
            INDIVIDUAL,
            "motivering__approved_in_sweden_reason",
            {"lakemedel__approved_in_sweden": [{"npl_id": "1", "name": "Sultimed"}]},
        ),
        (INDIVIDUAL, "lakemedel__not_approved_comment", {"lakemedel__approved_elsewhere": "no"}),
        (GENERAL, "behov__why_not_individual", {}),
        (GENERAL, "vardenheter__insight", {}),
        (VETERINARY, "livsmedel__cascade_reason", {}),
        (PREPAREDNESS, "hot__threat", {}),
        (PREPAREDNESS, "lager__distribution", {}),
    ],
)  # fmt: skip
def test_each_text_that_is_asked_for(
    kind: LicenceKind, where: str, with_it: dict[str, Any]
) -> None:
    control = f"id_{where.partition('__')[2]}"
    assert set(advice(kind, **with_it, **{where: "se ovan"})) == {control}
    assert not advice(kind, **{where: "se ovan"}) or not with_it, "only when it is asked for"


@pytest.mark.parametrize("kind", LicenceKind)
def test_only_names_of_medicines(kind: LicenceKind) -> None:
    rows = [
        {"product": name, "period": "2024", "result": "Oförändrad frekvens"}
        for name in ("Valproat", "Lamotrigin", "Levetiracetam", "Topiramat", "Klobazam")
    ]
    names = "Valproat, lamotrigin, levetiracetam, topiramat och klobazam 10 mg"
    found = advice(kind, motivering__earlier_therapy=rows, motivering__why_not_text=names)
    assert "nämner bara läkemedel" in found["id_why_not_text"]


def test_the_same_text_twice() -> None:
    text = "Svårbehandlad epilepsi med dagliga anfall trots behandling."
    found = advice(motivering__choice_reason=f" {text.upper()} ")
    assert "Samma text" in found["id_choice_reason"]


@pytest.mark.parametrize("category", ["no_effect", "adverse_reaction"])
def test_approved_medicines_were_tried_but_none_is_named(category: str) -> None:
    found = advice(
        motivering__why_not_category=category,
        motivering__earlier_therapy=[],
        motivering__no_earlier_therapy="Inget annat har varit möjligt att ge.",
    )
    assert "vilka, hur länge och med vilket resultat" in found["id_earlier_therapy-0-product"]


def test_a_shortage_of_nothing_named() -> None:
    short = {"motivering__why_not_category": "shortage"}
    assert set(advice(**short, motivering__shortage_product="Alla")) == {"id_shortage_product"}
    assert not advice(**short, motivering__shortage_product="Ergenyl depottablett 300 mg")


@pytest.mark.parametrize("result", ["-", "se journal", "?", "Effekt"])
def test_a_result_that_tells_nothing_leads_to_its_cell(result: str) -> None:
    rows = [
        {"product": "Valproat", "period": "2022", "result": "Oförändrad frekvens"},
        {"product": "Lamotrigin", "period": "2023", "result": result},
    ]
    assert set(advice(motivering__earlier_therapy=rows)) == {"id_earlier_therapy-1-result"}


@pytest.mark.parametrize("product", ["Ospolot", "OSPOLOT 50 mg", "Sultiam"])
def test_a_new_treatment_with_what_was_given_before(product: str) -> None:
    rows = [{"product": product, "period": "2023", "result": "Färre anfall om dagen"}]
    found = advice(motivering__earlier_therapy=rows)
    assert f"{product} står under tidigare behandling" in found["id_treatment_0"]
    effect = "Anfallen har halverats sedan behandlingen började."
    assert not advice(
        motivering__earlier_therapy=rows,
        motivering__treatment="continued",
        motivering__effect_so_far=effect,
    )


@pytest.mark.parametrize("kind", LicenceKind)
def test_a_continued_treatment_that_no_row_tells_of(kind: LicenceKind) -> None:
    found = advice(
        kind,
        motivering__why_not_category="none",
        motivering__treatment="continued",
        motivering__effect_so_far="Anfallen har halverats sedan behandlingen började.",
        motivering__earlier_therapy=[],
        motivering__no_earlier_therapy="Det fanns inget annat läkemedel att ge.",
    )
    assert bool(found) == (kind in {INDIVIDUAL, VETERINARY}), "a stock has had no patient"


NO_EFFECT = [
    "Behandlingen har hittills varit utan effekt på anfallen.",
    "Ingen effekt har setts under de första veckorna.",
    "Effekten är okänd, för tidigt att säga något.",
    "Det är oklart om den har gjort någon nytta.",
    "Tillståndet är oförändrat efter tre månaders behandling.",
    "Ännu inte utvärderad efter fyra veckor med läkemedlet.",
]
EFFECT = [
    "Utan behandlingen ingen förbättring, med den anfallsfri sedan mars.",
    "Oförändrad dos, men anfallen har halverats sedan i våras.",
    "Ingen effekt på EEG men betydligt färre anfall om dagen.",
    "Patienten sover bättre och har minskat sin kortisondos.",
    "Tumören är oförändrad i storlek och sjukdomen stabil.",
    "CRP har sjunkit från 80 till 12 på två månader.",
]


@pytest.mark.parametrize("effect", [*NO_EFFECT, *EFFECT])
def test_a_continued_treatment_without_effect(effect: str) -> None:
    found = advice(motivering__treatment="continued", motivering__effect_so_far=effect)
    assert ("id_effect_so_far" in found) == (effect in NO_EFFECT)
    assert not advice(motivering__effect_so_far=effect), "not asked of a new treatment"


def test_a_missing_diagnosis_code_is_asked_of_one_patient_only() -> None:
    assert set(advice(motivering__icd10="")) == {"id_icd10"}
    assert not advice(GENERAL, motivering__icd10="")


# Dosage, time and quantity

AMOUNTS = [
    ("1", 1), ("2", 2), ("½", Fraction(1, 2)), ("1½", Fraction(3, 2)), ("2,5", Fraction(5, 2)),
    ("en", 1), ("Två", 2), ("1/2", Fraction(1, 2)), ("1 1/2", Fraction(3, 2)),
]  # fmt: skip
UNITS = [
    ("tablett", "tablet"), ("tabl.", "tablet"), ("tabletter", "tablet"), ("kapslar", "capsule"),
    ("ml", "ml"), ("dospåsar", "sachet"), ("", ""),
]  # fmt: skip
FREQUENCIES = [
    ("dagligen", 1), ("per dygn", 1), ("en gång om dagen", 1), ("2 gånger dagligen", 2),
    ("tre gånger per dag", 3), ("4 ggr/dygn", 4), ("x 3", 3), ("× 2 dagligen", 2),
    ("morgon och kväll", 2), ("på morgonen", 1), ("morgon, lunch och kväll", 3),
    ("till natten", 1), ("var 8:e timme", 3), ("var 6e timme", 4),
    ("varannan dag", Fraction(1, 2)), ("till frukost, lunch och middag", 3),
]  # fmt: skip
LENGTHS = [("", None), (" i tio dagar", 10), (" i 2 veckor", 14), (" under 28 dygn", 28)]


@given(
    amount=st.sampled_from(AMOUNTS),
    unit=st.sampled_from(UNITS),
    often=st.sampled_from(FREQUENCIES),
    length=st.sampled_from(LENGTHS),
    ending=st.sampled_from(["", ".", ", peroralt", " med mat"]),
)
def test_a_dosage_is_read_as_it_is_meant(
    amount: Any, unit: Any, often: Any, length: Any, ending: str
) -> None:
    text = f"{amount[0]} {unit[0]} {often[0]}{ending if ending != '.' else ''}{length[0]}"
    read = read_dosage(text + ("." if ending == "." else ""))
    assert read is not None, text
    assert (read.daily, read.unit) == (amount[1] * often[1], unit[1])
    assert read.days == length[1]


@pytest.mark.parametrize(
    ("text", "daily"),
    [
        ("2 x 3", 6),
        ("1x2", 2),
        ("1+0+1", 2),
        ("1-0-2 tabletter", 3),
        ("1 tablett på morgonen och 2 tabletter till kvällen", 3),
        ("1 x 2 tabletter", 2),
    ],
)
def test_short_hands_are_read(text: str, daily: int) -> None:
    read = read_dosage(text)
    assert read is not None
    assert read.daily == daily


@pytest.mark.parametrize(
    "text",
    [
        "", "1 tablett", "1–2 tabletter dagligen", "1 tablett 1-2 gånger dagligen",
        "1 tablett vid behov", "10 mg/kg/dygn", "5 mg per kg en gång om dagen",
        "1 tablett dagligen, ökas efter en vecka till 2 tabletter dagligen",
        "25 mg 1 tablett x 2", "1 tablett måndag och torsdag", "enligt schema",
        "1 tablett 2 gånger dagligen i 10 dagar, upprepas var tredje månad",
        "1 tablett och 2 kapslar dagligen", "var 0:e timme", "1 tablett var 0:e timme",
    ],
)  # fmt: skip
def test_a_dosage_that_is_not_wholly_understood_is_not_read(text: str) -> None:
    assert read_dosage(text) is None


@given(
    text=st.text(alphabet=st.sampled_from("0123456789,./½-+x×:e tabletmorgnkvälidsh"), max_size=40)
)
def test_any_text_is_read_or_left(text: str) -> None:
    read = read_dosage(text)
    assert read is None or read.daily >= 0


def treatment(**changed: Any) -> set[str]:
    return set(advice(**{f"behandling__{name}": value for name, value in changed.items()}))


def test_a_dosage_that_contradicts_the_daily_amount() -> None:
    said = advice(behandling__dosage="2 tabletter 3 gånger dagligen")["id_daily_amount"]
    assert "Doseringen blir 6 per dygn, men du har skrivit 2" in said
    assert treatment(dosage="2 x 3") == {"id_daily_amount"}
    # Not the same unit, or not understood: nothing is said.
    assert not treatment(dosage="50 mg 3 gånger dagligen")
    assert not treatment(dosage="5 ml 3 gånger dagligen")
    assert not treatment(dosage="2 tabletter 3 gånger dagligen, trappas ned")


@given(times=st.integers(1, 6), daily=st.integers(1, 40))
def test_it_is_said_exactly_when_they_differ(times: int, daily: int) -> None:
    found = treatment(
        dosage=f"1 tablett {times} gånger dagligen",
        daily_amount=f"{daily // 4},{daily % 4 * 25:02d}",
        amount=str(round(Fraction(daily, 4) * 365) or 1),
    )
    differs = abs(times - Fraction(daily, 4)) > Fraction(daily, 40)
    assert ("id_daily_amount" in found) == differs


def test_a_quantity_far_from_a_varying_dosage() -> None:
    varying = {"regularity": "varying", "daily_amount": "", "months": "1"}
    course = {**varying, "dosage": "2 tabletter tre gånger om dagen i tio dagar"}
    assert not treatment(**course, amount="60")
    assert not treatment(**course, amount="100")
    assert treatment(**course, amount="600") == {"id_amount"}
    assert treatment(**course, amount="10") == {"id_amount"}
    needed = {**varying, "dosage": "1 tablett vid behov, högst 4 tabletter per dygn"}
    assert not treatment(**needed, amount="120")
    assert treatment(**needed, amount="500") == {"id_amount"}
    assert highest_daily("högst 4 per dag eller högst 6 per dygn") is None


def test_a_length_that_contradicts_the_time() -> None:
    assert treatment(dosage="1 tablett 2 gånger dagligen i tio dagar") == {"id_months"}
    assert treatment(dosage="1 tablett 2 gånger dagligen i 6 månader", months="1", amount="61") == {
        "id_months"
    }
    assert not treatment(dosage="1 tablett 2 gånger dagligen i 12 månader")
    assert not treatment(dosage="1 tablett 2 gånger dagligen i 5 dagar", months="1", amount="61")


@pytest.mark.parametrize("unit", QuantityUnit)
def test_only_what_can_be_divided_is_divided(unit: QuantityUnit) -> None:
    found = advice(PREPAREDNESS, lager__unit=unit.value, lager__amount="500,5", lakemedel__form="x")
    divided = {QuantityUnit.MILLILITRE, QuantityUnit.GRAM, QuantityUnit.MILLIGRAM}
    assert ("id_amount" in found) == (unit not in divided)


def test_a_unit_of_another_form() -> None:
    form = "injektionsvätska, lösning"
    assert treatment() == set()
    assert "Mängden står i tabletter" in advice(lakemedel__form=form)["id_unit"]
    assert not advice(lakemedel__form="något okänt")
    assert set(advice(GENERAL, behov__unit="plaster")) == {"id_unit"}


def test_a_thin_explanation_of_the_quantity() -> None:
    assert treatment(amount="2000", amount_explanation="Behövs") == {"id_amount_explanation"}
    assert not treatment(amount="2000", amount_explanation="Dosen ska ökas till det dubbla.")
    assert not treatment(amount_explanation="Behövs"), "nothing to explain"


def test_a_dosage_without_a_dose() -> None:
    assert treatment(dosage="Enligt schema") == {"id_dosage"}


def test_a_child_s_dose_and_a_dose_per_kg() -> None:
    child = {f"patient__{name}": value for name, value in CHILD.items()}
    assert set(advice(**child)) == {"id_dosage"}
    assert not advice(**child, behandling__dosage="1 tablett (50 mg) morgon och kväll")
    assert not advice(**child, behandling__dosage="7 mg/kg/dygn, 1 tablett morgon och kväll")
    assert not advice(patient__weight="80"), "a grown-up's weight says nothing"
    assert set(advice(behandling__dosage="7 mg/kg och dygn")) == {"id_weight"}
    assert set(advice(VETERINARY, behandling__dosage="5 mg/kg", djur__weight="")) == {"id_weight"}


def test_a_herd_s_quantity_is_not_held_against_one_animal_s_dose() -> None:
    contradicting = {"behandling__dosage": "2 tabletter 3 gånger dagligen"}
    assert set(advice(VETERINARY, **contradicting)) == {"id_daily_amount"}
    assert not advice(VETERINARY, **contradicting, djur__scope="herd")


# Whatever is answered


@given(data=st.data(), kind=st.sampled_from(list(LicenceKind)))
def test_any_answers_get_advice_that_leads_somewhere(
    data: st.DataObject, kind: LicenceKind
) -> None:
    answers = answers_of(kind)
    for slug, section in answers.items():
        for name, value in section.items():
            if isinstance(value, str) and data.draw(st.integers(0, 5)) == 0:
                section[name] = data.draw(st.text(max_size=30) | st.sampled_from(NOTHING_SAID))
        assert slug
    found = advice_on(KINDS[kind], answers)
    assert len({one.control for one in found}) == len(found), "one for each question"
    for one in found:
        form: SectionForm = one.section.form_class(answers=answers)
        assert any(one.control.startswith(f"id_{name}") for name in form.fields)
        assert one.text[0].isupper()
        assert one.text.endswith((".", "?"))
        assert "ogiltig" not in one.text
        assert "vänligen" not in one.text.lower()


@given(more=st.text(max_size=40), kind=st.sampled_from(list(LicenceKind)))
def test_more_said_is_never_too_short(more: str, kind: LicenceKind) -> None:
    good = str(answers_of(kind)["motivering"]["indication"])
    assert "id_indication" not in advice(kind, motivering__indication=f"{good} {more}")


# On the pages


def page_of(name: str, motivation: Motivation) -> str:
    return reverse(f"motivations:{name}", args=[motivation.pk])


@pytest.fixture
def thin_draft(doctor: Assignment) -> Motivation:
    answers = factories.individual_answers(
        factories.ProductFactory(), motivering={"indication": "Epilepsi", "icd10": ""}
    )
    return factories.draft(by=doctor, answers=answers)


def test_it_stands_on_the_check_page_and_sending_is_still_possible(
    browser: ActingClient, thin_draft: Motivation
) -> None:
    page = Page(browser.get(page_of("check", thin_draft)))
    assert "2 råd innan du skickar" in page
    clinical = reverse("motivations:section", args=[thin_draft.pk, "motivering"])
    assert f'href="{clinical}?granska=1#id_indication"' in page.html
    assert not page.title.startswith("Fel")
    form = {name: page.hidden(name) for name in ("_key", "_version", "_checked")}
    answer = browser.post(page_of("check", thin_draft), form)
    assert answer["Location"] == page_of("receipt", thin_draft)


def test_it_is_counted_on_the_task_list(browser: ActingClient, thin_draft: Motivation) -> None:
    assert "2 råd innan du skickar" in Page(browser.get(thin_draft.get_absolute_url()))


def test_it_goes_along_to_the_page_of_the_answer(
    browser: ActingClient, thin_draft: Motivation
) -> None:
    clinical = reverse("motivations:section", args=[thin_draft.pk, "motivering"])
    assert "Svaret är kort." in Page(browser.get(f"{clinical}?granska=1"))
    assert "Svaret är kort." not in Page(browser.get(clinical)), "writing is left in peace"
    treatment_page = reverse("motivations:section", args=[thin_draft.pk, "behandling"])
    assert "Svaret är kort." not in Page(browser.get(f"{treatment_page}?granska=1"))


def test_what_is_missing_comes_before_advice(
    browser: ActingClient, thin_draft: Motivation, doctor: Assignment
) -> None:
    revision = drafts.read_section(thin_draft, "hantering").revision
    drafts.save_section(thin_draft, "hantering", answers={}, opened_revision=revision, by=doctor)
    assert "råd innan du skickar" not in Page(browser.get(page_of("check", thin_draft)))
    assert "råd innan du skickar" not in Page(browser.get(thin_draft.get_absolute_url()))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", LicenceKind)
def test_a_good_one_is_left_in_peace(acting: Any, kind: LicenceKind) -> None:
    draft = kinds.draft(kind)
    browser = acting(draft.author)
    for name in ("check", "detail"):
        assert "råd innan du skickar" not in Page(browser.get(page_of(name, draft)))
    submission.submit(draft, by=draft.author)
