"""One invented motivation of each kind but the individual one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from medicines.models import LicenceProduct
from motivations.enums import LicenceKind

Answers = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Example:
    """A motivation of a kind: who writes it (`accounts.demo.PEOPLE`), and what."""

    kind: LicenceKind
    person: str
    answers: Answers


def product_answers(product: LicenceProduct) -> dict[str, Any]:
    """The product section, chosen from the register."""
    return {
        **product.facts(),
        "approval_number": product.approval_number or f"EX {product.pk:05d}",
        "register": str(product.pk),
        "approved_elsewhere": "yes",
        "withdrawn_by_authority": "yes" if product.status_member.is_restrictive else "no",
    }


def examples(product: Callable[[str], LicenceProduct]) -> Iterator[Example]:
    """The motivations.

    Args:
        product: gives the example catalogue's product by its name.
    """
    yield Example(LicenceKind.GENERAL, "lakare2", _general(product("Diphtheria Antitoxin")))
    yield Example(LicenceKind.VETERINARY, "veterinar", _veterinary(product("Marquis")))
    yield Example(LicenceKind.PREPAREDNESS, "beredskapslakare", _preparedness(product("Toxogonin")))


def _handling(declaration: str) -> dict[str, Any]:
    return {
        "urgency": "normal",
        "pharmacy": "",
        "message": "",
        declaration: True,
        "not_research": True,
    }


def _general(product: LicenceProduct) -> Answers:
    region = {"organisation": "Region Exempelvik", "region": "Region Exempelvik"}
    return {
        "vardenheter": {
            "units": [
                {
                    "name": "Infektionskliniken, Exempelviks sjukhus",
                    "hsa_id": "SE9999001010-A002",
                    **region,
                },
                {
                    "name": "Akutmottagningen, Exempelviks sjukhus",
                    "hsa_id": "SE9999001010-A003",
                    **region,
                },
            ],
            "larger_organisation": "yes",
            "insight": "Medicinskt ansvarig för infektionsvården vid sjukhuset sedan sex år.",
        },
        "lakemedel": product_answers(product),
        "behov": {
            "patient_group": "Patienter med misstänkt difteri i svalget.",
            "expected_patients": "4",
            "amount": "40",
            "unit": "ampoule",
            "why_not_individual": "Antitoxin måste ges inom timmar, innan provsvaret har kommit.",
        },
        "motivering": {
            "indication": "Misstänkt eller bekräftad difteri med risk för luftvägshinder.",
            "icd10": "A36.0",
            "why_not_category": "none",
            "why_not_text": "Inget difteriantitoxin är godkänt i Sverige.",
            "earlier_therapy": [],
            "no_earlier_therapy": "Antibiotika ges samtidigt men neutraliserar inte toxinet.",
            "choice_reason": "Rekommenderas av WHO så snart difteri misstänks.",
            "treatment": "new",
        },
        "hantering": _handling("units_know"),
    }


def _veterinary(product: LicenceProduct) -> Answers:
    return {
        "djur": {
            "scope": "animal",
            "id_marking": "752098100999999",
            "species": "horse",
            "weight": "510",
        },
        "djuragare": {"owner_name": "Maja Hästexempel", "owner_contact": "070-174 06 71"},
        "lakemedel": product_answers(product),
        "behandling": {
            "dosage": "5 mg per kg en gång om dagen i 28 dygn",
            "regularity": "varying",
            "months": "1",
            "amount": "508",
            "unit": "g",
        },
        "livsmedel": {
            "food_producing": "no",
            "cascade_step": "third_country",
            "cascade_reason": "Inget läkemedel med substansen är godkänt inom EU och EES.",
            "withdrawal": [],
        },
        "motivering": {
            "indication": "Protozoär myeloencefalit hos häst importerad från USA, med ataxi.",
            "why_not_category": "none",
            "why_not_text": "Inget läkemedel mot Sarcocystis neurona är godkänt i Sverige.",
            "earlier_therapy": [
                {"product": "Meloxikam", "period": "två veckor", "result": "Oförändrad ataxi"}
            ],
            "no_earlier_therapy": "",
            "choice_reason": "Ponazuril har visad effekt i en fältstudie på naturligt smittade.",
            "treatment": "new",
        },
        "hantering": _handling("informed"),
    }


def _preparedness(product: LicenceProduct) -> Answers:
    return {
        "hot": {
            "category": "chemical",
            "threat": "Utsläpp av nervgas eller andra organiska fosforföreningar.",
            "for_whom": "human",
            "area": "part",
            "part": "Region Exempelvik",
        },
        "organisation": {
            "organisation": "Region Exempelvik",
            "contact": "Tjänsteman i beredskap",
            "contact_phone": "070-174 06 63",
        },
        "lakemedel": product_answers(product),
        "lager": {
            "amount": "600",
            "unit": "ampoule",
            "sites": [
                {"site": "Exempelviks sjukhus", "city": "Exempelvik", "amount": "400"},
                {"site": "Ambulansstationen", "city": "Provsund", "amount": "200"},
            ],
            "distribution": "Tjänsteman i beredskap beslutar. Ambulansen kör ut inom en timme.",
        },
        "motivering": {
            "indication": "Förgiftning med organiska fosforföreningar, tillsammans med atropin.",
            "why_not_category": "none",
            "why_not_text": "Ingen oxim är godkänd i Sverige i en mängd som räcker för många.",
            "earlier_therapy": [],
            "no_earlier_therapy": "Atropin lindrar symtomen men återställer inte enzymet.",
            "choice_reason": "Obidoxim återställer kolinesteras och är förstahandsval i Europa.",
            "treatment": "new",
        },
        "hantering": _handling("organisation_knows"),
    }
