"""Documents of a case are given out: what is masked is nowhere in the PDF, and is logged."""

from typing import Any
from uuid import uuid4

import pikepdf
import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.models import Assignment
from decisions import disclosing
from decisions.enums import LetterReason, Recipient
from decisions.letters import delay
from decisions.models import Case, Disclosure
from decisions.services import cases, disclosures
from decisions.services.issuing import issue_letters
from decisions.services.issuing_disclosures import issue_disclosures
from decisions.services.ordering import order
from klas.access import Role
from klas.errors import NotAllowed, Refused, Stale
from klas.models import AccessLogEntry
from klas.pdf import render
from klas.sealed import Sealed
from klas.sections import Secrecy
from klas.uploads import RebuiltFile, rebuild
from motivations import reading
from motivations.kinds import KINDS, Kind
from motivations.kinds.common import HandlingForm
from motivations.models import Attachment, MotivationVersion
from motivations.services import attachments, submission
from tests import factories
from tests.klas.pdf_reading import embedded_of, opened, text_of

pytestmark = pytest.mark.django_db
# Planted: who it is about, the clinical text, the free text, a note, and a file's name.
SECRETS = ["Hemligast", "19570428", "Indikationsord", "Motskalsord", "Anteckningsord", "Valproat"]


@pytest.fixture
def chief(db: None) -> Assignment:
    return factories.acting_as(Role.DECISION_MAKER)


@pytest.fixture
def decided(db: None) -> Case:
    motivation = factories.motivation(
        patient={"name": "Vera Hemligast"},
        motivering={"indication": "Indikationsord vid svår epilepsi sedan många år."},
        hantering={"message": "Motskalsord till apoteket"},
    )
    case = factories.decided(of=factories.application(on=motivation))
    cases.add_note(case, text="Anteckningsord", by=factories.AssignmentFactory())
    return case


def everything_in(content: bytes) -> str:
    """All that can be dug out of a PDF: text, every stream unpacked, strings, metadata, files."""
    pdf = opened(content)
    parts = [text_of(content), content.decode("latin-1"), str(embedded_of(pdf))]
    for found in pdf.objects:
        if isinstance(found, pikepdf.Stream):
            raw = found.read_bytes()
            parts += [raw.decode("latin-1"), raw.decode("utf-16-be", "ignore")]
        parts.append(repr(found))
    return " ".join(parts)


def _choice(case: Case, by: Assignment, **fields: Any) -> tuple[disclosures.Choice, str]:
    documents = disclosing.documents_of(case, by=by)
    values: dict[str, Any] = {
        "requester": "",
        "requested": "Alla handlingar",
        "masked": {field.key: field.ground for field in documents.fields if field.ground},
        "opened": {},
        "assessment": "Skadar den enskilde.",
    }
    return disclosures.Choice(**{**values, **fields}), documents.fingerprint


class TestThePdf:
    def test_what_is_masked_is_nowhere_in_it(self, decided: Case, chief: Assignment) -> None:
        factories.disclosed(decided, by=chief)
        assert issue_disclosures() == 1
        disclosure = Disclosure.objects.get()
        content = bytes(Disclosure.objects.get().pdf)
        everything = everything_in(content)
        for secret in SECRETS:
            assert secret not in everything
        assert "[maskerat, OSL 25:1]" in text_of(content)
        assert "Ospolot" in text_of(content)
        assert "kammarrätten" in text_of(content)
        assert disclosure.sha256
        # The planted words can be found where they are not masked.
        row = str(disclosing.documents_of(decided, by=chief).parts)
        assert all(secret in row for secret in SECRETS if secret not in {"19570428", SECRETS[4]})

    def test_nor_in_what_is_frozen_for_the_worker(self, decided: Case, chief: Assignment) -> None:
        made = factories.disclosed(decided, by=chief)
        kept = f"{made.content} {made.masked}"
        for secret in SECRETS:
            assert secret not in kept

    def test_what_is_opened_with_a_reason_is_in_it(self, decided: Case, chief: Assignment) -> None:
        choice, seen = _choice(decided, chief)
        key = next(key for key in choice.masked if key.endswith("indication"))
        masked = {k: v for k, v in choice.masked.items() if k != key}
        again, _ = _choice(decided, chief, masked=masked, opened={key: "Pekar inte ut någon."})
        made = disclosures.disclose(decided, again, seen=seen, by=chief)
        issue_disclosures()
        made.refresh_from_db()
        assert "Indikationsord" in text_of(bytes(made.pdf))
        assert made.opened[0]["reason"] == "Pekar inte ut någon."

    def test_it_never_changes(self, decided: Case, chief: Assignment) -> None:
        made = factories.disclosed(decided, by=chief)
        for changed in ({"masked": []}, {"assessment": Sealed("k1.annat")}):
            with pytest.raises(DatabaseError), transaction.atomic():
                Disclosure.objects.filter(pk=made.pk).update(**changed)
        issue_disclosures()
        with pytest.raises(DatabaseError), transaction.atomic():
            Disclosure.objects.filter(pk=made.pk).update(attempts=9)


