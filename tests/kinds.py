"""Right answers to every kind of motivation, and somebody who may write it."""

from collections.abc import Callable
from typing import Any

from accounts.models import Assignment
from klas.access import Role
from medicines.models import LicenceProduct
from motivations.enums import LicenceKind
from motivations.kinds import KINDS
from motivations.models import Motivation
from motivations.services import submission
from tests import factories

Answers = dict[str, dict[str, Any]]


def _common(product: LicenceProduct | None) -> Answers:
    answers = factories.individual_answers(product)
    return {slug: answers[slug] for slug in ("lakemedel", "motivering", "hantering")}


def general_answers(product: LicenceProduct | None = None) -> Answers:
    common = _common(product)
    del common["hantering"]["informed"]
    common["hantering"]["units_know"] = True
    return {
        **common,
        "vardenheter": {
            "units": [
                {
                    "name": "Provakuten",
                    "hsa_id": "SE2321000016-1003",
                    "organisation": "Region Prov",
                    "region": "Region Prov",
                },
                {
                    "name": "Provintensiven",
                    "hsa_id": "SE2321000016-1004",
                    "organisation": "Region Prov",
                    "region": "Region Prov",
                },
            ],
            "larger_organisation": "yes",
            "insight": "Överläkare med ansvar för läkemedel vid sjukhuset sedan 2015.",
        },
        "behov": {
            "patient_group": "Vuxna med status epilepticus.",
            "expected_patients": "40",
            "amount": "1200",
            "unit": "ampoule",
            "why_not_individual": "Behandlingen måste börja inom minuter.",
        },
    }


def veterinary_answers(product: LicenceProduct | None = None) -> Answers:
    common = _common(product)
    del common["motivering"]["icd10"]
    treatment = factories.individual_answers()["behandling"]
    return {
        **common,
        "djur": {
            "scope": "animal",
            "species": "horse",
            "id_marking": "752098100000001",
            "weight": "480",
        },
        "djuragare": {"owner_name": "Olle Provägare", "owner_contact": "070-174 06 70"},
        "behandling": treatment,
        "livsmedel": {
            "food_producing": "land",
            "cascade_step": "third_country",
            "cascade_reason": "Inget läkemedel i tidigare steg har substansen.",
            "withdrawal": [{"foodstuff": "meat", "longest_authorised": "", "period": "28"}],
        },
    }


def preparedness_answers(product: LicenceProduct | None = None) -> Answers:
    common = _common(product)
    del common["hantering"]["informed"]
    del common["motivering"]["icd10"]
    common["hantering"]["organisation_knows"] = True
    return {
        **common,
        "hot": {
            "category": "chemical",
            "threat": "Utsläpp av nervgas.",
            "for_whom": "human",
            "area": "part",
            "part": "Uppsala län",
        },
        "organisation": {
            "organisation": "Region Prov",
            "contact": "Tjänsteman i beredskap",
            "contact_phone": "018-00 00 01",
        },
        "lager": {
            "amount": "500",
            "unit": "ampoule",
            "sites": [
                {"site": "Sjukhusapoteket", "city": "Uppsala", "amount": "300"},
                {"site": "Ambulansstationen", "city": "Enköping", "amount": "200"},
            ],
            "distribution": "Sjukhusapoteket kör ut inom en timme på order.",
        },
    }


ANSWERS: dict[LicenceKind, Callable[[LicenceProduct | None], Answers]] = {
    LicenceKind.INDIVIDUAL: factories.individual_answers,
    LicenceKind.GENERAL: general_answers,
    LicenceKind.VETERINARY: veterinary_answers,
    LicenceKind.PREPAREDNESS: preparedness_answers,
}


def vet(**unit: Any) -> Assignment:
    """A vet at a care unit."""
    return factories.AssignmentFactory(
        role=Role.PRESCRIBER,
        user=factories.UserFactory(veterinarian=True),
        care_unit=factories.CareUnitFactory(**unit),
    )


def dentist() -> Assignment:
    return factories.AssignmentFactory(
        role=Role.PRESCRIBER,
        user=factories.UserFactory(dentist=True),
        care_unit=factories.CareUnitFactory(),
    )


def author(kind: LicenceKind) -> Assignment:
    """Somebody who may write a kind."""
    if kind == LicenceKind.VETERINARY:
        return vet()
    listed = kind == LicenceKind.PREPAREDNESS
    return factories.AssignmentFactory(
        prescriber=True, care_unit=factories.CareUnitFactory(preparedness=listed)
    )


def draft(kind: LicenceKind, **sections: dict[str, Any]) -> Motivation:
    """A draft with right answers; `sections` replace some of them, by slug."""
    answers = ANSWERS[kind](factories.ProductFactory())
    for slug, replaced in sections.items():
        answers[slug] = {**answers[slug], **replaced}
    return factories.draft(kind=KINDS[kind], by=author(kind), answers=answers)


def sent(kind: LicenceKind, **sections: dict[str, Any]) -> Motivation:
    """A submitted motivation of a kind."""
    begun = draft(kind, **sections)
    return submission.submit(begun, by=begun.author)
