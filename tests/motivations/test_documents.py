"""A motivation as PDF: whole for prescriber and agency, without clinical text for pharmacies."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from klas.pdf import render
from klas.uploads import rebuild
from motivations.enums import AttachmentClass, AttachmentKind, Audience
from motivations.letters import motivation_html
from motivations.models import ClinicalText, Motivation, MotivationDocument
from motivations.services import attachments, submission
from motivations.services.issuing import issue_documents
from tests import factories
from tests.klas.pdf_reading import opened, pages_of, tags_of, text_of
from tests.klas.test_uploads import pdf_with

pytestmark = pytest.mark.django_db

PLANTED = {
    "indication": "KLINORD-INDIKATION",
    "why_not_text": "KLINORD-VARFOR",
    "earlier_therapy": [
        {"product": "KLINORD-PREPARAT", "period": "KLINORD-PERIOD", "result": "KLINORD-RESULTAT"}
    ],
    "choice_reason": "KLINORD-VAL",
    "treatment": "continued",
    "effect_so_far": "KLINORD-EFFEKT",
    "icd10": "G40.4",
}
URGENT = {"urgency": "urgent", "urgent_reason": "KLINORD-BRADSKA", "urgent_phone": "070-111 22 33"}


def documents_of(motivation: Motivation) -> dict[str, MotivationDocument]:
    issue_documents()
    found = MotivationDocument.objects.filter(version__motivation=motivation)
    return {document.audience: document for document in found}


def texts_of(motivation: Motivation) -> dict[str, str]:
    found = documents_of(motivation)
    return {audience: text_of(bytes(document.pdf)) for audience, document in found.items()}


def test_the_prescriber_and_the_agency_read_all_of_it() -> None:
    motivation = factories.motivation(motivering=PLANTED, hantering=URGENT)
    text = texts_of(motivation)[Audience.FULL]
    assert text.count("KLINORD-") == 8
    for said in (
        f"Licensmotivering {motivation.reference}",
        "Enskild licens",
        "Vera Provpatient",
        "19570428-9999",
        "Ospolot",
        "1 tablett morgon och kväll",
        "12 månader",
        "G40.4",
        "Medicinskt brådskande",
        "070-111 22 33",
        motivation.author.user.name,
        "1234567",
    ):
        assert said in text


def test_pharmacies_get_nothing_of_the_clinical_text_not_even_the_questions() -> None:
    motivation = factories.motivation(motivering=PLANTED, hantering=URGENT)
    document = documents_of(motivation)[Audience.PHARMACY]
    text = text_of(bytes(document.pdf))
    assert "KLINORD" not in text
    assert "G40.4" not in text
    assert "indikation" not in text.lower()
    assert "Vera Provpatient" in text
    assert "Ospolot" in text
    with opened(bytes(document.pdf)) as pdf:
        for item in pdf.objects:
            assert b"KLINORD" not in item.unparse(resolved=True)


def test_the_clinical_table_is_not_even_asked_for_a_pharmacys_document() -> None:
    documents = documents_of(factories.motivation())
    table = ClinicalText._meta.db_table
    with CaptureQueriesContext(
        connection,
    ) as queries:
        motivation_html(documents[Audience.PHARMACY])
    assert not any(table in query["sql"] for query in queries)
    with CaptureQueriesContext(connection) as queries:
        motivation_html(documents[Audience.FULL])
    assert any(table in query["sql"] for query in queries)


def test_clinical_attachments_are_named_to_those_who_may_open_them_only() -> None:
    author = factories.AssignmentFactory(prescriber=True)
    draft = factories.draft(
        by=author, answers=factories.individual_answers(factories.ProductFactory())
    )
    for name, secrecy in (("hemlig.pdf", "clinical"), ("produkt.pdf", "product")):
        file = rebuild(SimpleUploadedFile(name, pdf_with(pages=len(name))))
        attachments.add(
            draft, file=file, kind=AttachmentKind.OTHER, secrecy=AttachmentClass(secrecy), by=author
        )
    texts = texts_of(submission.submit(draft, by=author))
    assert "hemlig.pdf" in texts[Audience.FULL]
    assert "produkt.pdf" in texts[Audience.FULL]
    assert "hemlig.pdf" not in texts[Audience.PHARMACY]
    assert "produkt.pdf" in texts[Audience.PHARMACY]


def test_what_was_not_answered_takes_no_room() -> None:
    assert "Inte angivet" not in texts_of(factories.motivation())[Audience.FULL]


def test_long_answers_run_over_pages_that_all_say_what_they_belong_to() -> None:
    long_text = ("Anfallen har ökat under året. " * 130).strip()
    motivation = factories.motivation(
        motivering={"indication": long_text, "why_not_text": long_text, "choice_reason": long_text}
    )
    pages = pages_of(bytes(documents_of(motivation)[Audience.FULL].pdf))
    assert len(pages) >= 4
    for number, page in enumerate(pages, start=1):
        assert f"Sida {number} av {len(pages)}" in page
        assert motivation.reference in page
    assert "".join(pages).count("Anfallen") == 3 * 130


def test_the_document_is_swedish_accessible_and_the_same_each_time() -> None:
    document = documents_of(factories.motivation())[Audience.FULL]
    with translation.override("en"):
        assert render(motivation_html(document)).sha256 == document.sha256
    with opened(bytes(document.pdf)) as pdf:
        assert str(pdf.Root.Lang) == "sv"
        title: Any = pdf.docinfo["/Title"]
        assert document.version.motivation.reference in str(title)
        assert "Vera" not in str(title)
        tags = tags_of(pdf)
        assert tags.count("H1") == 1
        assert tags.count("Caption") == tags.count("Table") >= 5
