"""An obvious error in a decision is put right beside it; the licence and its balance follow."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.models import Assignment
from decisions.corrections import as_corrected
from decisions.enums import CorrectedPart, LetterReason, Recipient
from decisions.models import Correction, Letter, Licence
from decisions.services.issuing import issue_letters
from klas.access import Role
from klas.errors import NotAllowed, Refused, Stale
from klas.sealed import Sealed
from licences import queries
from licences.services.correcting import CorrectionFacts, correct
from motivations.enums import Outcome
from notifications.enums import NoticeKind
from notifications.models import Notice
from tests import factories
from tests.klas.pdf_reading import embedded_of, opened
from tests.klas.pdf_reading import text_of as pdf_text
from tests.licences.conftest import corrected, dispense, hidden, text_of, url

pytestmark = pytest.mark.django_db


def fresh(licence: Licence) -> Licence:
    return Licence.objects.select_related("product", "decision__product").get(pk=licence.pk)


def test_the_decision_stays_and_the_licence_follows(
    licence: Licence, pharmacist: Assignment
) -> None:
    dispense(licence, by=pharmacist, quantity=Decimal(30))
    corrected(licence, CorrectedPart.QUANTITY, "370")
    after = fresh(licence)
    assert after.decision.quantity == 730, "what was decided stands as it was"
    assert as_corrected(after.decision).quantity == after.quantity == 370
    assert queries.balance_of(after).remaining == queries.recounted(after) == 340
    correction = Correction.objects.get()
    assert (correction.wrong, correction.right) == ("730", "370")


def test_never_below_what_has_been_dispensed(licence: Licence, pharmacist: Assignment) -> None:
    dispense(licence, by=pharmacist, quantity=Decimal(30))
    with pytest.raises(Refused, match="redan utlämnat"):
        corrected(licence, CorrectedPart.QUANTITY, "29")
    assert fresh(licence).quantity == 730
    assert not Correction.objects.exists()
    corrected(licence, CorrectedPart.QUANTITY, "30")
    assert queries.balance_of(fresh(licence)).remaining == 0


def test_the_last_day_is_corrected_everywhere(licence: Licence) -> None:
    day = licence.valid_to - timedelta(days=10)
    corrected(licence, CorrectedPart.VALID_TO, day.isoformat())
    motivation = licence.decision.case.application.motivation
    motivation.refresh_from_db()
    assert fresh(licence).valid_to == motivation.licence_valid_to == day


@pytest.mark.parametrize("days", [1, -400])
def test_no_longer_than_a_year_and_not_before_it_begins(licence: Licence, days: int) -> None:
    day = licence.valid_to + timedelta(days=days)
    with pytest.raises(Refused):
        corrected(licence, CorrectedPart.VALID_TO, day.isoformat())


def test_the_product_is_spelled_right(licence: Licence) -> None:
    before = licence.product
    corrected(licence, CorrectedPart.PRODUCT_NAME, "Ospolot Forte")
    after = fresh(licence)
    assert after.product.name == "Ospolot Forte"
    assert (after.product.register_id, after.product.mah) == (before.register_id, before.mah)
    assert after.product.product_key != before.product_key
    assert after.decision.product == before


def test_one_correction_after_another(licence: Licence) -> None:
    first = corrected(licence, CorrectedPart.PRODUCT_NAME, "Ospolott")
    corrected(licence, CorrectedPart.PRODUCT_STRENGTH, "200 mg")
    corrected(licence, CorrectedPart.SUBJECT, "Vera Provpatientsson, 19570428-9999")
    after = fresh(licence)
    assert (after.product.name, after.product.strength) == ("Ospolott", "200 mg")
    assert after.subject_line == "Vera Provpatientsson, 19570428-9999"
    then = as_corrected(after.decision, until=first)
    assert (then.product.name, then.product.strength) == ("Ospolott", "50 mg")


@pytest.mark.parametrize(
    ("part", "right"),
    [
        (CorrectedPart.QUANTITY, "730"),  # it says so already
        (CorrectedPart.QUANTITY, "0"),
        (CorrectedPart.SUBJECT, ""),
        (
            CorrectedPart.RESERVATION,
            "Nytt förbehåll.",
        ),  # that is a new decision
    ],
)
def test_what_is_no_correction(licence: Licence, part: CorrectedPart, right: str) -> None:
    with pytest.raises(Refused):
        corrected(licence, part, right)


def test_only_who_may_decide_and_not_behind_anybody_s_back(licence: Licence) -> None:
    with pytest.raises(NotAllowed):
        corrected(licence, CorrectedPart.QUANTITY, "370", by=factories.acting_as(Role.ASSESSOR))
    corrected(licence, CorrectedPart.QUANTITY, "370")
    facts = CorrectionFacts("quantity", "371", "Fel.", "needless", "Uppenbart.")
    with pytest.raises(Stale):
        correct(licence.decision, facts, by=factories.AssignmentFactory(), seen=0)
    no_hearing = CorrectionFacts("quantity", "371", "Fel.", "needless", " ")
    with pytest.raises(Refused, match="hörts"):
        correct(licence.decision, no_hearing, by=factories.AssignmentFactory())


def test_a_correction_never_changes_or_goes(licence: Licence) -> None:
    correction = corrected(licence, CorrectedPart.QUANTITY, "370")
    with pytest.raises(DatabaseError), transaction.atomic():
        Correction.objects.filter(pk=correction.pk).update(reason=Sealed("k1.annat"))
    with pytest.raises(DatabaseError), transaction.atomic():
        correction.delete()


def test_the_pharmacy_gets_a_letter_that_replaces_the_former(licence: Licence) -> None:
    issue_letters()
    corrected(licence, CorrectedPart.QUANTITY, "370")
    issue_letters()
    corrected(licence, CorrectedPart.UNIT, "capsule")
    issue_letters()
    first, second = Letter.objects.filter(reason=LetterReason.CORRECTION).defer(None).order_by("pk")
    assert {first.recipient, second.recipient} == {Recipient.PHARMACY}
    text = " ".join(pdf_text(bytes(first.pdf)).split())
    for said in (
        "Rättat beslut om licens", "ersätter det tidigare brevet", "730 tabletter", "370 tabletter",
        "36 §", "Två siffror har bytt plats.", "Felet är uppenbart.", licence.number,
    ):  # fmt: skip
        assert said in text.replace("\u00a0", " "), said
    with opened(bytes(first.pdf)) as pdf:
        data = embedded_of(pdf)["beslut.json"].decode()
    assert '"quantity": "370"' in data
    assert '"unit": "tablet"' in data, "as it was corrected then, not later"
    assert "370 kapslar" in pdf_text(bytes(second.pdf)).replace("\u00a0", " ")


def test_pharmacy_and_prescriber_are_told(licence: Licence, pharmacist: Assignment) -> None:
    corrected(licence, CorrectedPart.QUANTITY, "370")
    told = Notice.objects.filter(kind=NoticeKind.DECISION_CORRECTED)
    author = licence.decision.case.application.motivation.author
    assert set(told.values_list("recipient", flat=True)) == {pharmacist.user_id, author.user_id}


class TestPages:
    def test_which_part_then_how_it_is_to_read(
        self, acting: Any, licence: Licence, pharmacist: Assignment
    ) -> None:
        officer, case = factories.AssignmentFactory(), licence.decision.case
        client, address = acting(officer), url("correct", case.pk)
        page = client.get(address)
        assert "730 tabletter" in text_of(page)
        assert "Förbehåll" not in text_of(page), "it has none"
        page = client.get(address, {"del": "quantity"})
        fields = {**hidden(page), "del": "quantity", "right": "370"}
        response = client.post(address, fields)
        assert response.status_code == 422
        assert "Skriv vad som är fel" in text_of(response)
        fields |= {
            "reason": "Fel siffra.",
            "hearing": "heard",
            "hearing_text": "Per telefon i dag.",
        }
        response = client.post(address, fields)
        page = text_of(client.get(response["Location"]))
        assert "Beslutet är rättat" in page
        assert "370 tabletter" in page
        history = text_of(client.get(url("oversee", licence.pk)))
        assert "Stod: 730 tabletter Ska stå: 370 tabletter" in history
        told = text_of(acting(pharmacist).get(f"/arenden/apotek/{case.application_id}/beslut/"))
        assert "Det står här i rättad form" in told
        assert "370 tabletter" in told
        assert "370 tabletter kvar" in text_of(acting(pharmacist).get(url("card", licence.pk)))

    def test_a_day_and_a_text(self, acting: Any, licence: Licence) -> None:
        client = acting(factories.AssignmentFactory())
        address = url("correct", licence.decision.case_id)
        why = {"reason": "Fel.", "hearing": "needless", "hearing_text": "Uppenbart."}
        day = licence.valid_to - timedelta(days=3)
        for part, right in (("valid_to", day.strftime("%Y%m%d")), ("subject_line", "Vera P")):
            page = client.get(address, {"del": part})
            fields = {**hidden(page), "del": part, "right": right, **why}
            assert client.post(address, fields).status_code == 302
        after = fresh(licence)
        assert (after.valid_to, after.subject_line) == (day, "Vera P")

    def test_a_rejection_has_texts_to_correct_and_no_licence(self, acting: Any) -> None:
        case = factories.decided(Outcome.REJECTED)
        client, address = acting(factories.AssignmentFactory()), url("correct", case.pk)
        page = text_of(client.get(address))
        assert "Behovet är inte visat." in page
        assert "Mängd" not in page
        page = client.get(address, {"del": "reasons"})
        why = {"reason": "Fel.", "hearing": "needless", "hearing_text": "Uppenbart."}
        right = {"del": "reasons", "right": "Behovet är inte styrkt."}
        assert client.post(address, {**hidden(page), **right, **why}).status_code == 302
        assert Correction.objects.get().right == "Behovet är inte styrkt."

    def test_no_part_and_no_decision_is_not_found(self, acting: Any, licence: Licence) -> None:
        client = acting(factories.AssignmentFactory())
        address = url("correct", licence.decision.case_id)
        assert client.get(address, {"del": "nothing"}).status_code == 404
        assert client.get(url("correct", factories.case().pk)).status_code == 404
