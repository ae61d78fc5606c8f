"""A session that ends mid-sentence loses nothing: what was typed waits for its own person."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.middleware import SESSION_KEY
from accounts.models import Assignment, PersonSession
from klas import clock, kept_forms
from klas.access import Role
from klas.middleware import SignInMiddleware
from klas.models import AccessLogEntry, KeptForm
from klas.policy import policy
from klas.tasks import purge_kept_forms
from motivations.models import Motivation
from motivations.services import drafts, sharing
from motivations.services import product as products
from tests import factories
from tests.conftest import ActingClient
from tests.motivations.conftest import Page
from tests.provider import sign_in as through_provider

pytestmark = pytest.mark.django_db
SECRET = "Hemligskrivet om Vera"
KEPT = "Det du skrev när du loggades ut finns kvar här. Spara det."


@pytest.fixture(autouse=True)
def _provider(provider: str) -> None:
    """Sign-in leads over another site."""


@pytest.fixture
def doctor() -> Assignment:
    return factories.AssignmentFactory(prescriber=True)


@pytest.fixture
def draft(doctor: Assignment) -> Motivation:
    return factories.draft(by=doctor)


@pytest.fixture
def browser(doctor: Assignment) -> ActingClient:
    """A browser that the doctor has signed in with, and whose forms are checked as a browser's."""
    return strict().act_as(doctor)


def strict() -> ActingClient:
    return ActingClient(enforce_csrf_checks=True)


def section(draft: Motivation, slug: str = "behandling") -> str:
    return reverse("motivations:section", args=[draft.pk, slug])


def fields(page: Page, **typed: str) -> dict[str, str]:
    """The page's form as a browser sends it."""
    names = ("csrfmiddlewaretoken", "_by", "_revision")
    return {name: page.hidden(name) for name in names} | typed


def opened(browser: ActingClient, address: str, **typed: str) -> dict[str, str]:
    return fields(Page(browser.get(address)), **typed)


def lose_session() -> None:
    PersonSession.objects.all().delete()


def sign_in(browser: ActingClient, who: Assignment, *, next_page: str = "") -> Any:
    return through_provider(browser, who.user.subject, goes_to=next_page)


def lost(browser: ActingClient, draft: Motivation, query: str = "") -> Any:
    """The doctor has a page open, the session ends, and they press “Spara och fortsätt”."""
    address = section(draft) + query
    form = opened(browser, address, dosage=SECRET)
    lose_session()
    return browser.post(address, form)


def test_what_was_typed_is_on_the_page_after_signing_in_and_is_saved_from_there(
    browser: ActingClient, doctor: Assignment, draft: Motivation
) -> None:
    answer = lost(browser, draft, "?granska=1")
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("accounts:sign_in"))
    assert "behandling" not in drafts.answers_of(draft), "nothing is saved by nobody"

    there = sign_in(browser, doctor, next_page=section(draft) + "?granska=1")
    assert there["Location"] == section(draft) + "?granska=1"
    for _time in range(2):  # also when it is loaded again
        page = Page(browser.get(there["Location"]))
        assert KEPT in page
        assert SECRET in page.html
        assert page.hidden("_revision") == "0"

    saved = browser.post(there["Location"], fields(page, dosage=SECRET, _later="1"))
    assert saved.status_code == 302
    assert drafts.answers_of(draft)["behandling"]["dosage"] == SECRET
    assert not KeptForm.objects.exists()
    assert KEPT not in Page(browser.get(section(draft)))


def test_the_way_over_sign_in_tells_nobody_what_was_typed(
    browser: ActingClient, draft: Motivation, caplog: Any
) -> None:
    answer = lost(browser, draft)
    cookie = answer.cookies[kept_forms.COOKIE]
    assert SECRET not in f"{answer.headers}{answer.cookies}{caplog.text}"
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    kept = KeptForm.objects.get()
    assert cookie.value not in (kept.token_hash, kept.path)
    assert "csrfmiddlewaretoken" not in kept.fields
    assert not AccessLogEntry.objects.filter(whose__contains="Vera").exists()


