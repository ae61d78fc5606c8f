"""Each kind's own rules, and who is offered which kind."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Assignment
from klas.errors import NotAllowed, Refused
from klas.sections import Secrecy, SectionForm, freeze
from klas.summary import TaskStatus
from motivations.enums import LicenceKind
from motivations.kinds import KINDS, Route, kinds_for
from motivations.kinds.withdrawal import Foodstuff, least_withdrawal
from motivations.models import Motivation
from motivations.services import drafts, progress, submission
from tests import factories, kinds
from tests.motivations.conftest import Page

pytestmark = pytest.mark.django_db
GENERAL, VETERINARY = LicenceKind.GENERAL, LicenceKind.VETERINARY
PREPAREDNESS = LicenceKind.PREPAREDNESS


def bound(kind: LicenceKind, slug: str, *, profession: str = "", **changed: Any) -> SectionForm:
    """A section with right answers but for those changed; `other__name` changes another one's."""
    answers = kinds.ANSWERS[kind](None)
    answers["_author"] = {"profession": profession}
    for name, value in changed.items():
        where, _, field = name.rpartition("__")
        answers[where or slug][field] = value
    return KINDS[kind].section(slug).bind(answers)


def faults(kind: LicenceKind, slug: str, **changed: Any) -> dict[str, str]:
    errors = bound(kind, slug, **changed).errors
    return {name: " ".join(str(message) for message in said) for name, said in errors.items()}


@pytest.mark.parametrize("kind", LicenceKind)
def test_the_right_answers_are_right_and_keep_their_meaning(kind: LicenceKind) -> None:
    """Frozen answers fed to the same forms again freeze to the same (copy, new version)."""
    first = freeze(KINDS[kind].sections, kinds.ANSWERS[kind](None))
    merged: dict[str, dict[str, Any]] = {}
    for layer in Secrecy:
        for slug, answers in first[layer].items():
            merged.setdefault(slug, {}).update(answers)
    assert freeze(KINDS[kind].sections, merged).layers == first.layers


# Who is offered what


def _listed(make: Any) -> Assignment:
    assignment: Assignment = make()
    assert assignment.care_unit is not None
    assignment.care_unit.preparedness = True
    assignment.care_unit.save()
    return assignment


HUMAN = {"individual", "general"}
OFFERED = [
    (lambda: factories.AssignmentFactory(prescriber=True), HUMAN),
    (kinds.dentist, HUMAN),
    (kinds.vet, {"veterinary"}),
    (
        lambda: _listed(lambda: factories.AssignmentFactory(prescriber=True)),
        HUMAN | {"preparedness"},
    ),
    (lambda: _listed(kinds.dentist), HUMAN),
    (lambda: _listed(kinds.vet), {"veterinary", "preparedness"}),
    (lambda: factories.AssignmentFactory(pharmacist=True), set()),
]


@pytest.mark.parametrize(("make", "expected"), OFFERED)
def test_who_is_offered_which_kinds(make: Any, expected: set[str]) -> None:
    assert {kind.code.value for kind in kinds_for(make())} == expected


@pytest.mark.parametrize(("make", "expected"), OFFERED[:-1])
def test_the_page_offers_them_and_takes_no_other(
    acting: Any, key: Any, make: Any, expected: set[str]
) -> None:
    assignment = make()
    browser, new = acting(assignment), reverse("motivations:new")
    page = Page(browser.get(new))
    for kind in LicenceKind:
        assert (str(kind.label) in page) == (kind.value in expected), kind
        answer = browser.post(new, {"kind": kind.value, "_key": key()})
        assert answer.status_code == (302 if kind.value in expected else 422)
    assert set(Motivation.objects.values_list("kind", flat=True)) == expected


def test_the_services_hold_to_it_too() -> None:
    with pytest.raises(NotAllowed):
        drafts.start(kind=KINDS[VETERINARY], by=factories.AssignmentFactory(prescriber=True))
    with pytest.raises(NotAllowed):
        drafts.start(kind=KINDS[PREPAREDNESS], by=kinds.vet())


def test_a_unit_taken_off_the_list_cannot_send() -> None:
    draft = kinds.draft(PREPAREDNESS)
    unit = draft.author.care_unit
    assert unit is not None
    unit.preparedness = False
    unit.save()
    with pytest.raises(Refused, match="beredskapslicens"):
        submission.submit(draft, by=draft.author)


# General