class TestFilesAndLetters:
    """Given out whole or only named."""

    @pytest.fixture
    def with_files(self, db: None) -> Case:
        draft = factories.draft(answers=factories.individual_answers(factories.ProductFactory()))
        author = draft.author
        for name, secrecy in (("journal", "clinical"), ("produktresume", "product")):
            attachments.add(draft, file=_written(name), kind="article", secrecy=secrecy, by=author)
        sent = submission.submit(draft, by=author)
        case = factories.decided(of=factories.application(on=sent))
        issue_letters()
        return case

    def test_product_files_follow_and_clinical_ones_are_named(
        self, with_files: Case, chief: Assignment
    ) -> None:
        factories.disclosed(with_files, by=chief)
        assert issue_disclosures() == 1
        content = bytes(Disclosure.objects.get().pdf)
        everything = everything_in(content)
        assert "ORDIproduktresume" in everything
        assert "ORDIjournal" not in everything
        assert "AUTHORjournal" not in everything
        # Beside what its pages show a file carries nothing along.
        assert "AUTHORproduktresume" not in everything

    def test_what_says_something_masked_is_not_given_out(
        self, with_files: Case, chief: Assignment
    ) -> None:
        choice, seen = _choice(with_files, chief)
        key = next(key for key in choice.masked if key.startswith("brevet."))
        masked = {k: v for k, v in choice.masked.items() if k != key}
        choice, seen = _choice(with_files, chief, masked=masked, opened={key: "Efterfrågat."})
        with pytest.raises(Refused, match="som du maskerar"):
            disclosures.disclose(with_files, choice, seen=seen, by=chief)

    def test_a_letter_without_secrets_follows(self, with_files: Case, chief: Assignment) -> None:
        letter = order(
            with_files,
            to=Recipient.PHARMACY,
            reason=LetterReason.DELAY,
            about=with_files,
            facts=delay.EXAMPLE,
        )
        issue_letters()
        key = f"brevet.{letter.pk}"
        choice, _ = _choice(with_files, chief)
        masked = {k: v for k, v in choice.masked.items() if k != key}
        choice, seen = _choice(with_files, chief, masked=masked, opened={key: "Inget hemligt."})
        disclosures.disclose(with_files, choice, seen=seen, by=chief)
        assert issue_disclosures() == 1
        content = bytes(Disclosure.objects.get().pdf)
        assert "Beslutet dröjer" in " ".join(text_of(content).split())

    def test_what_a_later_case_sent_is_no_part_of_an_earlier(
        self, with_files: Case, chief: Assignment
    ) -> None:
        motivation = with_files.application.motivation
        first = with_files.application.version
        assert first is not None
        later = MotivationVersion.objects.get(pk=first.pk)
        later.pk, later.number = None, first.number + 1
        later.save()
        Attachment.objects.filter(motivation=motivation, secrecy="product").update(version=later)
        parts = disclosing.documents_of(with_files, by=chief).parts
        named = [field for part in parts for field in part.fields if field.file]
        assert [field.value for field in named if field.key.startswith("attachment")] == [
            ["journal.pdf"]
        ]


def _written(name: str) -> RebuiltFile:
    """A PDF that says a word, with an author in its metadata."""
    pdf = render(
        f'<html lang="sv"><head><title>x</title><meta name="author" content="AUTHOR{name}">'
        '<meta name="dcterms.created" content="2026-11-20T08:00:00Z">'
        '<meta name="dcterms.modified" content="2026-11-20T08:00:00Z"></head>'
        f"<body><h1>ORDI{name}</h1></body></html>"
    )
    return rebuild(SimpleUploadedFile(f"{name}.pdf", pdf.content))


