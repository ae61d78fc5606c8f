"""Test objects, made the way people make them: through the services.

`motivation(status="submitted")` is a motivation that a doctor has filled in and sent; nothing here
sets a status by hand. Unique words stand in for clinical text and identities where a test asks.
"""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from stdnum.ean import calc_check_digit

from accounts.enums import Profession
from accounts.models import Assignment, User
from applications.enums import WaitingFor
from applications.models import Application
from applications.services import applying
from applications.services import supplements as pharmacys_supplements
from applications.services.search import find_by_reference
from decisions import disclosing
from decisions.enums import Conclusion, Hearing
from decisions.models import Case, Communication, Disclosure
from decisions.rules import latest_valid_to
from decisions.services import (
    cases,
    communications,
    deciding,
    disclosures,
    injunctions,
    supplements,
)
from klas import clock
from klas.access import Role
from klas.uploads import RebuiltFile, rebuild
from medicines.enums import ProductStatus
from medicines.models import ApprovedProduct, LicenceProduct
from medicines.sameness import form_group, substances_key
from motivations.enums import Outcome
from motivations.kinds import Kind
from motivations.kinds.individual import INDIVIDUAL
from motivations.models import Motivation
from motivations.services import drafts, submission
from motivations.services import supplements as prescribers_supplements
from pharmacies.models import CareUnit, Pharmacy

PERSONAL_NUMBER = "195704289999"  # a public test number (Skatteverket)
CHILD_NUMBER = "202109029807"  # birth numbers from 980 are kept for tests


class PharmacyFactory(factory.django.DjangoModelFactory[Pharmacy]):
    class Meta:
        model = Pharmacy

    name = factory.Sequence(lambda n: f"Apoteket Prov {n}")
    legal_name = "Provapoteken AB"
    organisation_number = "5590000005"
    chain = "Provkedjan"
    street = "Provgatan 1"
    postcode = "75220"
    city = "Uppsala"
    phone = "018-00 00 00"

    @factory.lazy_attribute_sequence
    def gln(self, n: int) -> str:
        body = f"735000{n:06d}"
        return body + calc_check_digit(body)


class CareUnitFactory(factory.django.DjangoModelFactory[CareUnit]):
    class Meta:
        model = CareUnit

    hsa_id = factory.Sequence(lambda n: f"SE2321000016-P{n:05d}")
    name = factory.Sequence(lambda n: f"Provkliniken {n}")
    organisation = "Region Prov"
    region = "Region Prov"
    workplace_code = "2300000000123"
    street = "Sjukhusvägen 1"
    postcode = "75185"
    city = "Uppsala"
    phone = "018-11 11 11"


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User

    subject = factory.Sequence(lambda n: f"SE2321000016-U{n:05d}")
    name = factory.Sequence(lambda n: f"Person Provsson {n}")
    email = factory.LazyAttribute(lambda user: f"{user.subject.lower()}@prov.invalid")
    phone = "070-000 00 00"
    password = "!"

    class Params:
        doctor = factory.Trait(
            profession=Profession.DOCTOR, prescriber_code="1234567", licensed_to_practise=True
        )
        dentist = factory.Trait(
            profession=Profession.DENTIST, prescriber_code="2345678", licensed_to_practise=True
        )
        veterinarian = factory.Trait(profession=Profession.VETERINARIAN, licensed_to_practise=True)
        pharmacist = factory.Trait(profession=Profession.PHARMACIST, licensed_to_practise=True)


class AssignmentFactory(factory.django.DjangoModelFactory[Assignment]):
    class Meta:
        model = Assignment

    user = factory.SubFactory(UserFactory)
    role = Role.CASEWORKER

    class Params:
        prescriber = factory.Trait(
            role=Role.PRESCRIBER,
            user=factory.SubFactory(UserFactory, doctor=True),
            care_unit=factory.SubFactory(CareUnitFactory),
        )
        pharmacist = factory.Trait(
            role=Role.PHARMACIST,
            user=factory.SubFactory(UserFactory, pharmacist=True),
            pharmacy=factory.SubFactory(PharmacyFactory),
        )
        staff = factory.Trait(
            role=Role.PHARMACY_STAFF, pharmacy=factory.SubFactory(PharmacyFactory)
        )
        decision_maker = factory.Trait(role=Role.DECISION_MAKER)
        assessor = factory.Trait(role=Role.ASSESSOR)
        operator = factory.Trait(role=Role.OPERATOR)


