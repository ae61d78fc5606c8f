"""The same once more: a copy or a renewal begins with what was said, and asks what must be new."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Assignment
from decisions.models import Case
from klas import clock
from klas.errors import NotAllowed, Refused
from klas.models import AccessLogEntry
from klas.policy import policy
from klas.sections import Incomplete
from motivations.enums import LicenceKind, MotivationStatus, Outcome
from motivations.kinds import KINDS
from motivations.kinds.common import CLINICAL, HANDLING, PRODUCT
from motivations.kinds.individual import PatientForm
from motivations.models import Attachment, Motivation
from motivations.queries import current_version, is_renewable
from motivations.reading import for_document
from motivations.services import again, attachments, drafts, submission
from motivations.services.files import KEPT
from motivations.services.issuing import issue_documents
from tests import factories, kinds
from tests.conftest import ActingClient
from tests.klas.pdf_reading import text_of
from tests.motivations.conftest import Page

pytestmark = pytest.mark.django_db

DECLARATIONS = {"informed", "not_research", "odontological", "units_know", "organisation_knows"}
URGENT = {"urgency": "urgent", "urgent_reason": "Försämras", "urgent_phone": "070-111 22 33"}


def answers_of(draft: Motivation) -> dict[str, Any]:
    return drafts.answers_of(draft)


def act(browser: ActingClient, name: str, motivation: Motivation, key: Any) -> Motivation:
    """Press the button, and give the draft that it leads to."""
    answer = browser.post(reverse(f"motivations:{name}", args=[motivation.pk]), {"_key": key()})
    return Motivation.objects.get(pk=answer["Location"].rstrip("/").rpartition("/")[2])


@pytest.mark.parametrize("kind", list(LicenceKind))
def test_a_copy_says_the_same_but_for_urgency_and_declarations(kind: LicenceKind) -> None:
    pharmacy = factories.PharmacyFactory()
    sent = kinds.sent(kind, hantering={**URGENT, "pharmacy": pharmacy.gln})
    before = for_document(current_version(sent), clinical=True)
    draft = again.copy(sent, by=sent.author).draft
    after = answers_of(draft)
    assert draft.status == MotivationStatus.DRAFT
    assert (draft.product_line, draft.subject_label) == (sent.product_line, sent.subject_label)
    assert draft.renews is None
    for section in KINDS[kind].sections:
        if section.slug != HANDLING:
            # What is sold in Sweden in a product's place is looked up anew: nothing is.
            before[section.slug].pop("approved_in_sweden", None)
            assert after[section.slug] == before[section.slug]
    handling = after[HANDLING]
    assert handling["urgency"] == "normal"
    assert handling["pharmacy"] == pharmacy.gln
    assert not {"urgent_reason", "urgent_phone", *DECLARATIONS} & {
        name for name, value in handling.items() if value
    }


@pytest.mark.parametrize("kind", list(LicenceKind))
def test_a_copy_can_be_sent_once_the_declarations_are_given(kind: LicenceKind) -> None:
    sent = kinds.sent(kind)
    draft = again.copy(sent, by=sent.author).draft
    with pytest.raises(Incomplete) as missing:
        submission.submit(draft, by=draft.author)
    assert set(missing.value.forms) == {HANDLING}
    given_anew = kinds.ANSWERS[kind](None)[HANDLING]
    drafts.save_section(draft, HANDLING, answers=given_anew, opened_revision=1, by=draft.author)
    assert submission.submit(draft, by=draft.author).reference != sent.reference


def test_a_dentist_declares_the_odontological_purpose_anew() -> None:
    dentist = kinds.dentist()
    sent = factories.motivation(by=dentist, hantering={"odontological": True})
    draft = again.copy(sent, by=dentist).draft
    assert not answers_of(draft)[HANDLING].get("odontological")
    with pytest.raises(Incomplete) as missing:
        submission.submit(draft, by=dentist)
    assert "odontological" in missing.value.forms[HANDLING].errors


def test_a_draft_is_copied_as_far_as_it_is_written(doctor: Assignment) -> None:
    half = factories.draft(by=doctor, answers={"patient": {"name": "Vera", "weight": "tung"}})
    draft = again.copy(half, by=doctor).draft
    assert answers_of(draft)["patient"] == {"name": "Vera", "weight": "tung"}
    assert set(answers_of(draft)) == {"patient", "_author"}
    assert draft.pk != half.pk


@pytest.mark.parametrize("end", ["withdrawn", "rejected"])
def test_what_came_to_nothing_can_be_copied(doctor: Assignment, end: str) -> None:
    sent = factories.motivation(by=doctor)
    if end == "withdrawn":
        submission.withdraw(sent, by=doctor, reason="Fel")
    else:
        factories.decided(Outcome.REJECTED, of=factories.application(on=sent))
    assert again.copy(sent, by=doctor).draft.subject_label == "Vera Provpatient"


def test_reading_the_source_is_recorded(doctor: Assignment) -> None:
    sent = factories.motivation(by=doctor)
    again.copy(sent, by=doctor)
    log = AccessLogEntry.objects.filter(whose=sent.reference, action="read")
    assert log.get().what == "motivation_with_clinical_text"


class TestTheProduct:
    def test_follows_the_register_and_it_is_told(
        self, doctor: Assignment, browser: ActingClient, key: Any
    ) -> None:
        product = factories.ProductFactory()
        sent = factories.motivation(by=doctor, product=product)
        product.mah, product.strength = "Nya Bolaget", "75 mg"
        product.save()
        draft = act(browser, "copy", sent, key)
        assert answers_of(draft)[PRODUCT]["mah"] == "Nya Bolaget"
        assert draft.product_line == "Ospolot, filmdragerad tablett, 75 mg (Nya Bolaget)"
        page = Page(browser.get(draft.get_absolute_url()))
        assert "Läkemedelsregistret har ändrats sedan sist" in page
        assert "Styrka, Innehavare av godkännandet eller ansvarigt företag." in page

    def test_unchanged_is_not_told(
        self, doctor: Assignment, browser: ActingClient, key: Any
    ) -> None:
        draft = act(browser, "copy", factories.motivation(by=doctor), key)
        assert "Läkemedelsregistret" not in Page(browser.get(draft.get_absolute_url()))

    def test_withdrawn_since_makes_it_restrictive(self, doctor: Assignment) -> None:
        product = factories.ProductFactory()
        sent = factories.motivation(by=doctor, product=product)
        product.status = "withdrawn_by_authority"
        product.save()
        begun = again.copy(sent, by=doctor)
        assert answers_of(begun.draft)[PRODUCT]["withdrawn_by_authority"] == "yes"
        assert begun.changed_facts == ["Har en myndighet dragit in godkännandet?"]

    def test_typed_by_hand_stays_as_it_was(self, doctor: Assignment) -> None:
        half = factories.draft(by=doctor, answers=factories.individual_answers())
        begun = again.copy(half, by=doctor)
        assert begun.changed_facts == []
        assert answers_of(begun.draft)[PRODUCT]["name"] == "Ospolot"


@pytest.fixture
def stored(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.usefixtures("stored")
class TestAttachments:
    def with_file(self, doctor: Assignment) -> Motivation:
        begun = factories.draft(
            by=doctor, answers=factories.individual_answers(factories.ProductFactory())
        )
        attachments.add(
            begun, file=factories.picture("a.png"), kind="spc", secrecy="clinical", by=doctor
        )
        return begun

    def test_are_files_of_their_own(self, doctor: Assignment) -> None:
        sent = submission.submit(self.with_file(doctor), by=doctor)
        draft = again.copy(sent, by=doctor).draft
        old, new = sent.attachments.get(), draft.attachments.get()
        assert (new.kind, new.secrecy, new.name) == (old.kind, old.secrecy, old.name)
        assert new.version is None
        assert new.stored_as != old.stored_as
        drafts.discard(draft, by=doctor)
        content = attachments.open_file(old, doctor).read()
        assert content

    def test_the_copy_opens_and_outlives_its_source(self, doctor: Assignment) -> None:
        source = self.with_file(doctor)
        draft = again.copy(source, by=doctor).draft
        default_storage.delete(f"{KEPT}/{source.attachments.get().stored_as}")
        copied = draft.attachments.get()
        assert len(attachments.open_file(copied, doctor).read()) == copied.size

    @pytest.mark.parametrize("scan", ["pending", "infected", "unreadable"])
    def test_what_is_not_known_to_be_clean_is_left_out_and_told(
        self, doctor: Assignment, browser: ActingClient, key: Any, scan: str
    ) -> None:
        source = self.with_file(doctor)
        waiting = Attachment.objects.get()
        quarantined = waiting.stored_as if scan == "pending" else None
        Attachment.objects.update(scan=scan, quarantined_as=quarantined)
        draft = act(browser, "copy", source, key)
        assert not draft.attachments.exists()
        assert "följde inte med: a.png." in Page(browser.get(draft.get_absolute_url()))


class TestWhoMay:
    def test_nobody_else_copies_or_renews(self, acting: Any, key: Any) -> None:
        sent = factories.licensed()
        stranger = factories.AssignmentFactory(prescriber=True)
        for name in ("copy", "renew"):
            address = reverse(f"motivations:{name}", args=[sent.pk])
            assert acting(stranger).post(address, {"_key": key()}).status_code == 404
        for service in (again.copy, again.renew):
            with pytest.raises(NotAllowed):
                service(sent, by=stranger)

    def test_without_licence_to_practise_nothing_is_begun(
        self, doctor: Assignment, browser: ActingClient, key: Any
    ) -> None:
        sent = factories.motivation(by=doctor)
        doctor.user.licensed_to_practise = False
        doctor.user.save()
        assert "Kopiera" not in Page(browser.get(sent.get_absolute_url()))
        answer = browser.post(reverse("motivations:copy", args=[sent.pk]), {"_key": key()})
        assert answer["Location"] == sent.get_absolute_url()
        assert "Du saknar giltig legitimation" in Page(browser.get(sent.get_absolute_url()))
        assert Motivation.objects.count() == 1

    def test_the_kind_must_be_open_where_one_works_now(self, key: Any) -> None:
        sent = kinds.sent(LicenceKind.PREPAREDNESS)
        elsewhere = factories.AssignmentFactory(
            prescriber=True, user=sent.author.user, care_unit=factories.CareUnitFactory()
        )
        with pytest.raises(NotAllowed):
            again.copy(sent, by=elsewhere)

    def test_a_form_sent_twice_begins_one_draft(
        self, doctor: Assignment, browser: ActingClient, key: Any
    ) -> None:
        sent = factories.motivation(by=doctor)
        form = {"_key": key()}
        address = reverse("motivations:copy", args=[sent.pk])
        answers = {browser.post(address, form)["Location"] for _ in range(2)}
        assert len(answers) == 1
        assert Motivation.objects.count() == 2
        assert browser.get(address)["Location"] == sent.get_absolute_url()


class TestRenewing:
    @pytest.mark.parametrize("kind", list(LicenceKind))
    def test_asks_for_the_effect_and_what_has_changed(self, kind: LicenceKind) -> None:
        licensed = factories.licensed(on=kinds.sent(kind))
        draft = again.renew(licensed, by=licensed.author).draft
        assert draft.renews == licensed
        clinical = answers_of(draft)[CLINICAL]
        assert (clinical["treatment"], clinical["effect_so_far"]) == ("continued", "")
        with pytest.raises(Incomplete) as missing:
            submission.submit(draft, by=draft.author)
        assert set(missing.value.forms[CLINICAL].errors) == {"effect_so_far", "changes"}

    def test_is_sent_with_its_answer_and_read_by_author_and_agency(
        self, doctor: Assignment, browser: ActingClient
    ) -> None:
        licensed = factories.licensed(by=doctor)
        sent = renewal_sent(licensed)
        read = for_document(current_version(sent), clinical=True)
        assert read[CLINICAL]["changes"] == "Dosen är höjd."
        assert "changes" not in for_document(current_version(sent), clinical=False).get(
            CLINICAL, {}
        )
        page = Page(browser.get(sent.get_absolute_url()))
        assert "Vad har ändrats sedan den förra licensen?" in page
        assert "Dosen är höjd." in page

    def test_a_copy_of_a_renewal_is_asked_nothing_of_the_earlier_licence(
        self, doctor: Assignment
    ) -> None:
        sent = renewal_sent(factories.licensed(by=doctor))
        draft = again.copy(sent, by=doctor).draft
        assert draft.renews is None
        assert "changes" not in answers_of(draft)[CLINICAL]
        form = KINDS[LicenceKind.INDIVIDUAL].section(CLINICAL).bind(answers_of(draft))
        assert "changes" not in form.fields

    def test_an_ordinary_draft_is_not_asked(
        self, doctor: Assignment, browser: ActingClient
    ) -> None:
        draft = factories.draft(by=doctor)
        address = reverse("motivations:section", args=[draft.pk, CLINICAL])
        assert "förra licensen" not in Page(browser.get(address))

    def test_a_second_click_leads_to_the_renewal_that_is_begun(
        self, doctor: Assignment, browser: ActingClient, key: Any
    ) -> None:
        licensed = factories.licensed(by=doctor)
        first, second = (act(browser, "renew", licensed, key) for _ in range(2))
        assert first == second
        assert "Licensen förnyas redan." in Page(browser.get(first.get_absolute_url()))

    def test_the_database_takes_no_second_open_renewal(self, doctor: Assignment) -> None:
        licensed = factories.licensed(by=doctor)
        again.renew(licensed, by=doctor)
        with pytest.raises(IntegrityError), transaction.atomic():
            drafts.start(kind=KINDS[LicenceKind.INDIVIDUAL], by=doctor, renews=licensed)

    def test_once_thrown_away_it_can_be_begun_again(self, doctor: Assignment) -> None:
        licensed = factories.licensed(by=doctor)
        drafts.discard(again.renew(licensed, by=doctor).draft, by=doctor)
        assert again.renew(licensed, by=doctor).is_new

    def test_a_renewal_that_was_rejected_can_be_followed_by_another(
        self, doctor: Assignment
    ) -> None:
        licensed = factories.licensed(by=doctor)
        rejected = renewal_sent(licensed)
        factories.decided(Outcome.REJECTED, of=factories.application(on=rejected))
        assert again.renew(licensed, by=doctor).is_new

    def test_a_renewal_that_was_granted_is_what_is_renewed_next(self, doctor: Assignment) -> None:
        licensed = factories.licensed(by=doctor)
        granted = factories.licensed(on=renewal_sent(licensed))
        begun = again.renew(licensed, by=doctor)
        assert (begun.draft, begun.is_new) == (granted, False)

    @pytest.mark.parametrize(("days_left", "offered"), [(61, False), (60, True), (0, True)])
    def test_is_offered_when_the_licence_ends_soon(
        self, doctor: Assignment, browser: ActingClient, days_left: int, offered: bool
    ) -> None:
        licensed = factories.licensed(by=doctor, days_left=days_left)
        assert ("Förnya licensen" in Page(browser.get(licensed.get_absolute_url()))) is offered
        if not offered:
            with pytest.raises(Refused):
                again.renew(licensed, by=doctor)

    def test_is_offered_for_some_months_after_it_ended(self, doctor: Assignment) -> None:
        licensed = factories.licensed(by=doctor, days_left=-30)
        assert again.renew(licensed, by=doctor).is_new

    def test_without_a_licence_there_is_nothing_to_renew(
        self, doctor: Assignment, browser: ActingClient, key: Any
    ) -> None:
        sent = factories.motivation(by=doctor)
        answer = browser.post(reverse("motivations:renew", args=[sent.pk]), {"_key": key()})
        assert answer["Location"] == sent.get_absolute_url()
        assert "Licensen kan inte förnyas nu." in Page(browser.get(sent.get_absolute_url()))


@given(days=st.integers(-1000, 1000))
def test_the_window_of_renewal(days: int) -> None:
    today = clock.today()
    motivation = Motivation(licence_valid_to=today + timedelta(days=days))
    expected = -policy.renewal_offered_after_days <= days <= policy.renewal_offered_days
    assert is_renewable(motivation, today=today) is expected


def renewal_sent(licensed: Motivation) -> Motivation:
    """A renewal of an individual licence, filled in and sent."""
    author = licensed.author
    draft = again.renew(licensed, by=author).draft
    for slug, answers in (
        (CLINICAL, {"effect_so_far": "Anfallsfri.", "changes": "Dosen är höjd."}),
        (HANDLING, {"informed": True, "not_research": True}),
    ):
        saved = drafts.read_section(draft, slug)
        drafts.save_section(
            draft,
            slug,
            answers={**saved.answers, **answers},
            opened_revision=saved.revision,
            by=author,
        )
    return submission.submit(draft, by=author)


class TestTheEarlierLicence:
    """Number and last day for author and agency; the number alone for pharmacies."""

    @pytest.fixture
    def licensed(self, doctor: Assignment) -> Motivation:
        return factories.licensed(by=doctor)

    @pytest.fixture
    def sent(self, licensed: Motivation) -> Motivation:
        return renewal_sent(licensed)

    def test_for_the_author(
        self, browser: ActingClient, licensed: Motivation, sent: Motivation
    ) -> None:
        page = Page(browser.get(sent.get_absolute_url()))
        assert f"Förnyar licens: {licensed.licence_number}, till och med" in page
        assert f'href="{licensed.get_absolute_url()}"' in page.html

    def test_for_the_author_while_it_is_a_draft(
        self, doctor: Assignment, browser: ActingClient, licensed: Motivation
    ) -> None:
        draft = again.renew(licensed, by=doctor).draft
        page = Page(browser.get(draft.get_absolute_url()))
        assert f"{licensed.licence_number}, till och med" in page

    def test_for_a_pharmacy(self, acting: Any, licensed: Motivation, sent: Motivation) -> None:
        pharmacist = factories.AssignmentFactory(pharmacist=True)
        application = factories.application(on=sent, by=pharmacist)
        address = reverse("applications:motivation", args=[application.motivation_id])
        page = Page(acting(pharmacist).get(address))
        assert f"Förnyar licens {licensed.licence_number}" in page
        assert "till och med" not in page
        assert str(licensed.get_absolute_url()) not in page.html

    def test_for_the_agency(self, acting: Any, licensed: Motivation, sent: Motivation) -> None:
        case = factories.case(of=factories.application(on=sent))
        earlier = Case.objects.get(application__motivation=licensed)
        page = Page(acting(factories.AssignmentFactory()).get(case.get_absolute_url()))
        assert f"{licensed.licence_number}, till och med" in page
        assert f'href="{earlier.get_absolute_url()}"' in page.html

    def test_in_the_documents(self, licensed: Motivation, sent: Motivation) -> None:
        issue_documents()
        texts = {
            document.audience: text_of(bytes(document.pdf))
            for document in current_version(sent).documents.defer(None)
        }
        assert f"{licensed.licence_number}, till och med" in texts["full"]
        assert licensed.licence_number in texts["pharmacy"]
        assert "till och med" not in texts["pharmacy"]
        assert "Dosen är höjd" not in texts["pharmacy"]
        assert licensed.licence_number not in texts["patient"]


def test_a_form_without_such_fields_copies_everything() -> None:
    answers = {"name": "Vera", "weight": ""}
    assert PatientForm.copied(answers) == PatientForm.copied(answers, renewed=True) == answers