def test_somebody_else_gets_nothing_and_it_is_gone(
    browser: ActingClient, doctor: Assignment, draft: Motivation
) -> None:
    lost(browser, draft)
    other = factories.AssignmentFactory(prescriber=True, care_unit=doctor.care_unit)
    sign_in(browser, other)
    assert not KeptForm.objects.exists()
    assert browser.get(section(draft)).status_code == 404


def test_a_colleague_who_shares_the_draft_does_not_get_another_s_unsaved_words(
    browser: ActingClient, doctor: Assignment, draft: Motivation
) -> None:
    lost(browser, draft)
    colleague = factories.acting_as(Role.CARE_COLLEAGUE, care_unit=doctor.care_unit)
    sharing.share(draft, colleague=colleague, by=doctor)
    browser.act_as(colleague)  # past the sign-in page, where it would have been removed
    page = Page(browser.get(section(draft)))
    assert page.status == 200
    assert SECRET not in page.html


def test_another_browser_of_the_same_person_does_not_show_it(
    browser: ActingClient, doctor: Assignment, draft: Motivation
) -> None:
    lost(browser, draft)
    assert SECRET not in Page(strict().act_as(doctor).get(section(draft))).html


def test_who_may_no_longer_write_the_draft_gets_nothing_and_it_is_gone(
    doctor: Assignment, draft: Motivation
) -> None:
    colleague = factories.acting_as(Role.CARE_COLLEAGUE, care_unit=doctor.care_unit)
    sharing.share(draft, colleague=colleague, by=doctor)
    browser = strict().act_as(colleague)
    lost(browser, draft)
    sharing.stop_sharing(draft, colleague=colleague, by=doctor)
    sign_in(browser, colleague)
    assert browser.get(section(draft)).status_code == 404
    assert not KeptForm.objects.exists()


def test_what_was_saved_elsewhere_meanwhile_is_not_overwritten_unseen(
    browser: ActingClient, doctor: Assignment, draft: Motivation
) -> None:
    lost(browser, draft)
    drafts.save_section(
        draft, "behandling", answers={"dosage": "Annat"}, opened_revision=0, by=doctor
    )
    sign_in(browser, doctor)
    page = Page(browser.get(section(draft)))
    assert SECRET in page.html
    conflict = Page(browser.post(section(draft), fields(page, dosage=SECRET)))
    assert conflict.status == 409
    assert "Annat" in conflict
    assert SECRET in conflict


def test_it_can_be_thrown_away(
    browser: ActingClient, doctor: Assignment, draft: Motivation
) -> None:
    lost(browser, draft)
    sign_in(browser, doctor)
    page = Page(browser.get(section(draft)))
    answer = browser.post(section(draft), fields(page, dosage=SECRET, _keep_saved="1"))
    assert answer["Location"] == section(draft)
    assert SECRET not in Page(browser.get(section(draft))).html
    assert not KeptForm.objects.exists()
    assert "behandling" not in drafts.answers_of(draft)


def test_the_autosave_of_a_page_left_open_keeps_it_too(
    browser: ActingClient, doctor: Assignment, draft: Motivation
) -> None:
    form = opened(browser, section(draft), dosage="Halva")
    lose_session()
    autosave = {"X-KLAS-Autosave": "1"}
    browser.post(section(draft), form, headers=autosave)
    browser.post(section(draft), form | {"dosage": SECRET}, headers=autosave)
    assert KeptForm.objects.count() == 1
    sign_in(browser, doctor)
    assert SECRET in Page(browser.get(section(draft))).html


def test_a_product_written_by_hand_is_kept_as_it_was_typed(
    browser: ActingClient, doctor: Assignment, draft: Motivation
) -> None:
    products.write_by_hand(draft, opened_revision=0, by=doctor)
    address = reverse("motivations:product", args=[draft.pk])
    form = opened(browser, address, name="Handskrivet", strength="5 mg")
    lose_session()
    browser.post(address, form)
    products.clear(draft, opened_revision=1, by=doctor)  # meanwhile, on another machine
    sign_in(browser, doctor)
    page = Page(browser.get(address))
    assert KEPT in page
    assert 'value="Handskrivet"' in page.html
    conflict = browser.post(address, fields(page, name="Handskrivet", strength="5 mg"))
    assert conflict.status_code == 409