def acting_as(role: Role, **fields: Any) -> Assignment:
    """An assignment in a role, with the unit and profession that the role wants."""
    traits = {
        Role.PRESCRIBER: {"prescriber": True},
        Role.CARE_COLLEAGUE: {
            "role": Role.CARE_COLLEAGUE,
            "care_unit": factory.SubFactory(CareUnitFactory),
        },
        Role.PHARMACIST: {"pharmacist": True},
        Role.PHARMACY_STAFF: {"staff": True},
    }
    return AssignmentFactory(**(traits.get(role, {"role": role}) | fields))


class ProductFactory(factory.django.DjangoModelFactory[LicenceProduct]):
    class Meta:
        model = LicenceProduct

    source = "example"
    source_id = factory.Sequence(lambda n: f"P{n}")
    name = "Ospolot"
    form = "filmdragerad tablett"
    strength = "50 mg"
    mah = "Desitin Arzneimittel"
    country = "DE"
    approval_number = "6005.00.00"
    atc = "N03AX03"
    status = ProductStatus.ACTIVE
    marketed = True
    on_licence_before = True
    substances_text = "sultiam"


class ApprovedProductFactory(factory.django.DjangoModelFactory[ApprovedProduct]):
    """A product sold in Sweden that equals `ProductFactory`'s in substance and form."""

    class Meta:
        model = ApprovedProduct

    npl_id = factory.Sequence(lambda n: f"20990101{n:06d}")
    name = "Sultimed"
    form = "tablett"
    strength = "50 mg"
    mah = "Svenska Provbolaget"
    atc = "N03AX03"
    substances_text = "Sultiam"
    marketed = True
    substances_key = factory.LazyAttribute(lambda made: substances_key(made.substances_text))
    form_group = factory.LazyAttribute(lambda made: form_group(made.form))


def individual_answers(product: LicenceProduct | None = None, **sections: Any) -> dict[str, Any]:
    """Right answers to all sections of an individual motivation.

    Args:
        product: the register's product; typed by hand when None.
        sections: answers by section slug that replace those below, e.g. ``patient={"name": "X"}``.
    """
    facts = (
        {**product.facts(), "register": str(product.pk)}
        if product
        else {
            "register": "",
            "name": "Ospolot",
            "substances": "sultiam",
            "form": "filmdragerad tablett",
            "strength": "50 mg",
            "mah": "Desitin Arzneimittel",
            "country": "DE",
            "approval_number": "6005.00.00",
            "atc": "N03AX03",
        }
    )
    answers: dict[str, dict[str, Any]] = {
        "patient": {
            "identified_by": "personal_number",
            "personal_number": "19570428-9999",
            "name": "Vera Provpatient",
        },
        "lakemedel": {**facts, "approved_elsewhere": "yes", "withdrawn_by_authority": "no"},
        "behandling": {
            "dosage": "1 tablett morgon och kväll",
            "regularity": "regular",
            "daily_amount": "2",
            "months": "12",
            "amount": "730",
            "unit": "tablet",
        },
        "motivering": {
            "indication": "Svårbehandlad epilepsi med dagliga anfall trots behandling.",
            "icd10": "G40.4",
            "why_not_category": "no_effect",
            "why_not_text": "Valproat och lamotrigin i full dos utan tillräcklig effekt.",
            "earlier_therapy": [
                {"product": "Valproat", "period": "2022–2023", "result": "Oförändrad frekvens"}
            ],
            "no_earlier_therapy": "",
            "choice_reason": "Etablerad behandling vid syndromet enligt riktlinjer.",
            "treatment": "new",
        },
        "hantering": {
            "urgency": "normal",
            "pharmacy": "",
            "message": "",
            "informed": True,
            "not_research": True,
        },
    }
    for slug, replaced in sections.items():
        answers[slug] = {**answers[slug], **replaced}
    return answers


def draft(
    *,
    by: Assignment | None = None,
    answers: dict[str, Any] | None = None,
    kind: Kind = INDIVIDUAL,
) -> Motivation:
    """A motivation as a draft, individual unless said; filled in when `answers` are given."""
    author = by or AssignmentFactory(prescriber=True)
    motivation = drafts.start(kind=kind, by=author)
    for slug, section_answers in (answers or {}).items():
        drafts.save_section(motivation, slug, answers=section_answers, opened_revision=0, by=author)
    motivation.refresh_from_db()
    return motivation


