"""A licence is stopped, holds again, is revoked by two: who is told what, and who is refused."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Assignment
from decisions.enums import LetterReason, LicenceStatus, Recipient, RevocationGround
from decisions.models import Letter, Licence, Revocation
from decisions.services.issuing import issue_letters
from klas import clock
from klas.access import Role
from klas.errors import NotAllowed, Refused, Stale, WrongState
from klas.models import AccessLogEntry
from licences import queries
from licences.models import Dispensing
from licences.services import revoking, stopping
from licences.services.dispensing import CannotDispense
from motivations.enums import LicenceKind
from notifications.enums import NoticeKind
from notifications.models import Notice
from tests import factories
from tests.klas.pdf_reading import text_of as pdf_text
from tests.licences.conftest import (
    REASON,
    dispense,
    granted,
    hidden,
    pharmacist_at,
    press,
    proposed,
    revoked,
    stopped,
    text_of,
    url,
)

pytestmark = pytest.mark.django_db
DO = "Lägg förpackningarna åt sidan."


@pytest.fixture
def officer() -> Assignment:
    return factories.AssignmentFactory()


@pytest.fixture
def chief() -> Assignment:
    return factories.AssignmentFactory(decision_maker=True)


def letters_of(licence: Licence) -> dict[str, Letter]:
    """The letters since the decision, by reason."""
    issue_letters()
    letters = Letter.objects.filter(case=licence.decision.case).exclude(reason="decision")
    return {letter.reason: letter for letter in letters.defer(None)}


class TestSuspending:
    def test_nobody_dispenses_from_then_on_until_it_is_lifted(
        self, licence: Licence, officer: Assignment, pharmacist: Assignment, elsewhere: Assignment
    ) -> None:
        dispense(licence, by=pharmacist)
        stopping.suspend(licence, reason=REASON, instruction=DO, by=officer)
        for by in (pharmacist, elsewhere):
            with pytest.raises(CannotDispense, match="stoppat licensen tills vidare"):
                dispense(licence, by=by)
        stopping.lift(licence, reason="Värdena var felmätta.", by=officer)
        assert dispense(licence, by=elsewhere)

    def test_holder_prescriber_and_whoever_has_dispensed_are_told_once(
        self, licence: Licence, officer: Assignment, pharmacist: Assignment, elsewhere: Assignment
    ) -> None:
        dispense(licence, by=elsewhere)
        pharmacist_at()  # has nothing to do with it
        stopping.suspend(licence, reason=REASON, by=officer)
        told = Notice.objects.filter(kind=NoticeKind.LICENCE_SUSPENDED)
        author = licence.decision.case.application.motivation.author
        assert set(told.values_list("recipient", flat=True)) == {
            pharmacist.user_id, elsewhere.user_id, author.user_id,
        }  # fmt: skip
        assert told.count() == 3
        stopping.lift(licence, reason="Fel.", by=officer)
        stopping.suspend(licence, reason="Nu igen.", by=officer)
        assert told.count() == 6, "the next stop is another occasion"

    def test_the_holder_gets_a_letter_and_the_prescriber_none(
        self, licence: Licence, officer: Assignment
    ) -> None:
        stopping.suspend(licence, reason=REASON, instruction=DO, by=officer)
        stopping.lift(licence, reason="Värdena var felmätta.", by=officer)
        letters = letters_of(licence)
        assert set(letters) == {LetterReason.SUSPENSION, LetterReason.LIFTED}
        assert {letter.recipient for letter in letters.values()} == {Recipient.PHARMACY}
        text = pdf_text(bytes(letters["suspension"].pdf))
        for said in (licence.number, REASON, DO, officer.user.name, "Vera Provpatient"):
            assert said in text
        assert "Värdena var felmätta." in pdf_text(bytes(letters["lifted"].pdf))

    def test_a_reason_is_demanded_and_an_ended_licence_is_left_alone(
        self, licence: Licence, officer: Assignment
    ) -> None:
        with pytest.raises(Refused, match="Skriv skälet"):
            stopping.suspend(licence, reason="  ", by=officer)
        ended = granted(
            valid_from=clock.today() - timedelta(days=9),
            valid_to=clock.today() - timedelta(days=1),
        )
        with pytest.raises(Refused, match="redan gått ut"):
            stopping.suspend(ended, reason=REASON, by=officer)

    def test_not_twice_and_not_behind_anybody_s_back(
        self, licence: Licence, officer: Assignment
    ) -> None:
        opened = licence.revision
        stopping.suspend(licence, reason=REASON, by=officer)
        with pytest.raises(WrongState):
            stopping.suspend(licence, reason=REASON, by=officer)
        with pytest.raises(Stale):
            stopping.lift(licence, reason="Fel.", by=officer, opened_revision=opened)

    @pytest.mark.parametrize("role", [Role.ASSESSOR, Role.PHARMACIST, Role.PRESCRIBER])
    def test_only_who_may_decide(self, licence: Licence, role: Role) -> None:
        with pytest.raises(NotAllowed):
            stopping.suspend(licence, reason=REASON, by=factories.acting_as(role))

    def test_the_access_log_knows(self, licence: Licence, officer: Assignment) -> None:
        stopping.suspend(licence, reason=REASON, by=officer)
        entry = AccessLogEntry.objects.get(what="licence_act")
        assert (entry.whose, entry.assignment) == (licence.decision.case.dnr, officer)


class TestRevoking:
    def test_takes_two_and_then_holds_at_once(
        self, licence: Licence, officer: Assignment, chief: Assignment, pharmacist: Assignment
    ) -> None:
        proposed(licence, by=officer)
        assert dispense(licence, by=pharmacist), "a proposal stops nothing"
        revoking.countersign(licence, by=chief)
        with pytest.raises(CannotDispense, match="återkallat licensen"):
            dispense(licence, by=pharmacist)
        revocation = Revocation.objects.get()
        assert (revocation.proposed_by, revocation.decided_by) == (officer, chief)

    def test_never_by_the_one_who_proposed_it_in_another_role_either(
        self, licence: Licence, officer: Assignment
    ) -> None:
        proposed(licence, by=officer)
        also = factories.AssignmentFactory(decision_maker=True, user=officer.user)
        with pytest.raises(Refused, match="själv föreslagit"):
            revoking.countersign(licence, by=also)

    def test_not_by_a_caseworker_and_not_without_a_proposal(
        self, licence: Licence, officer: Assignment, chief: Assignment
    ) -> None:
        with pytest.raises(Refused, match="inget förslag"):
            revoking.countersign(licence, by=chief)
        proposed(licence)
        with pytest.raises(NotAllowed):
            revoking.countersign(licence, by=officer)

    def test_the_clause_is_a_ground_only_when_the_decision_has_one(self) -> None:
        without, clause = granted(), "Om läkemedlet godkänns i Sverige."
        with_clause = granted(LicenceKind.VETERINARY, revocation_clause=clause)
        with pytest.raises(Refused, match="säger inget om när"):
            proposed(without, ground=RevocationGround.CLAUSE)
        assert proposed(with_clause, ground=RevocationGround.CLAUSE)

    @pytest.mark.parametrize("missing", ["reasons", "hearing_text"])
    def test_reasons_and_hearing_are_demanded(self, licence: Licence, missing: str) -> None:
        with pytest.raises(Refused):
            proposed(licence, **{missing: "  "})

    def test_stopped_meanwhile_and_still_stopped_when_it_is_sent_back(
        self, licence: Licence, pharmacist: Assignment, chief: Assignment
    ) -> None:
        proposed(licence, suspend_meanwhile=True)
        with pytest.raises(CannotDispense, match="tills vidare"):
            dispense(licence, by=pharmacist)
        revoking.send_back(licence, reason="Skälen räcker inte.", by=chief)
        licence.refresh_from_db()
        assert licence.status == LicenceStatus.SUSPENDED
        with pytest.raises(WrongState):
            revoking.send_back(licence, reason="Igen.", by=chief)
        assert proposed(licence), "it can be proposed anew"

    def test_its_author_may_take_it_back_and_nobody_else_without_the_right(
        self, licence: Licence, officer: Assignment
    ) -> None:
        proposed(licence, by=officer)
        with pytest.raises(NotAllowed):
            revoking.send_back(licence, reason="Nej.", by=factories.AssignmentFactory())
        with pytest.raises(Refused):
            revoking.send_back(licence, reason=" ", by=officer)
        assert revoking.send_back(licence, reason="Jag tog fel på licens.", by=officer)
        assert revoking.live_proposal(licence) is None

    def test_one_proposal_at_a_time(self, licence: Licence) -> None:
        proposed(licence)
        with pytest.raises(WrongState, match="redan föreslagit"):
            proposed(licence)
        first = Revocation.objects.get()
        first.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            first.save(force_insert=True)

    def test_the_letter_gives_ground_reasons_both_names_and_how_to_appeal(
        self, licence: Licence
    ) -> None:
        revocation = revoked(licence)
        [letter] = letters_of(licence).values()
        assert (letter.reason, letter.recipient) == ("revocation", Recipient.PHARMACY)
        text = " ".join(pdf_text(bytes(letter.pdf)).split())
        for said in (
            "återkallar licens", licence.number, REASON, "37 §", "tvingande säkerhetsskäl",
            "Det kan inte vänta.", revocation.proposed_by.user.name, "Så överklagar apoteket",
            "förvaltningsrätten", "tre veckor",
        ):  # fmt: skip
            assert said in text, said

    def test_a_stopped_licence_can_be_revoked_and_a_revoked_one_is_left_alone(
        self, licence: Licence, officer: Assignment
    ) -> None:
        stopped(licence)
        revoked(licence)
        for again in (
            lambda: proposed(licence),
            lambda: stopping.lift(licence, reason="Nej.", by=officer),
            lambda: stopping.suspend(licence, reason="Nej.", by=officer),
        ):
            with pytest.raises(WrongState):
                again()


@pytest.mark.django_db(transaction=True)
def test_dispensing_and_stopping_at_once(capsys: Any) -> None:
    """Whoever locks the licence first is first: nothing is dispensed after the stop."""
    holder, officer = pharmacist_at(), factories.AssignmentFactory()
    licence = granted(by=holder)
    ready, failures = threading.Barrier(9), []

    def run(number: int) -> None:
        try:
            ready.wait(timeout=60)
            if number == 4:
                stopping.suspend(licence, reason=REASON, by=officer)
            else:
                dispense(licence, by=holder, order_id=f"R-{number}", quantity=1)
        except CannotDispense:
            pass
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not failures
    licence.refresh_from_db()
    assert licence.status == LicenceStatus.SUSPENDED
    stopped_at = licence.events.get(action="suspend").pk
    assert stopped_at
    with pytest.raises(CannotDispense):
        dispense(licence, by=holder, quantity=1)
    count = Dispensing.objects.filter(licence=licence).count()
    assert queries.recounted(licence) == licence.quantity - count


class TestPages:
    def test_an_officer_stops_and_lifts(
        self, acting: Any, licence: Licence, officer: Assignment, pharmacist: Assignment
    ) -> None:
        client, pharmacy = acting(officer), acting(pharmacist)
        case = text_of(client.get(licence.decision.case.get_absolute_url()))
        assert f"Öppna licens {licence.number}" in case
        page = text_of(client.get(url("oversee", licence.pk)))
        assert "Stoppa licensen" in page
        assert "730 tabletter kvar" in page
        response = press(client, url("suspend", licence.pk), reason="", instruction="")
        assert response.status_code == 422
        assert "Skriv varför licensen stoppas" in text_of(response)
        press(client, url("suspend", licence.pk), reason=REASON, instruction=DO)
        page = text_of(client.get(url("oversee", licence.pk)))
        assert "Licensen är stoppad" in page
        assert "Häv stoppet" in page

        card = text_of(pharmacy.get(url("card", licence.pk)))
        for said in ("Tillfälligt stoppad", "Lämna inte ut något", REASON, DO):
            assert said in card
        assert "Registrera uttag" not in card
        own = text_of(pharmacy.get(url("own")))
        assert f"Lämna inte ut. {REASON}" in own
        author = acting(licence.decision.case.application.motivation.author)
        motivation = licence.decision.case.application.motivation
        status = text_of(author.get(motivation.get_absolute_url()))
        assert "Läkemedelsverket har stoppat licensen tills vidare" in status
        assert REASON in status
        assert DO not in status, "that is for the pharmacies"

        press(client, url("lift", licence.pk), reason="Värdena var felmätta.", instruction="")
        assert "Registrera uttag" in text_of(pharmacy.get(url("card", licence.pk)))
        status = text_of(author.get(motivation.get_absolute_url()))
        assert "Licensen gäller igen" in status

    def test_two_officers_revoke(
        self, acting: Any, licence: Licence, officer: Assignment, chief: Assignment
    ) -> None:
        client = acting(officer)
        fields = {
            "ground": "safety",
            "reasons": REASON,
            "hearing": "exception",
            "hearing_text": "Det kan inte vänta.",
            "instruction": DO,
        }
        page = client.get(url("revoke", licence.pk))
        assert "säger inget om när licensen får återkallas" in text_of(page)
        assert press(client, url("revoke", licence.pk), ground="clause").status_code == 422
        press(client, url("revoke", licence.pk), **fields, suspend_meanwhile="on")
        own = text_of(client.get(url("sign_revocation", licence.pk)))
        assert "Du har själv föreslagit" in own
        assert "Kontrasignera och återkalla" not in own

        second = acting(chief)
        listed = text_of(second.get(url("oversight"), {"tab": "kontrasignera"}))
        assert licence.number in listed
        page = text_of(second.get(url("sign_revocation", licence.pk)))
        for said in (REASON, "Tvingande säkerhetsskäl", "Det kan inte vänta.", officer.user.name):
            assert said in page
        response = press(second, url("sign_revocation", licence.pk))
        assert "Licensen är återkallad" in text_of(second.get(response["Location"]))
        licence.refresh_from_db()
        assert licence.status == LicenceStatus.REVOKED

        application = licence.decision.case.application
        pharmacist = application.sent_by
        page = text_of(acting(pharmacist).get(f"/arenden/apotek/{application.pk}/beslut/"))
        assert "Licensen är återkallad" in page
        assert "Licensen återkallas" in page
        author = acting(application.motivation.author)
        status = text_of(author.get(application.motivation.get_absolute_url()))
        assert "Planera en annan behandling" in status
        assert "Återkallad" in status

    def test_somebody_was_ahead(self, acting: Any, licence: Licence, officer: Assignment) -> None:
        client = acting(officer)
        page = client.get(url("suspend", licence.pk))
        stopped(licence)
        response = client.post(url("suspend", licence.pk), {**hidden(page), "reason": "Samma."})
        assert response.status_code == 409
        assert "Samma." in response.content.decode()
        assert client.get(url("suspend", licence.pk)).status_code == 302

    def test_a_proposal_is_sent_back_with_what_is_missing(
        self, acting: Any, licence: Licence, chief: Assignment
    ) -> None:
        proposed(licence)
        client = acting(chief)
        response = press(client, url("sign_revocation", licence.pk), _back="1", reason="")
        assert response.status_code == 422
        press(client, url("sign_revocation", licence.pk), _back="1", reason="Mer underlag.")
        page = text_of(client.get(url("oversee", licence.pk)))
        assert "Mer underlag." in page
        assert client.get(url("sign_revocation", licence.pk)).status_code == 302
