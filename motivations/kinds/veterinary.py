"""Veterinary licence: one animal, one herd, or one species for an establishment (domain §3, §4).

Exactly one species (HSLF-FS 2018:25 3 §).
"""

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import Profession
from klas.policy import policy
from klas.sections import Answers, Section
from motivations.enums import LicenceKind, SearchedBy
from motivations.kinds.advising import (
    Hint,
    clinical_advice,
    handling_advice,
    ongoing_advice,
    product_advice,
    thin,
)
from motivations.kinds.animals import (
    ANIMALS,
    FOOD,
    OWNER,
    AnimalClinicalForm,
    AnimalForm,
    AnimalHandlingForm,
    AnimalTreatmentForm,
    FoodForm,
    OwnerForm,
    Scope,
    Species,
    scope_of,
)
from motivations.kinds.base import Kind, Route, SearchFact, SlipWords, Words
from motivations.kinds.common import CLINICAL, HANDLING, PRODUCT, PUBLIC, ProductForm
from motivations.kinds.dosing import says_per_kg
from motivations.kinds.individual import TREATMENT, treatment_months, treatment_quantity
from motivations.kinds.quantities import treatment_advice


def _subject_label(answers: Answers) -> str:
    owner = answers.get(OWNER, {})
    return str(owner.get("owner_name") or owner.get("establishment") or "")


def _subject_line(answers: Answers) -> str:
    """Owner or establishment, species, marking: “Olle Provägare, häst (752098100000001)”."""
    animals = answers[ANIMALS]
    species = str(Species(animals["species"]).label).lower()
    if animals["species"] == Species.OTHER:
        species = str(animals["other_species"])
    marking = animals.get("id_marking") or animals.get("herd_number") or ""
    line = f"{_subject_label(answers)}, {species}"
    return f"{line} ({marking})" if marking else line


def _search_facts(answers: Answers) -> tuple[SearchFact, ...]:
    """The owner's name, or the establishment's when the licence is for a species."""
    return (SearchFact(SearchedBy.OWNER, _subject_label(answers)),)


def _routes(answers: Answers) -> tuple[Route, ...]:
    if scope_of(answers) == Scope.SPECIES:
        return (Route.REQUISITION,)
    return (Route.PRESCRIPTION,)


_FOOD_ASKED = {
    "cascade_reason": _(
        "Handläggaren frågar vad som finns på de tidigare stegen. Nämn läkemedlen, eller skriv "
        "att det inte finns något, och varför de inte går att använda."
    )
}


def _advice(answers: Answers) -> Iterator[Hint]:
    """Hints on weight, dosage and cascade; one animal's dose can be held against the quantity."""
    is_one = scope_of(answers) == Scope.ANIMAL
    dosage = str(answers.get(TREATMENT, {}).get("dosage") or "")
    if not answers.get(ANIMALS, {}).get("weight") and says_per_kg(dosage):
        text = gettext("Dosen är per kg, men vikten saknas. Skriv ungefär vad ett djur väger.")
        yield Hint(ANIMALS, "weight", text)
    yield from treatment_advice(answers, TREATMENT, is_one=is_one)
    if answers.get(FOOD, {}).get("cascade_step") != "other_member_state":
        yield from thin(answers, FOOD, _FOOD_ASKED, fewest=policy.advice_fewest_words)


def _no_renewal(answers: Answers) -> str | Promise:
    if answers.get(FOOD, {}).get("food_producing") == "no":
        return ""
    return _("Djuret ger livsmedel. Då bedömer veterinären karenstiderna på nytt varje gång.")


VETERINARY = Kind(
    code=LicenceKind.VETERINARY,
    description=_("För ett djur, en djurbesättning eller ett djurslag."),
    professions=frozenset({Profession.VETERINARIAN}),
    sections=(
        Section(ANIMALS, _("Djur"), AnimalForm),
        Section(OWNER, _("Djurägare"), OwnerForm),
        Section(PRODUCT, _("Läkemedel"), ProductForm),
        Section(TREATMENT, _("Behandling"), AnimalTreatmentForm),
        Section(FOOD, _("Livsmedel och karenstid"), FoodForm),
        Section(
            CLINICAL,
            _("Motivering"),
            AnimalClinicalForm,
            _("Texten här läser bara du och Läkemedelsverket. Apotek ser den aldrig."),
        ),
        Section(HANDLING, _("Apotek och hantering"), AnimalHandlingForm),
    ),
    subject_title=_("Djurägare"),
    subject_label=_subject_label,
    subject_line=_subject_line,
    identity=lambda answers: " ".join(_subject_line(answers).casefold().split()),
    quantity=treatment_quantity,
    period_months=treatment_months,
    routes=_routes,
    words=Words(
        call=_(
            "Du eller djurägaren hör av er till vilket apotek som helst och uppger referensnumret."
        ),
        fetch_title=_("Läkemedlet hämtas på apotek."),
        fetch=_(
            "När licensen är beviljad går det på vilket öppenvårdsapotek som helst, mot recept "
            "eller, för en veterinär verksamhet, mot rekvisition."
        ),
        slip=_(
            "Skriv ut den här sidan och ge den till djurägaren. Den innehåller inga uppgifter om "
            "djurägaren eller behandlingen utöver läkemedlets namn."
        ),
        slip_link=_("Kvitto att skriva ut till djurägaren"),
        granted=_(
            "Licensen är beviljad. Läkemedlet kan hämtas på vilket öppenvårdsapotek som helst när "
            "du har skrivit recept eller rekvisition. Fråga apoteket om leveranstiden."
        ),
        take_home=SlipWords(
            reader="djur",
            link=_("Lapp till djurägaren (PDF)"),
            title=_("Till dig som är djurägare"),
            why=_(
                "Ett läkemedel som inte är godkänt i Sverige behövs. Därför behövs en licens: "
                "ett tillstånd för apoteket att sälja läkemedlet."
            ),
            fetch=_(
                "Hämta läkemedlet på vilket öppenvårdsapotek som helst, mot recept. En veterinär "
                "verksamhet får det mot rekvisition."
            ),
            treatment=_("veterinären som har skrivit licensmotiveringen."),
        ),
    ),
    search_facts=_search_facts,
    any_pharmacy=True,
    for_animals=lambda answers: True,
    no_renewal=_no_renewal,
    advisers=(product_advice, _advice, clinical_advice, ongoing_advice, handling_advice),
    public=PUBLIC
    | {f"{ANIMALS}.{name}" for name in ("scope", "species")}
    | {f"{FOOD}.{name}" for name in ("food_producing", "cascade_step", "withdrawal")},
)