def picture(name: str) -> RebuiltFile:
    """A small real picture, as an upload that has been parsed and rebuilt."""
    content = BytesIO()
    Image.new("RGB", (8, 8), "white").save(content, "PNG")
    return rebuild(SimpleUploadedFile(name, content.getvalue()))


def motivation(
    *,
    by: Assignment | None = None,
    product: LicenceProduct | None = None,
    **sections: Any,
) -> Motivation:
    """A submitted individual motivation."""
    begun = draft(by=by, answers=individual_answers(product or ProductFactory(), **sections))
    return submission.submit(begun, by=begun.author)


APPLICATION_ANSWERS: dict[str, dict[str, Any]] = {
    "lakemedel": {
        "same_product": "yes",
        "supplier": "Provgrossisten AB",
        "supplied_from": "DE",
        "pack_size": "200 tabletter",
        "packs": "4",
        "lead_time_days": "10",
        "available": True,
    },
    "kontroll": {
        "product_checked": True,
        "quantity_checked": True,
        "customer_informed": True,
        "quality_documents": "known",
        "fee_accepted": True,
    },
}


def application_draft(
    *, on: Motivation | None = None, by: Assignment | None = None, filled: bool = True
) -> Application:
    """An application that a pharmacy has begun after finding the motivation by its number."""
    about = on or motivation()
    pharmacist = by or AssignmentFactory(pharmacist=True)
    find_by_reference(about.reference or "", purpose="customer", by=pharmacist)
    begun = applying.start(about, by=pharmacist)
    for slug, answers in (APPLICATION_ANSWERS if filled else {}).items():
        revision = applying.read_section(begun, slug).revision
        applying.save_section(begun, slug, answers=answers, opened_revision=revision, by=pharmacist)
    return begun


def application(*, on: Motivation | None = None, by: Assignment | None = None) -> Application:
    """A sent application; its case is registered."""
    pharmacist = by or AssignmentFactory(pharmacist=True)
    # The patient and product of examples are the same unless something else is said.
    draft = application_draft(on=on, by=pharmacist)
    return applying.send(draft, by=pharmacist, duplicate_reason="Provat i ett prov.")


def case(
    *, of: Application | None = None, taken_by: Assignment | None = None, assessed: bool = True
) -> Case:
    """A case in the queue; taken and assessed when `taken_by` is given."""
    registered = Case.objects.get(application=of or application())
    if taken_by is None:
        return registered
    taken = cases.take(registered, by=taken_by)
    if assessed:
        cases.assess(taken, ASSESSMENT, by=taken_by, opened_revision=0)
    return taken


def reassessed(case: Case) -> Case:
    """A case that was answered, whose officer has read the answer and saved the assessment anew."""
    case.refresh_from_db()
    assert case.assignee is not None
    revision = case.assessment.revision
    cases.assess(case, ASSESSMENT, by=case.assignee, opened_revision=revision)
    case.refresh_from_db()
    return case


ASSESSMENT = cases.AssessmentFacts(
    need=Conclusion.SHOWN,
    need_text="",
    ground=Conclusion.SHOWN,
    ground_text="",
    manufacture=Conclusion.SHOWN,
    manufacture_text="",
    benefit_risk="Nyttan överväger.",
)


def facts(outcome: Outcome = Outcome.GRANTED, **fields: Any) -> deciding.DecisionFacts:
    """What a decision with an outcome needs."""
    values: dict[str, Any] = {"outcome": outcome.value}
    if outcome in (Outcome.GRANTED, Outcome.GRANTED_WITH_RESERVATION):
        today = clock.today()
        values |= {
            "quantity": Decimal(730),
            "unit": "tablet",
            "valid_from": today,
            "valid_to": latest_valid_to(today),
        }
    # A grant for less or a shorter time than `individual_answers` ask for goes against, too.
    given = values | fields
    if outcome != Outcome.GRANTED or (
        given["quantity"] < 730 or given["valid_to"] < latest_valid_to(given["valid_from"])
    ):
        values |= {"reasons": "Behovet är inte visat.", "provisions": "HSLF-FS 2018:25 5 §"}
        if outcome != Outcome.CLOSED:
            values |= {"hearing": Hearing.EXCEPTION, "hearing_text": "Uppenbart obehövligt."}
    if outcome == Outcome.GRANTED_WITH_RESERVATION:
        values |= {"reservation": "Gäller under uppföljning var tredje månad."}
    return deciding.DecisionFacts(**(values | fields))


