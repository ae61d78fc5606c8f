"""Appeals of other decisions than the case's: a revocation, and a rejected appeal (FL 45 §)."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.urls import reverse

from decisions import queries
from decisions.appealed import all_appealable, appealable
from decisions.enums import (
    AppealMatter,
    AppealStatus,
    CourtOutcome,
    LetterReason,
    LicenceStatus,
)
from decisions.models import Appeal, Case, Letter, Licence, Revocation
from decisions.services import appeal_acts, appeals
from decisions.services.issuing import issue_letters
from decisions.words import timeline
from klas import clock
from klas.errors import NotAllowed, WrongState
from licences.services import restoring
from motivations.enums import LicenceStop
from notifications.enums import NoticeKind
from notifications.queries import notices_of
from tests import factories
from tests.applications.conftest import press, text_of
from tests.decisions.test_appeals import (
    FACTS,
    REASONS,
    bound,
    concluded,
    decider,
    kept,
    officer,
    pharmacist_of,
    too_late,
)
from tests.licences.conftest import granted, proposed, revoked
from tests.pdftext import pdf_text

pytestmark = pytest.mark.django_db
REVOCATION, REJECTION = AppealMatter.REVOCATION, AppealMatter.REJECTION


def of(case: Case, matter: AppealMatter) -> Appeal:
    """An appeal of a matter, lodged by the pharmacist who applied."""
    pharmacist = pharmacist_of(case)
    draft = appeals.draft(case.application, FACTS, by=pharmacist, matter=matter)
    return appeals.lodge(draft, by=pharmacist)


def revoked_case() -> Case:
    """A case whose licence is revoked; the letters are delivered."""
    licence = granted()
    issue_letters()
    revoked(licence)
    issue_letters()
    return licence.decision.case


def rejected_appeal() -> Appeal:
    """An appeal that was rejected as too late."""
    done = appeal_acts.reject(too_late(), reasons="Ingen ursäkt.", by=decider())
    issue_letters()
    return done


def titles_of(file: Any) -> list[str]:
    with pikepdf.open(BytesIO(bytes(file.pdf))) as pdf, pdf.open_outline() as outline:
        return [item.title for item in outline.root]


class TestRevocation:
    def test_a_signed_one_can_be_appealed_and_a_proposed_one_not(self) -> None:
        licence = granted()
        case = licence.decision.case
        proposed(licence)
        assert all_appealable(case) == []
        with pytest.raises(WrongState):
            of(case, REVOCATION)

    def test_time_runs_from_the_letter_about_the_revocation(self) -> None:
        # The decision itself was delivered long before.
        with clock.at(clock.now() - timedelta(days=60)):
            licence = granted()
            issue_letters()
        revoked(licence)
        issue_letters()
        case = licence.decision.case
        appeal = of(case, REVOCATION)
        letter = Letter.objects.get(case=case, reason=LetterReason.REVOCATION)
        assert letter.status == "delivered"
        assert appeal.got_on == clock.today()
        assert appeal.is_in_time
        assert appealable(case, REVOCATION) is None
        events = [str(event.title) for event in timeline(queries.history(case))]
        assert "Återkallelsen av licensen överklagades" in events
        told = Letter.objects.get(case=case, reason=LetterReason.APPEAL_RECEIVED).facts
        assert told["appealed"].startswith("Återkallelsen av licens")

    def test_the_court_file_begins_with_the_revocation(self) -> None:
        case = revoked_case()
        file = bound(kept(of(case, REVOCATION)))
        assert titles_of(file)[:3] == ["Innehåll", "Det överklagade beslutet", "Beslutet"]
        words = " ".join(pdf_text(bytes(file.pdf)).split())
        assert "Återkallelsen av licens" in words
        assert "Omprövning av återkallelsen" in words

    def test_changed_by_the_agency_the_licence_holds_again(self) -> None:
        case = revoked_case()
        begun = appeal_acts.reconsider(of(case, REVOCATION), by=officer())
        done = appeal_acts.change(begun, reasons="Signalen var fel.", by=decider())
        assert done.status == AppealStatus.CHANGED
        licence = Licence.objects.get(decision__case=case)
        assert licence.status == LicenceStatus.ACTIVE
        case.refresh_from_db()
        assert not case.is_open
        application = case.application
        application.refresh_from_db()
        application.motivation.refresh_from_db()
        assert application.licence_valid_to == licence.valid_to
        assert application.motivation.licence_stop != LicenceStop.REVOKED
        kinds = [notice.kind for notice in notices_of(pharmacist_of(case).user)]
        assert NoticeKind.LICENCE_LIFTED in kinds
        lifted = Letter.objects.get(case=case, reason=LetterReason.LIFTED)
        assert lifted.replaces == Letter.objects.get(case=case, reason=LetterReason.REVOCATION)
        issue_letters()
        lifted = Letter.objects.defer(None).get(pk=lifted.pk)
        assert "är upphävd efter ett överklagande" in pdf_text(bytes(lifted.pdf))

    @pytest.mark.parametrize(
        ("outcome", "status"),
        [("changed", "active"), ("remitted", "active"), ("upheld", "revoked")],
    )
    def test_carried_out_as_the_court_says(self, outcome: str, status: str) -> None:
        case = revoked_case()
        concluded(CourtOutcome(outcome), of(case, REVOCATION))
        licence = Licence.objects.get(decision__case=case)
        assert licence.status == status
        if status == "active":
            # It can be revoked anew, and that can be appealed anew.
            again = revoked(licence)
            assert Revocation.objects.filter(licence=licence).count() == 2
            found = appealable(Case.objects.get(pk=case.pk), REVOCATION)
            assert found is not None
            assert found.revocation == again

    def test_what_is_in_force_is_not_restored(self) -> None:
        licence = granted()
        proposal = proposed(licence)
        with pytest.raises(WrongState):
            restoring.restore(proposal, reason="x", by=officer())


class TestRejection:
    def test_can_be_appealed_within_three_weeks_of_its_own_letter(self) -> None:
        first = rejected_appeal()
        appeal = of(first.case, REJECTION)
        assert (appeal.rejection, appeal.is_in_time) == (first, True)
        assert appeal.got_on == clock.today()
        assert appeal.number.endswith("Ö2")
        assert appealable(first.case, REJECTION) is None
        assert appealable(first.case) is None

    def test_the_file_holds_the_rejection_and_the_appeal_that_was_rejected(self) -> None:
        first = rejected_appeal()
        titles = titles_of(bound(kept(of(first.case, REJECTION))))
        assert titles[1] == "Det överklagade beslutet"
        assert titles.index(f"Överklagande {first.number}") < titles.index(
            f"Överklagande {first.number[:-1]}2"
        )

    def test_undone_by_the_agency_the_first_appeal_is_tried(self) -> None:
        first = rejected_appeal()
        begun = appeal_acts.reconsider(of(first.case, REJECTION), by=officer())
        appeal_acts.change(begun, reasons="Delgivningen var fel.", by=decider())
        first.refresh_from_db()
        assert (first.status, first.is_in_time) == (AppealStatus.RECEIVED, True)
        with pytest.raises(WrongState):
            appeal_acts.judge_time(
                first, got_on=None, misled=False, reason="Ändå sent.", by=officer()
            )
        assert appeal_acts.reconsider(first, by=officer()).status == AppealStatus.RECONSIDERED

    @pytest.mark.parametrize("outcome", [CourtOutcome.CHANGED, CourtOutcome.UPHELD])
    def test_as_the_court_says(self, outcome: CourtOutcome) -> None:
        first = rejected_appeal()
        concluded(outcome, of(first.case, REJECTION))
        first.refresh_from_db()
        undone = outcome == CourtOutcome.CHANGED
        assert first.status == (AppealStatus.RECEIVED if undone else AppealStatus.REJECTED)
        assert not Case.objects.get(pk=first.case_id).is_open


class TestPages:
    def test_the_pharmacist_finds_the_way_and_the_officer_sees_what(self, acting: Any) -> None:
        case = revoked_case()
        client = acting(pharmacist_of(case))
        write = reverse("decisions:appeal_write", args=[case.application_id, REVOCATION])
        decision = reverse("decisions:pharmacy_decision", args=[case.application_id])
        assert write in client.get(decision).content.decode()
        assert "Överklaga återkallelsen" in text_of(client.get(write))
        assert press(client, write, change="Allt", how="Hävs.", reasons="Fel.").status_code == 302
        check = reverse("decisions:appeal_check", args=[case.application_id, REVOCATION])
        done = press(client, check)
        assert "Återkallelsen av licens" in text_of(client.get(done["Location"]))
        queue = acting(officer()).get(reverse("decisions:appeals"))
        assert "Återkallelsen av licens" in text_of(queue)
        shown = acting(officer()).get(case.get_absolute_url())
        assert "Återkallelsen av licens" in text_of(shown)

    def test_no_such_matter_is_not_found(self, acting: Any) -> None:
        case = revoked_case()
        address = reverse("decisions:appeal_write", args=[case.application_id, "nagot"])
        assert acting(pharmacist_of(case)).get(address).status_code == 404

    def test_by_post_the_officer_says_what_is_appealed(self, acting: Any) -> None:
        case = revoked_case()
        page = acting(officer()).get(reverse("decisions:register_appeal", args=[case.pk]))
        assert f'name="matter" value="{REVOCATION}"' in page.content.decode()
        done = appeals.register(
            case,
            FACTS,
            received_on=clock.today(),
            file=factories.picture("a.png"),
            by=officer(),
            matter=REVOCATION,
        )
        assert done.matter == REVOCATION
        with pytest.raises(NotAllowed):
            appeal_acts.reject(done, reasons=REASONS, by=officer())