def test_a_page_from_before_signing_in_again_in_another_tab(
    browser: ActingClient, doctor: Assignment, draft: Motivation
) -> None:
    """Its token is of the old session: nothing is done, but what was typed is shown again."""
    form = opened(browser, section(draft), dosage=SECRET)
    lose_session()
    sign_in(browser, doctor)
    answer = browser.post(section(draft), form)
    assert answer["Location"] == section(draft)
    assert "behandling" not in drafts.answers_of(draft)
    page = Page(browser.get(section(draft)))
    assert KEPT in page
    assert SECRET in page.html


def test_the_autosave_of_that_page_gets_a_fresh_token_and_others_none(
    browser: ActingClient, doctor: Assignment, draft: Motivation
) -> None:
    autosave = {"X-KLAS-Autosave": "1"}
    form = opened(browser, section(draft), dosage=SECRET)
    lose_session()
    sign_in(browser, doctor)
    fresh = browser.get(section(draft), headers=autosave).json()
    saved = browser.post(
        section(draft), form | {"csrfmiddlewaretoken": fresh["token"]}, headers=autosave
    )
    assert saved.json()["revision"] == 1
    stranger = strict().act_as(factories.AssignmentFactory(prescriber=True))
    assert stranger.get(section(draft), headers=autosave).status_code == 404


@pytest.mark.parametrize("signed_in", [True, False])
def test_a_forged_page_is_neither_kept_nor_done(
    browser: ActingClient, draft: Motivation, signed_in: bool
) -> None:
    """Without a token of this browser's: refused, unless we opened the page for the very person."""
    form = opened(browser, section(draft), dosage=SECRET)
    if not signed_in:
        lose_session()
    for wrong in ({}, {"_by": ""}, {"_by": form["_by"] + "x"}, {"_by": "W10:abc"}):
        body = form | {"csrfmiddlewaretoken": "x" * 64} | wrong
        if not wrong and signed_in:
            continue  # ours, of an older sign-in: kept, see above
        assert browser.post(section(draft), body).status_code == 403
    assert not KeptForm.objects.exists()
    assert "behandling" not in drafts.answers_of(draft)


def test_a_page_is_kept_for_its_own_address_only(browser: ActingClient, draft: Motivation) -> None:
    form = opened(browser, section(draft), dosage=SECRET)
    lose_session()
    browser.post(section(draft, "motivering"), form)
    assert not KeptForm.objects.exists()


def test_a_page_longer_than_any_of_ours_is_not_kept(
    browser: ActingClient, draft: Motivation
) -> None:
    form = opened(browser, section(draft), dosage="x" * (policy.kept_form_max_bytes + 1))
    lose_session()
    assert browser.post(section(draft), form).status_code == 302
    assert not KeptForm.objects.exists()


def test_each_person_has_room_for_so_many_and_the_oldest_go(
    browser: ActingClient, doctor: Assignment, draft: Motivation
) -> None:
    form = opened(browser, section(draft), dosage=SECRET)
    lose_session()
    for _browser in range(policy.kept_forms_per_person + 2):
        browser.cookies.pop(kept_forms.COOKIE, None)  # a new browser each time
        browser.post(section(draft), form)
    assert KeptForm.objects.filter(user=doctor.user).count() == policy.kept_forms_per_person


def test_what_nobody_came_back_for_is_not_shown_and_then_removed(
    browser: ActingClient, doctor: Assignment, draft: Motivation
) -> None:
    with clock.at(clock.now() - timedelta(hours=policy.kept_form_hours, seconds=1)):
        lost(browser, draft)
    sign_in(browser, doctor)
    assert SECRET not in Page(browser.get(section(draft))).html
    browser.cookies.clear()
    recent = strict().act_as(doctor)
    lost(recent, draft)
    purge_kept_forms(0)
    assert KeptForm.objects.count() == 1