def licensed(
    *,
    on: Motivation | None = None,
    by: Assignment | None = None,
    pharmacist: Assignment | None = None,
    days_left: int = 30,
) -> Motivation:
    """A motivation that led to a licence with so many days left (negative: it has ended)."""
    about = on or motivation(by=by)
    valid_to = clock.today() + timedelta(days=days_left)
    with clock.at(clock.now() - timedelta(days=60)):
        decided(of=application(on=about, by=pharmacist), valid_to=valid_to)
    about.refresh_from_db()
    return about


def decided(
    outcome: Outcome = Outcome.GRANTED, *, of: Application | None = None, **fields: Any
) -> Case:
    """A decided case, countersigned where the rules demand it."""
    officer = AssignmentFactory()
    open_case = case(of=of, taken_by=officer)
    if fields.get("hearing") == Hearing.HEARD:
        heard(open_case)
    moved = deciding.decide(open_case, facts(outcome, **fields), by=officer)
    if moved.status == "proposed":
        moved = deciding.countersign(moved, by=AssignmentFactory(decision_maker=True))
    return moved


def disclosed(case: Case, *, by: Assignment) -> Disclosure:
    """The documents of a case, given out with what is masked as a rule."""
    documents = disclosing.documents_of(case, by=by)
    return disclosures.disclose(
        case,
        disclosures.Choice(
            requester="",
            requested="Alla handlingar",
            masked={field.key: field.ground for field in documents.fields if field.ground},
            opened={},
            assessment="Uppgifterna kan skada den enskilde.",
        ),
        seen=documents.fingerprint,
        by=by,
    )


def heard(case: Case, *, answer: str = "Vi har inget att tillägga.") -> Communication:
    """What the officer of a case has sent to the pharmacy before a decision, answered."""
    assert case.assignee is not None
    sent = communications.send(
        case,
        text="Det framgår inte att godkända läkemedel har prövats.",
        due_on=clock.today() + timedelta(days=14),
        by=case.assignee,
    )
    pharmacist = case.application.sent_by
    assert pharmacist is not None
    return communications.answer(sent, text=answer, by=pharmacist)


def asked(
    case: Case,
    *questions: str,
    by: Assignment | None = None,
    days: int = 14,
    to: WaitingFor = WaitingFor.PRESCRIBER,
    **more: Any,
) -> Case:
    """A case in which somebody has been asked, the prescriber unless said; by who has the case."""
    officer = by or case.assignee
    assert officer is not None
    return supplements.request(
        case,
        questions=questions or ("Vilka doser har prövats?",),
        due_on=clock.today() + timedelta(days=days),
        by=officer,
        to=to,
        **more,
    )


def enjoined(case: Case, *, to: WaitingFor = WaitingFor.PHARMACY, days: int = 10) -> Case:
    """A case in which an injunction has been sent, since a question was not answered in time."""
    assert case.assignee is not None
    with clock.at(clock.now() - timedelta(days=20)):
        waiting = asked(case, to=to)
    return injunctions.send(
        waiting,
        text="Svar på frågorna.",
        due_on=clock.today() + timedelta(days=days),
        by=case.assignee,
    )


def pharmacy_answered(
    case: Case, text: str = "Intyget är bifogat.", **sections: Any
) -> Application:
    """The application of a case whose pharmacy was asked, with its answer sent by who applied."""
    application = Application.objects.get(pk=case.application_id)
    by = application.sent_by
    assert by is not None
    for slug, changed in {"svar": {"answer": text}, **sections}.items():
        saved = applying.read_section(application, slug)
        applying.save_section(
            application,
            slug,
            answers={**saved.answers, **changed},
            opened_revision=saved.revision,
            by=by,
        )
    pharmacys_supplements.answer(application, by=by)
    application.refresh_from_db()
    return application


def answered(case: Case, text: str = "Se de nya raderna.", **sections: Any) -> Motivation:
    """The motivation of a case that was asked, with its answer sent; `sections` are changed."""
    motivation = case.application.motivation
    author = motivation.author
    for slug, changed in {"svar": {"answer": text}, **sections}.items():
        saved = drafts.read_section(motivation, slug)
        drafts.save_section(
            motivation,
            slug,
            answers={**saved.answers, **changed},
            opened_revision=saved.revision,
            by=author,
        )
    prescribers_supplements.answer(motivation, by=author)
    motivation.refresh_from_db()
    return motivation
