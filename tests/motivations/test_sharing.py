"""A colleague at the same workplace drafts; the prescriber reads through and sends."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Assignment
from klas import clock
from klas.access import Role
from klas.errors import NotAllowed, Refused
from klas.models import AccessLogEntry
from motivations.enums import MotivationStatus
from motivations.kinds import KINDS
from motivations.kinds.individual import INDIVIDUAL
from motivations.models import DraftShare, Motivation, MotivationVersion
from motivations.queries import shared_with
from motivations.services import drafts, sharing, submission
from notifications.enums import NoticeKind
from notifications.models import Notice
from tests import factories, kinds
from tests.conftest import ActingClient
from tests.motivations.conftest import Page

pytestmark = pytest.mark.django_db
NEW = reverse("motivations:new")


def page_of(name: str, motivation: Motivation, *more: Any) -> str:
    return reverse(f"motivations:{name}", args=[motivation.pk, *more])


class TestBeginning:
    def test_with_one_prescriber_only_the_kind_is_chosen(
        self, at_work: ActingClient, doctor: Assignment, colleague: Assignment
    ) -> None:
        page = Page(at_work.get(NEW))
        assert f"Du skriver för {doctor.user.name}" in page
        form = {"kind": "individual", "_key": page.hidden("_key")}
        answers = [at_work.post(NEW, form) for _ in range(2)]
        motivation = Motivation.objects.get()
        assert {answer["Location"] for answer in answers} == {motivation.get_absolute_url()}
        assert (motivation.author, motivation.drafted_by) == (doctor, colleague)
        assert motivation.shares.get().colleague == colleague
        assert (
            motivation.get_absolute_url() in Page(at_work.get(reverse("motivations:shared"))).html
        )

    def test_with_several_it_is_asked_for_whom(
        self, at_work: ActingClient, doctor: Assignment, key: Any
    ) -> None:
        vet = factories.AssignmentFactory(
            role=Role.PRESCRIBER,
            user=factories.UserFactory(veterinarian=True),
            care_unit=doctor.care_unit,
        )
        page = Page(at_work.get(NEW))
        assert "För vilken förskrivare skriver du?" in page
        assert "Veterinär" in page
        chosen = f"{NEW}?for={vet.pk}"
        assert "Veterinär licens" in Page(at_work.get(chosen))
        assert at_work.post(chosen, {"kind": "individual", "_key": key()}).status_code == 422
        at_work.post(chosen, {"kind": "veterinary", "_key": key()})
        assert Motivation.objects.get().author == vet
        wrong = Page(at_work.get(NEW, {"for": ""}))
        assert (wrong.status, "Svara på frågan" in wrong) == (422, True)

    @pytest.mark.parametrize("reason", ["another unit", "no licence", "ended", "inactive"])
    def test_only_prescribers_of_today_at_the_same_unit(
        self,
        at_work: ActingClient,
        doctor: Assignment,
        colleague: Assignment,
        key: Any,
        reason: str,
    ) -> None:
        if reason == "another unit":
            doctor.care_unit = factories.CareUnitFactory()
        elif reason == "ended":
            doctor.valid_to = "2020-01-01"
        elif reason == "no licence":
            doctor.user.licensed_to_practise = False
        else:
            doctor.user.is_active = False
        doctor.save()
        doctor.user.save()
        assert "Det finns ingen förskrivare" in Page(at_work.get(NEW))
        answer = at_work.post(f"{NEW}?for={doctor.pk}", {"kind": "individual", "_key": key()})
        assert answer.status_code in (200, 422)
        with pytest.raises((NotAllowed, Refused)):
            drafts.start(kind=INDIVIDUAL, by=colleague, author=doctor)
        assert not Motivation.objects.exists()

    def test_a_prescriber_begins_their_own_and_nobody_else_s(self, doctor: Assignment) -> None:
        other = factories.AssignmentFactory(prescriber=True, care_unit=doctor.care_unit)
        with pytest.raises(NotAllowed):
            drafts.start(kind=INDIVIDUAL, by=other, author=doctor)

    def test_a_colleague_who_is_a_doctor_by_training_still_writes_for_another(
        self, doctor: Assignment
    ) -> None:
        trained = factories.acting_as(
            Role.CARE_COLLEAGUE,
            care_unit=doctor.care_unit,
            user=factories.UserFactory(doctor=True),
        )
        with pytest.raises(NotAllowed):
            drafts.start(kind=INDIVIDUAL, by=trained)


class TestSharing:
    def test_the_author_shares_and_ends_it_and_each_is_recorded(
        self,
        browser: ActingClient,
        doctor: Assignment,
        colleague: Assignment,
        at_work: ActingClient,
    ) -> None:
        draft = factories.draft(by=doctor, answers=factories.individual_answers())
        share = page_of("share", draft)
        page = Page(browser.get(share))
        assert colleague.user.name in page
        assert doctor.user.name not in page.html.split("<main")[1]
        assert at_work.get(draft.get_absolute_url()).status_code == 404

        browser.post(share, {"share": colleague.pk, "_key": page.hidden("_key")})
        assert f"Delat {clock.today().day} " in Page(browser.get(share))
        assert f"delat med {colleague.user.name}" in Page(browser.get(draft.get_absolute_url()))
        assert at_work.get(draft.get_absolute_url()).status_code == 200

        page = Page(browser.get(share))
        browser.post(share, {"stop": colleague.pk, "_key": page.hidden("_key")})
        assert at_work.get(draft.get_absolute_url()).status_code == 404
        logged = AccessLogEntry.objects.filter(
            what__startswith="draft_share", object_id=draft.pk, assignment=doctor
        )
        assert set(logged.values_list("what", flat=True)) == {"draft_share", "draft_share_ended"}

    def test_only_with_those_at_the_same_unit(
        self, browser: ActingClient, doctor: Assignment, key: Any
    ) -> None:
        draft, stranger = factories.draft(by=doctor), factories.acting_as(Role.CARE_COLLEAGUE)
        page = Page(
            browser.post(
                page_of("share", draft), {"share": stranger.pk, "_key": key()}, follow=True
            )
        )
        assert "Du kan bara dela med någon som arbetar på samma vårdenhet" in page
        assert not draft.shares.exists()

    @pytest.mark.parametrize("role", [Role.CARE_COLLEAGUE, Role.PRESCRIBER])
    def test_nobody_but_the_author_shares_discards_or_takes_back(
        self, doctor: Assignment, acting: Any, key: Any, role: Role
    ) -> None:
        sharer = factories.acting_as(role, care_unit=doctor.care_unit)
        third = factories.acting_as(Role.CARE_COLLEAGUE, care_unit=doctor.care_unit)
        draft = factories.draft(by=doctor, answers=factories.individual_answers())
        sharing.share(draft, colleague=sharer, by=doctor)
        browser = acting(sharer)
        for name in ("share", "discard", "withdraw"):
            assert browser.get(page_of(name, draft)).status_code == 404
            body = {"_key": key(), "share": third.pk, "reason": "x"}
            assert browser.post(page_of(name, draft), body).status_code == 404
        for act in (
            lambda: sharing.share(draft, colleague=third, by=sharer),
            lambda: sharing.stop_sharing(draft, colleague=sharer, by=sharer),
            lambda: drafts.discard(draft, by=sharer),
        ):
            with pytest.raises(NotAllowed):
                act()
        tasks = Page(browser.get(draft.get_absolute_url()))
        for words in ("Kasta", "Dela utkastet", "Ändra delningen", "Granska och skicka"):
            assert words not in tasks

    def test_throwing_away_says_what_is_lost_and_with_whom_it_was_shared(
        self, browser: ActingClient, begun: Motivation, colleague: Assignment
    ) -> None:
        page = Page(browser.get(page_of("discard", begun)))
        for words in ("Ospolot", "Vera Provpatient", "Behandling", colleague.user.name):
            assert words in page
        browser.post(page_of("discard", begun), {"_key": page.hidden("_key")})
        assert not DraftShare.objects.exists()


class TestHandingOver:
    def test_the_author_is_told_and_sees_who_wrote_what(
        self,
        at_work: ActingClient,
        browser: ActingClient,
        begun: Motivation,
        doctor: Assignment,
        colleague: Assignment,
    ) -> None:
        address = page_of("hand_over", begun)
        page = Page(at_work.get(address))
        form = {"message": "Titta på doseringen", "_key": page.hidden("_key")}
        answers = [at_work.post(address, form) for _ in range(2)]
        assert {answer["Location"] for answer in answers} == {begun.get_absolute_url()}
        notice = Notice.objects.get()
        assert (notice.recipient, notice.kind) == (doctor.user, NoticeKind.DRAFT_READY)
        assert (notice.url, notice.facts) == (
            begun.get_absolute_url(),
            {"colleague": colleague.user.name},
        )
        tasks = Page(browser.get(begun.get_absolute_url()))
        assert f"Lämnad av {colleague.user.name} för genomläsning" in tasks
        assert "Titta på doseringen" in tasks
        assert tasks.text.count(f"Sparat av {colleague.user.name}") == 5
        assert f"av {colleague.user.name}." in tasks
        assert AccessLogEntry.objects.filter(what="draft_handed_over", object_id=begun.pk).exists()

    def test_a_second_time_is_told_again(self, begun: Motivation, colleague: Assignment) -> None:
        for _time in range(2):
            sharing.hand_over(begun, by=colleague)
        assert Notice.objects.count() == 2

    def test_a_message_about_a_person_is_refused(
        self, at_work: ActingClient, begun: Motivation, key: Any
    ) -> None:
        body = {"message": "Gäller 19570428-9999", "_key": key()}
        answer = at_work.post(page_of("hand_over", begun), body)
        assert answer.status_code == 422
        assert "Texten innehåller ett personnummer" in Page(answer)
        assert not Notice.objects.exists()

    def test_the_author_has_nobody_to_hand_over_to(
        self, browser: ActingClient, begun: Motivation, key: Any
    ) -> None:
        address = page_of("hand_over", begun)
        assert browser.get(address)["Location"] == begun.get_absolute_url()
        assert browser.post(address, {"_key": key()}).status_code == 403


class TestSending:
    def test_a_colleague_reads_all_and_cannot_send(
        self, at_work: ActingClient, begun: Motivation, doctor: Assignment, key: Any
    ) -> None:
        check = page_of("check", begun)
        page = Page(at_work.get(check))
        assert "Svårbehandlad epilepsi" in page
        assert doctor.user.name in page
        assert "Skicka licensmotivering" not in page
        forced = {
            "_key": key(),
            "_version": begun.revision,
            "_checked": drafts.state_of(begun),
        }
        assert at_work.post(check, forced).status_code == 403
        begun.refresh_from_db()
        assert begun.is_draft

    def test_nor_can_another_prescriber_with_whom_it_is_shared(
        self, doctor: Assignment, begun: Motivation, acting: Any, key: Any
    ) -> None:
        other = factories.AssignmentFactory(prescriber=True, care_unit=doctor.care_unit)
        sharing.share(begun, colleague=other, by=doctor)
        forced = {"_key": key(), "_version": begun.revision, "_checked": drafts.state_of(begun)}
        assert acting(other).post(page_of("check", begun), forced).status_code == 403
        with pytest.raises(NotAllowed):
            submission.submit(begun, by=other)

    def test_what_is_sent_names_the_prescriber_and_the_sharing_is_over(
        self,
        browser: ActingClient,
        at_work: ActingClient,
        begun: Motivation,
        doctor: Assignment,
        colleague: Assignment,
    ) -> None:
        page = Page(browser.get(page_of("check", begun)))
        form = {name: page.hidden(name) for name in ("_key", "_version", "_checked")}
        assert browser.post(page_of("check", begun), form).status_code == 302
        begun.refresh_from_db()
        assert begun.status == MotivationStatus.SUBMITTED
        frozen = MotivationVersion.objects.get(motivation=begun).prescriber
        assert (frozen["name"], frozen["prescriber_code"]) == (doctor.user.name, "1234567")
        assert frozen["workplace"] == doctor.unit_name

        section = page_of("section", begun, "patient")
        assert at_work.get(section).status_code == 404
        assert at_work.post(section, {"name": "X", "_revision": "1"}).status_code == 404
        with pytest.raises(NotAllowed):
            drafts.read(begun, by=colleague)
        assert not shared_with(colleague).exists()

    def test_the_author_s_own_unit_is_the_one_that_is_frozen(self, doctor: Assignment) -> None:
        """Also when the author sends it in an assignment at another unit."""
        draft = factories.draft(
            by=doctor, answers=factories.individual_answers(factories.ProductFactory())
        )
        elsewhere = factories.AssignmentFactory(prescriber=True, user=doctor.user)
        submission.submit(draft, by=elsewhere)
        version = MotivationVersion.objects.get(motivation=draft)
        assert version.prescriber["workplace"] == doctor.unit_name

    def test_what_the_prescriber_lacks_is_not_said_to_be_the_colleague_s(
        self, at_work: ActingClient, begun: Motivation, doctor: Assignment
    ) -> None:
        doctor.user.prescriber_code = ""
        doctor.user.save()
        for address in (begun.get_absolute_url(), page_of("check", begun)):
            page = Page(at_work.get(address))
            assert "Förskrivarens uppgifter är inte fullständiga." in page
            assert "om dig" not in page

    def test_the_questions_are_the_author_s_profession_s(self, acting: Any) -> None:
        dentist = kinds.dentist()
        nurse = factories.acting_as(Role.CARE_COLLEAGUE, care_unit=dentist.care_unit)
        begun = drafts.start(kind=INDIVIDUAL, by=nurse, author=dentist)
        address = page_of("section", begun, "motivering")
        shown = [Page(acting(by).get(address)).text for by in (nurse, dentist)]
        assert all("odontologisk" in text for text in shown)


def test_every_kind_can_be_drafted_by_a_colleague() -> None:
    for code, kind in KINDS.items():
        author = kinds.author(code)
        colleague = factories.acting_as(Role.CARE_COLLEAGUE, care_unit=author.care_unit)
        begun = drafts.start(kind=kind, by=colleague, author=author)
        for slug, section in kinds.ANSWERS[code](factories.ProductFactory()).items():
            drafts.save_section(begun, slug, answers=section, opened_revision=0, by=colleague)
        assert submission.submit(begun, by=author).reference