class TestAnotherAssignment:
    """Signed in, but acting as something else than the page was opened by."""

    def test_a_choice_that_has_ended_is_made_again(
        self, browser: ActingClient, doctor: Assignment, draft: Motivation
    ) -> None:
        form = opened(browser, section(draft), dosage=SECRET)
        session = browser.session
        del session[SESSION_KEY]
        session.save()
        answer = browser.post(section(draft), form)
        choose = reverse("accounts:choose_assignment")
        assert answer["Location"] == f"{choose}?next={section(draft).replace('/', '%2F')}"
        page = Page(browser.get(answer["Location"]))
        assert page.hidden("next") == section(draft)
        token = page.hidden("csrfmiddlewaretoken")
        there = browser.post(
            choose,
            {"assignment": doctor.pk, "next": section(draft), "csrfmiddlewaretoken": token},
        )
        assert SECRET in Page(browser.get(there["Location"])).html

    def test_one_chosen_in_another_tab_loses_nothing(self) -> None:
        """A pharmacist at two pharmacies: the application belongs to the first."""
        application = factories.application_draft(filled=False)
        first = application.created_by
        second = factories.acting_as(Role.PHARMACIST, user=first.user)
        browser = strict().act_as(first)
        address = reverse("applications:section", args=[application.pk, "lakemedel"])
        form = opened(browser, address, supplier="Provgrossisten Kvar")
        session = browser.session
        session[SESSION_KEY] = second.pk
        session.save()
        answer = browser.post(address, form)
        assert answer["Location"].startswith(reverse("accounts:choose_assignment"))
        assert browser.get(address).status_code == 404, "not to the other pharmacy"
        session[SESSION_KEY] = first.pk
        session.save()
        assert "Provgrossisten Kvar" in Page(browser.get(address)).html

    def test_the_403_page_leads_back_after_choosing(
        self, browser: ActingClient, draft: Motivation
    ) -> None:
        session = browser.session
        del session[SESSION_KEY]
        session.save()
        page = Page(browser.get(section(draft)))
        assert page.status == 403
        choose = reverse("accounts:choose_assignment")
        assert f'href="{choose}?next={section(draft)}"' in page.html


class TestOtherForms:
    """After sign-in one stands on the page that the form was on, never on an address for POST."""

    def test_a_page_of_its_own(self, browser: ActingClient, doctor: Assignment) -> None:
        sent = factories.motivation(by=doctor)
        address = reverse("motivations:withdraw", args=[sent.pk])
        page = Page(browser.get(address))
        lose_session()
        answer = browser.post(
            address, {"reason": "x", "csrfmiddlewaretoken": page.hidden("csrfmiddlewaretoken")}
        )
        assert answer["Location"] == f"{reverse('accounts:sign_in')}?avslutad=1&next={address}"
        assert not KeptForm.objects.exists()

    def test_signing_out_twice_is_signing_out(self, client: ActingClient) -> None:
        assert client.post(reverse("accounts:sign_out"))["Location"] == reverse(
            "accounts:signed_out"
        )

    @pytest.mark.parametrize(
        ("referrer", "page"),
        [
            ("http://testserver/arenden/1/?flik=2#x", "/arenden/1/?flik=2"),
            ("https://ond.invalid/motiveringar/", "/hem/"),
            ("", "/hem/"),
        ],
    )
    def test_an_address_for_post_only(self, rf: Any, referrer: str, page: str) -> None:
        def only_post(request: Any) -> None: ...

        request = rf.post("/bara-post/", headers={"Referer": referrer})
        answer = SignInMiddleware(only_post).handle_no_permission(request, only_post)
        assert (
            answer["Location"]
            == f"{reverse('accounts:sign_in')}?next={page.replace('?', '%3F').replace('=', '%3D')}"
        )

    def test_a_query_survives_the_choice_of_assignment(
        self, client: ActingClient, doctor: Assignment
    ) -> None:
        factories.acting_as(Role.PRESCRIBER, user=doctor.user)
        answer = sign_in(client, doctor, next_page="/motiveringar/?q=a&status=draft")
        assert Page(client.get(answer["Location"])).hidden("next") == (
            "/motiveringar/?q=a&amp;status=draft"
        )