class TestTheRules:
    def test_a_new_field_is_masked_until_it_is_listed(
        self, decided: Case, chief: Assignment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        version = decided.application.version
        assert version is not None
        monkeypatch.setitem(
            HandlingForm.base_fields, "nytt", forms.BooleanField(label="Nytt", required=False)
        )
        honest = reading.read_all

        def with_it(*args: Any, **kwargs: Any) -> list[reading.Reading]:
            found = honest(*args, **kwargs)
            for one in found:
                one.answers["hantering"]["nytt"] = True
            return found

        monkeypatch.setattr(reading, "read_all", with_it)
        fields = disclosing.documents_of(decided, by=chief).fields
        assert next(f for f in fields if f.key.endswith("hantering.nytt")).ground == "25:1"

    @pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.code)
    def test_what_is_listed_as_open_is_there_and_no_secret_layer(self, kind: Kind) -> None:
        forms_of = {section.slug: section.form_class(answers={}) for section in kind.sections}
        for listed in kind.public:
            slug, name = listed.split(".")
            if slug == "hantering" and name not in forms_of[slug].fields:
                continue  # of another kind's handling
            assert forms_of[slug].secrecy_of(name) == Secrecy.OPEN
            assert name in forms_of[slug].fields

    def test_treatment_of_a_named_patient_is_masked(self, decided: Case, chief: Assignment) -> None:
        is_open = {
            field.key.partition(".")[2].partition(".")[2]
            for field in disclosing.documents_of(decided, by=chief).fields
            if field.key.startswith("motivering.") and not field.ground
        }
        assert not {one for one in is_open if one.startswith(("behandling.", "motivering."))}
        assert "lakemedel.name" in is_open

    def test_only_with_the_right(self, decided: Case) -> None:
        officer = factories.acting_as(Role.CASEWORKER)
        choice, seen = _choice(decided, officer)
        with pytest.raises(NotAllowed):
            disclosures.disclose(decided, choice, seen=seen, by=officer)

    def test_opening_takes_a_reason_and_masking_a_provision(
        self, decided: Case, chief: Assignment
    ) -> None:
        for wrong, words in (
            ({"masked": {}}, "varför det här lämnas ut"),
            ({"assessment": " "}, "varför uppgifterna maskeras"),
            ({"requested": " "}, "vad som begärs"),
        ):
            choice, seen = _choice(decided, chief, **wrong)
            with pytest.raises(Refused, match=words):
                disclosures.disclose(decided, choice, seen=seen, by=chief)
        choice, seen = _choice(decided, chief)
        masked = dict.fromkeys(choice.masked, "99:9")
        choice, seen = _choice(decided, chief, masked=masked)
        with pytest.raises(Refused, match="bestämmelse"):
            disclosures.disclose(decided, choice, seen=seen, by=chief)

    def test_what_was_read_is_what_is_decided_on(self, decided: Case, chief: Assignment) -> None:
        choice, _ = _choice(decided, chief)
        with pytest.raises(Stale):
            disclosures.disclose(decided, choice, seen="något annat", by=chief)

    def test_protected_identity_is_never_opened(self, chief: Assignment) -> None:
        motivation = factories.motivation(patient={"protected_identity": True})
        case = factories.case(of=factories.application(on=motivation))
        documents = disclosing.documents_of(case, by=chief)
        locked = [field for field in documents.fields if field.locked]
        assert {field.ground for field in locked} == {"22:1"}
        opened_keys = {field.key: "Vill." for field in locked}
        masked = {f.key: f.ground for f in documents.fields if f.ground and not f.locked}
        choice, seen = _choice(case, chief, masked=masked, opened=opened_keys)
        with pytest.raises(Refused, match="Skyddade"):
            disclosures.disclose(case, choice, seen=seen, by=chief)

    def test_an_assessment_in_the_making_is_no_public_document(self, chief: Assignment) -> None:
        case = factories.case(taken_by=factories.AssignmentFactory())
        titles = [part.title for part in disclosing.documents_of(case, by=chief).parts]
        assert "Bedömning" not in titles

    def test_every_read_of_clinical_text_is_logged(self, decided: Case, chief: Assignment) -> None:
        disclosing.documents_of(decided, by=chief)
        assert AccessLogEntry.objects.filter(
            assignment=chief, what="motivation_with_clinical_text"
        ).exists()


class TestThePages:
    def test_from_the_case_to_the_pdf(self, acting: Any, decided: Case, chief: Assignment) -> None:
        client, address = acting(chief), reverse("decisions:disclose", args=[decided.pk])
        assert "Lämna ut handlingarna" in client.get(decided.get_absolute_url()).content.decode()
        page = client.get(address).content.decode()
        assert "Hemligast" in page
        documents = disclosing.documents_of(decided, by=chief)
        masked = [field.key for field in documents.fields if field.ground]
        kept, given = masked[1:], masked[0]
        fields = {"mask": kept, "requested": "Allt", "requester": ""}
        assert client.post(address, {**fields, "requested": ""}).status_code == 422
        preview = client.post(address, fields)
        assert "Besluta om utlämnande" in preview.content.decode()
        fields |= {"_confirm": "1", "_key": str(uuid4()), "seen": documents.fingerprint}
        assert client.post(address, fields).status_code == 422
        place = [field.key for field in documents.fields].index(given)
        fields |= {"assessment": "Skada.", f"open{place}": "Utan betydelse."}
        assert client.post(address, {**fields, "seen": "x"}).status_code == 409
        done = client.post(address, fields)
        assert done.status_code == 302
        shown = client.get(done.url).content.decode()
        assert "Utan betydelse." in shown
        assert "OSL 25 kap. 1 §" in shown
        issue_disclosures()
        pdf = client.get(f"{done.url}pdf/")
        assert pdf["Content-Type"] == "application/pdf"
        log = AccessLogEntry.objects.filter(what="disclosure", whose=decided.dnr)
        assert {entry.action for entry in log} == {"write", "read", "download"}
        assert (
            "1 uppgift" in shown
            or str(len(kept)) in client.get(decided.get_absolute_url()).content.decode()
        )