def test_a_general_motivation_has_no_patient() -> None:
    names = {name for section in KINDS[GENERAL].sections for name in section.form_class().fields}
    assert not names & {"personal_number", "name_of_patient", "birth_date", "weight", "informed"}
    assert "patient" not in [section.slug for section in KINDS[GENERAL].sections]
    assert not freeze(KINDS[GENERAL].sections, kinds.general_answers())[Secrecy.IDENTITY]


UNIT = {"name": "Enheten", "organisation": "Region Prov", "region": "Region Prov"}


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"units": []}, "units", "minst en rad"),
        ({"units": [{**UNIT, "hsa_id": ""}]}, "units", "Vårdenhet 1: Fyll i HSA-id"),
        ({"units": [{**UNIT, "hsa_id": "2321000016"}]}, "units", "HSA-id ska börja med SE"),
        ({"units": [{**UNIT, "hsa_id": "SE2321000017-1"}]}, "units", "Kontrollera siffrorna"),
        (
            {"units": [{**UNIT, "hsa_id": f"{se}2321000016-1003"} for se in ("SE", "se")]},
            "units",
            "står två gånger",
        ),
        ({"insight": ""}, "insight", "kännedom om och insyn"),
        ({"larger_organisation": ""}, "larger_organisation", "Svara på frågan"),
    ],
)
def test_care_units(changed: dict[str, Any], field: str, says: str) -> None:
    assert says in faults(GENERAL, "vardenheter", **changed)[field]


def test_insight_is_asked_of_larger_organisations_only() -> None:
    assert not faults(GENERAL, "vardenheter", larger_organisation="no", insight="")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("patient_group", ""),
        ("patient_group", "Till exempel 19570428-9999"),
        ("why_not_individual", ""),
        ("expected_patients", "0"),
        ("amount", "0"),
        ("unit", ""),
    ],
)
def test_the_need_of_a_group(name: str, value: str) -> None:
    assert set(faults(GENERAL, "behov", **{name: value})) == {name}


def test_the_units_and_not_a_patient_are_said_to_know() -> None:
    assert set(faults(GENERAL, "hantering", units_know=False)) == {"units_know"}


# Veterinary


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"id_marking": ""}, {"id_marking"}),
        ({"weight": ""}, {"weight"}),
        ({"species": ""}, {"species"}),
        ({"scope": "herd", "weight": ""}, {"herd_number", "herd_size"}),
        ({"scope": "species", "weight": ""}, {"expected_animals"}),
        ({"scope": "herd", "herd_number": "SE-1", "herd_size": "40"}, set()),
        ({"species": "other"}, {"other_species"}),
        ({"species": "other", "other_species": "Alpacka"}, set()),
        ({"species": "other", "other_species": "Alpacka och lama"}, {"other_species"}),
        ({"species": "other", "other_species": "Iller, hermelin"}, {"other_species"}),
        ({"species": "horse", "other_species": "Alpacka och lama"}, set()),
    ],
)
def test_animals(changed: dict[str, Any], wrong: set[str]) -> None:
    assert set(faults(VETERINARY, "djur", **changed)) == wrong


def test_owner_or_establishment() -> None:
    assert not faults(VETERINARY, "djuragare")
    assert set(faults(VETERINARY, "djuragare", djur__scope="species")) == {
        "establishment",
        "establishment_contact",
    }


@pytest.mark.parametrize(
    ("species", "food", "right"),
    [
        ("dog", "no", True),
        ("dog", "land", False),
        ("cat", "aquatic", False),
        ("horse", "no", True),
        ("cattle", "aquatic", False),
        ("fish", "land", False),
        ("other", "aquatic", True),
    ],
)
def test_food_fits_the_species(species: str, food: str, right: bool) -> None:
    said = faults(VETERINARY, "livsmedel", djur__species=species, food_producing=food)
    assert ("food_producing" not in said) == right


def _withdrawal(food: str, authorised: object, period: object) -> dict[str, str]:
    return faults(
        VETERINARY,
        "livsmedel",
        djur__species="other",
        food_producing="aquatic" if food == "fish" else "land",
        withdrawal=[
            {"foodstuff": food, "longest_authorised": str(authorised), "period": str(period)}
        ],
    )


LEAST = [("meat", 28), ("milk", 7), ("eggs", 10), ("fish", 500)]


@pytest.mark.parametrize(("food", "least"), LEAST)
def test_the_minimum_of_article_115_where_nothing_is_authorised(food: str, least: int) -> None:
    said = _withdrawal(food, "", least - 1)["withdrawal"]
    assert f"minst {least}" in said
    assert "artikel 115" in said
    assert not _withdrawal(food, "", least)


