"""Each kind walked from draft to decision, letters and documents."""

from typing import Any

import pypdfium2
import pytest

from applications.models import Application
from applications.services import applying
from decisions.enums import CaseStatus, Recipient
from decisions.models import Case, Letter, Licence
from decisions.rules import needs_two_persons
from decisions.services import deciding
from decisions.services.issuing import issue_letters
from klas.sections import Incomplete
from motivations.enums import Audience, LicenceKind, MotivationStatus, Outcome
from motivations.kinds import KINDS
from motivations.models import Motivation, MotivationDocument
from motivations.services.issuing import issue_documents
from tests import factories, kinds

pytestmark = pytest.mark.django_db

SUBJECTS = {
    LicenceKind.INDIVIDUAL: ("Patient", "Vera Provpatient, 19570428-9999"),
    LicenceKind.GENERAL: (
        "Vårdenheter",
        "Provakuten (SE2321000016-1003), Provintensiven (SE2321000016-1004)",
    ),
    LicenceKind.VETERINARY: ("Djurägare", "Olle Provägare, häst (752098100000001)"),
    LicenceKind.PREPAREDNESS: ("Organisation", "Region Prov, Uppsala län"),
}
LABELS = {
    LicenceKind.INDIVIDUAL: "Vera Provpatient",
    LicenceKind.GENERAL: "Provakuten och 1 till",
    LicenceKind.VETERINARY: "Olle Provägare",
    LicenceKind.PREPAREDNESS: "Region Prov",
}
ROUTES = {
    LicenceKind.INDIVIDUAL: "prescription",
    LicenceKind.GENERAL: "requisition",
    LicenceKind.VETERINARY: "prescription",
    LicenceKind.PREPAREDNESS: "requisition",
}
ASKED = {
    LicenceKind.INDIVIDUAL: ("730", "tablet", 12),
    LicenceKind.GENERAL: ("1200", "ampoule", 12),
    LicenceKind.VETERINARY: ("730", "tablet", 12),
    LicenceKind.PREPAREDNESS: ("500", "ampoule", 12),
}


def pdf_words(content: Any) -> str:
    pages = pypdfium2.PdfDocument(bytes(content))
    return " ".join(
        " ".join(page.get_textpage().get_text_range().split()) for page in pages
    ).replace("\ufffe", "")


@pytest.mark.parametrize("kind", LicenceKind)
def test_from_draft_to_licence_and_letter(kind: LicenceKind) -> None:
    motivation = kinds.sent(kind)
    assert motivation.subject_label == LABELS[kind]
    application = factories.application(on=motivation)
    quantity, unit, months = ASKED[kind]
    assert application.route == ROUTES[kind]
    assert (f"{application.quantity.normalize():f}", application.unit) == (quantity, unit)
    assert application.months == months

    case = factories.decided(Outcome.GRANTED, of=application)
    title, subject = SUBJECTS[kind]
    licence = Licence.objects.get(decision__case=case)
    assert (licence.kind, licence.route, licence.subject_line) == (kind, ROUTES[kind], subject)
    motivation.refresh_from_db()
    assert (motivation.status, motivation.outcome) == (MotivationStatus.CLOSED, Outcome.GRANTED)

    letter = Letter.objects.get()
    assert letter.recipient == Recipient.PHARMACY
    assert issue_letters() == 1
    letter.refresh_from_db()
    text = pdf_words(Letter.objects.defer(None).get(pk=letter.pk).pdf)
    assert title in text
    for part in subject.split(", "):
        assert part in text
    assert "Svårbehandlad epilepsi" not in text


@pytest.mark.parametrize("kind", LicenceKind)
def test_both_documents_of_a_motivation(kind: LicenceKind) -> None:
    kinds.sent(kind)
    assert issue_documents() == len(Audience)
    for document in MotivationDocument.objects.defer(None).exclude(audience=Audience.PATIENT):
        text = pdf_words(document.pdf)
        assert str(KINDS[kind].title) in text
        for section in KINDS[kind].sections:
            if section.slug != "motivering":
                assert str(section.title) in text
        assert ("Svårbehandlad epilepsi" in text) == (document.audience == "full")


def test_a_rejection_names_the_units_as_well() -> None:
    case = factories.decided(
        Outcome.REJECTED, of=factories.application(on=kinds.sent(LicenceKind.GENERAL))
    )
    assert not Licence.objects.exists()
    issue_letters()
    for letter in Letter.objects.defer(None).filter(case=case, recipient=Recipient.PHARMACY):
        assert "Provakuten" in pdf_words(letter.pdf)


def test_preparedness_always_takes_two_persons() -> None:
    officer = factories.AssignmentFactory()
    application = factories.application(on=kinds.sent(LicenceKind.PREPAREDNESS))
    case = factories.case(of=application, taken_by=officer)
    assert not case.is_first_time
    assert needs_two_persons(case, Outcome.GRANTED)
    moved = deciding.decide(case, factories.facts(), by=officer)
    assert moved.status == CaseStatus.PROPOSED
    assert not Licence.objects.exists()
    moved = deciding.countersign(moved, by=factories.AssignmentFactory(decision_maker=True))
    assert moved.status == CaseStatus.DECIDED


def test_a_species_licence_is_on_requisition_to_the_establishment() -> None:
    motivation = kinds.sent(
        LicenceKind.VETERINARY,
        djur={"scope": "species", "expected_animals": "30", "weight": "", "id_marking": ""},
        djuragare={"establishment": "Provdjursjukhuset", "establishment_contact": "018-1 11 11"},
    )
    factories.decided(of=factories.application(on=motivation))
    licence = Licence.objects.get()
    assert (licence.route, licence.subject_line) == ("requisition", "Provdjursjukhuset, häst")


def test_a_pharmacy_cannot_choose_a_route_that_the_kind_does_not_allow() -> None:
    motivation = kinds.sent(LicenceKind.GENERAL)
    begun = factories.application_draft(on=motivation)
    saved = applying.read_section(begun, "licens")
    applying.save_section(
        begun,
        "licens",
        answers={**saved.answers, "route": "prescription"},
        opened_revision=saved.revision,
        by=begun.created_by,
    )
    with pytest.raises(Incomplete):
        applying.send(begun, by=begun.created_by)
    assert not Case.objects.exists()
    assert Application.objects.get().status == "draft"
    assert Motivation.objects.get().status == MotivationStatus.SUBMITTED


@pytest.mark.parametrize("kind", LicenceKind)
def test_the_agency_s_and_the_pharmacy_s_pages_show_each_kind(
    acting: Any, kind: LicenceKind
) -> None:
    pharmacist = factories.AssignmentFactory(pharmacist=True)
    application = factories.application(on=kinds.sent(kind), by=pharmacist)
    officer = factories.AssignmentFactory()
    case = factories.case(of=application, taken_by=officer)
    page = acting(officer).get(case.get_absolute_url()).content.decode()
    shown = acting(pharmacist).get(application.get_absolute_url()).content.decode()
    assert str(KINDS[kind].title) in page
    assert "Svårbehandlad epilepsi" in page
    assert "Svårbehandlad epilepsi" not in shown
    assert ("Recept" in shown) == (ROUTES[kind] == "prescription")
