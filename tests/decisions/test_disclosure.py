"""Documents of a case are given out: what is masked is nowhere in the PDF, and is logged."""

from typing import Any
from uuid import uuid4

import pikepdf
import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.models import Assignment
from decisions import disclosing
from decisions.models import Case, Disclosure
from decisions.services import cases, disclosures
from decisions.services.issuing_disclosures import issue_disclosures
from klas.access import Role
from klas.errors import NotAllowed, Refused, Stale
from klas.models import AccessLogEntry
from klas.sealed import Sealed
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


class TestTheRules:
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