@given(food=st.sampled_from(LEAST), period=st.integers(0, 2000))
def test_no_period_below_the_minimum_passes(food: tuple[str, int], period: int) -> None:
    name, least = food
    assert bool(_withdrawal(name, "", period)) == (period < least)


@given(food=st.sampled_from([*LEAST, ("honey", 0)]), authorised=st.integers(0, 2000))
def test_one_and_a_half_of_what_is_authorised(food: tuple[str, int], authorised: int) -> None:
    name = food[0]
    least = least_withdrawal(name, authorised)
    if name == Foodstuff.HONEY:
        assert least == 0
        return
    floor = 25 if name == Foodstuff.FISH else 1
    assert least >= Decimal(authorised) * Decimal("1.5")
    assert least >= floor
    assert least - Decimal(authorised) * Decimal("1.5") < 1 or least == floor


def test_an_authorised_period_decides() -> None:
    assert not _withdrawal("meat", 5, 8)
    assert "minst 8" in _withdrawal("meat", 5, 7)["withdrawal"]
    assert not _withdrawal("honey", "", 0)


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"withdrawal": []}, "withdrawal", "varje livsmedel"),
        (
            {"withdrawal": [{"foodstuff": "fish", "longest_authorised": "", "period": "500"}]},
            "withdrawal",
            "inte från djur av det slaget",
        ),
        (
            {"withdrawal": [{"foodstuff": "milk", "longest_authorised": "", "period": "7"}] * 2},
            "withdrawal",
            "står två gånger",
        ),
        ({"cascade_reason": ""}, "cascade_reason", "tidigare steg"),
        ({"cascade_step": ""}, "cascade_step", "Svara på frågan"),
    ],
)
def test_food(changed: dict[str, Any], field: str, says: str) -> None:
    assert says in faults(VETERINARY, "livsmedel", **changed)[field]


def test_an_animal_that_gives_no_food_has_no_withdrawal_period() -> None:
    form = bound(VETERINARY, "livsmedel", food_producing="no")
    assert form.is_valid()
    assert form.cleaned_data["withdrawal"] == []


def test_a_row_too_short_is_said_beside_the_rows(acting: Any) -> None:
    draft = kinds.draft(
        VETERINARY,
        livsmedel={"withdrawal": [{"foodstuff": "meat", "longest_authorised": "", "period": "27"}]},
    )
    address = reverse("motivations:section", args=[draft.pk, "livsmedel"])
    page = Page(acting(draft.author).get(address + "?fel=1"))
    assert page.text.count("karenstiden måste vara minst 28") == 2, "summary and field"
    section = KINDS[VETERINARY].section("livsmedel")
    assert progress.section_status(section, drafts.answers_of(draft)) == TaskStatus.PROBLEM


@pytest.mark.parametrize(
    ("scope", "route"),
    [
        ("animal", Route.PRESCRIPTION),
        ("herd", Route.PRESCRIPTION),
        ("species", Route.REQUISITION),
    ],
)
def test_the_route_follows_the_scope(scope: str, route: Route) -> None:
    assert KINDS[VETERINARY].routes({"djur": {"scope": scope}}) == (route,)


@pytest.mark.parametrize("kind", [GENERAL, PREPAREDNESS])
def test_general_and_preparedness_are_on_requisition_only(kind: LicenceKind) -> None:
    assert KINDS[kind].routes({}) == (Route.REQUISITION,)


def test_a_vet_needs_no_prescriber_code() -> None:
    assert kinds.sent(VETERINARY).status == "submitted"


def test_a_vet_searches_medicines_for_animals(acting: Any) -> None:
    factories.ProductFactory(name="Marquis")
    factories.ProductFactory(name="Marquis Vet", atc="QP51BC04", veterinary=True)
    begun = factories.draft(kind=KINDS[VETERINARY], by=kinds.vet())
    address = reverse("motivations:product", args=[begun.pk])
    browser = acting(begun.author)
    assert "species=animals" in browser.get(address).content.decode()
    page = Page(browser.get(address, {"q": "marquis"}))
    assert "Marquis Vet" in page
    assert page.html.count('name="choose"') == 1


# Preparedness


@pytest.mark.parametrize(
    ("profession", "for_whom", "right"),
    [
        ("doctor", "human", True),
        ("doctor", "animal", False),
        ("veterinarian", "animal", True),
        ("veterinarian", "human", False),
    ],
)
def test_doctors_for_people_and_vets_for_animals(
    profession: str, for_whom: str, right: bool
) -> None:
    form = bound(PREPAREDNESS, "hot", profession=profession, for_whom=for_whom)
    assert form.is_valid() == right
    assert KINDS[PREPAREDNESS].for_animals(form.answers) == (
        profession == "veterinarian" or for_whom == "animal"
    )


@pytest.mark.parametrize(
    ("slug", "name", "value"),
    [
        ("hot", "category", "flood"),
        ("hot", "threat", ""),
        ("hot", "part", ""),
        ("organisation", "organisation", ""),
        ("organisation", "contact", ""),
        ("organisation", "contact_phone", "dygnet runt"),
        ("lager", "distribution", ""),
        ("lager", "sites", []),
        ("hantering", "organisation_knows", False),
    ],
)
def test_what_preparedness_demands(slug: str, name: str, value: Any) -> None:
    assert set(faults(PREPAREDNESS, slug, **{name: value})) == {name}


@given(
    amounts=st.lists(st.integers(1, 10_000), min_size=1, max_size=5), difference=st.integers(-3, 3)
)
def test_the_sites_hold_the_whole_quantity(amounts: list[int], difference: int) -> None:
    sites = [{"site": "S", "city": "O", "amount": str(amount)} for amount in amounts]
    total = sum(amounts) + difference
    said = faults(PREPAREDNESS, "lager", sites=sites, amount=str(total))
    if total <= 0:
        assert "amount" in said
    else:
        assert ("sites" in said) == (difference != 0)


# Dentists


def test_a_dentist_is_reminded_and_declares_the_purpose(acting: Any) -> None:
    dentist = kinds.dentist()
    draft = factories.draft(by=dentist, answers=factories.individual_answers())
    browser = acting(dentist)
    page = Page(browser.get(reverse("motivations:section", args=[draft.pk, "motivering"])))
    assert "odontologiskt ändamål" in page
    section = KINDS["individual"].section("hantering")
    form = section.bind(drafts.answers_of(draft))
    assert set(form.errors) == {"odontological"}
    check = Page(browser.get(reverse("motivations:check", args=[draft.pk])))
    assert "Behandlingen har ett odontologiskt ändamål" in check

    sent = kinds.submission.submit(
        factories.draft(
            by=dentist,
            answers=factories.individual_answers(
                factories.ProductFactory(), hantering={"odontological": True}
            ),
        ),
        by=dentist,
    )
    assert "Behandlingen har ett odontologiskt ändamål Ja" in Page(
        browser.get(sent.get_absolute_url())
    )


def test_a_doctor_is_not(acting: Any) -> None:
    draft = factories.draft(answers=factories.individual_answers())
    browser = acting(draft.author)
    for slug in ("motivering", "hantering"):
        page = Page(browser.get(reverse("motivations:section", args=[draft.pk, slug])))
        assert "odontologisk" not in page


# Pages


@pytest.mark.parametrize("kind", LicenceKind)
def test_every_page_of_every_kind_opens_judged_and_unjudged(acting: Any, kind: LicenceKind) -> None:
    """An empty draft and a filled one: task list, sections, check-answers page."""
    filled = kinds.draft(kind)
    empty = factories.draft(kind=KINDS[kind], by=filled.author)
    browser = acting(filled.author)
    for draft in (filled, empty):
        assert str(KINDS[kind].title) in Page(browser.get(draft.get_absolute_url()))
        for section in KINDS[kind].sections:
            address = reverse("motivations:section", args=[draft.pk, section.slug])
            for query in ("", "?fel=1"):
                assert browser.get(address + query, follow=True).status_code == 200
        check = Page(browser.get(reverse("motivations:check", args=[draft.pk])))
        assert ("Skicka licensmotivering" in check) == (draft == filled)
    assert "Du är klar med" in Page(browser.get(empty.get_absolute_url()))


@pytest.mark.parametrize("kind", [k for k in LicenceKind if k != LicenceKind.INDIVIDUAL])
def test_no_page_of_another_kind_speaks_of_a_patient_to_inform(
    acting: Any, kind: LicenceKind
) -> None:
    sent = kinds.sent(kind)
    browser = acting(sent.author)
    for name in ("receipt", "detail"):
        page = Page(browser.get(reverse(f"motivations:{name}", args=[sent.pk])))
        assert "till patienten" not in page
        assert "Patienten hämtar" not in page
        assert str(KINDS[kind].words.call) in page
