"""“Aviseringar”: the list, opening, the badge on every page, and the choice of e-mail."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Assignment
from klas import clock
from klas.policy import policy
from notifications.enums import NoticeGroup
from notifications.models import Notice
from notifications.queries import mail_groups
from tests import factories
from tests.conftest import ActingClient
from tests.motivations.conftest import Page
from tests.notifications.conftest import Mailbox, told

pytestmark = pytest.mark.django_db
LIST, SETTINGS = reverse("notifications:list"), reverse("notifications:settings")


@pytest.fixture
def me() -> Assignment:
    return factories.AssignmentFactory(prescriber=True)


@pytest.fixture
def browser(me: Assignment, acting: Any) -> ActingClient:
    return acting(me)


def key() -> dict[str, str]:
    return {"_key": str(uuid.uuid4())}


def opened(notice: Notice) -> str:
    return reverse("notifications:open", args=[notice.pk])


def test_with_nothing_to_tell_the_page_says_what_will_be_here(browser: ActingClient) -> None:
    page = Page(browser.get(LIST))
    assert "Du har inga aviseringar" in page
    assert "0 aviseringar" in page
    assert "Markera alla" not in page
    assert "klas-badge" not in page.html


def test_a_notice_says_what_when_about_which_and_that_it_is_unread(
    me: Assignment, browser: ActingClient
) -> None:
    told(me.user)
    page = Page(browser.get(LIST))
    for words in (
        "Beslut fattat: KL-2026-000001-X",
        "Läkemedelsverket har beslutat om licens för Ospolot. Licensen är beviljad.",
        "Oläst",
        "1 avisering",
    ):
        assert words in page
    assert str(timezone.localdate().year) in page


def test_the_newest_stand_first_and_others_are_not_there(
    me: Assignment, browser: ActingClient
) -> None:
    for product in ("Aprov", "Bprov"):
        told(me.user, product=product, outcome="granted")
    told(factories.UserFactory(), product="Annans", outcome="granted")
    page = Page(browser.get(LIST))
    assert page.text.index("Bprov") < page.text.index("Aprov")
    assert "Annans" not in page


def test_opening_leads_there_and_marks_it_read_and_nothing_else(
    me: Assignment, browser: ActingClient
) -> None:
    told(me.user)
    told(me.user)
    newest, oldest = Notice.objects.all()
    answer = browser.post(opened(newest), key())
    assert (answer.status_code, answer["Location"]) == (302, "/profil/")
    read_at = Notice.objects.get(pk=newest.pk).read_at
    assert read_at is not None
    assert Notice.objects.get(pk=oldest.pk).read_at is None
    assert Page(browser.get(LIST)).text.count("Oläst") == 1 + len(["the tab"])
    browser.post(opened(newest), key())
    assert Notice.objects.get(pk=newest.pk).read_at == read_at


def test_looking_marks_nothing(me: Assignment, browser: ActingClient) -> None:
    told(me.user)
    browser.get(LIST)
    assert browser.get(opened(Notice.objects.get()))["Location"] == LIST
    assert Notice.objects.get().read_at is None


def test_somebody_else_s_notice_is_not_found(browser: ActingClient) -> None:
    told(factories.UserFactory())
    notice = Notice.objects.get()
    all_of = reverse("notifications:mark_all_read", args=[notice.pk])
    assert browser.post(opened(notice), key()).status_code == 404
    assert browser.post(all_of, key()).status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_all_at_once_are_those_that_were_shown(me: Assignment, browser: ActingClient) -> None:
    for days_ago in (0, 2, 1):
        with clock.at(clock.now() - timedelta(days=days_ago)):
            told(me.user)
    form = Page(browser.get(LIST))
    address = reverse("notifications:mark_all_read", args=[Notice.objects.all()[0].pk])
    assert f'action="{address}"' in form.html
    told(me.user)
    other = factories.UserFactory()
    told(other)
    assert browser.post(address, key())["Location"] == LIST
    unread = Notice.objects.filter(read_at__isnull=True)
    assert {notice.recipient for notice in unread} == {me.user, other}
    assert unread.filter(recipient=me.user).get() == Notice.objects.filter(recipient=me.user)[0]


def test_the_unread_ones_alone(me: Assignment, browser: ActingClient) -> None:
    told(me.user, product="Läst medel", outcome="granted")
    browser.post(opened(Notice.objects.get()), key())
    told(me.user)
    page = Page(browser.get(LIST, {"show": "unread"}))
    assert "1 oläst avisering" in page
    assert "Läst medel" not in page
    browser.post(opened(Notice.objects.all()[0]), key())
    page = Page(browser.get(LIST, {"show": "unread"}))
    assert "Du har läst allt" in page
    assert "Läst medel" in Page(browser.get(LIST))


def test_pages_and_the_same_number_of_queries(me: Assignment, browser: ActingClient) -> None:
    told(me.user)
    with CaptureQueriesContext(
        connection,
    ) as one:
        browser.get(LIST)
    for _number in range(2 * policy.page_size - 1):
        told(me.user)
    with CaptureQueriesContext(connection) as many:
        page = Page(browser.get(LIST))
    assert len(many) == len(one)
    assert page.text.count("Beslut fattat") == policy.page_size
    assert "(sida 1 av 2)" in page.title


def test_every_page_tells_how_many_are_unread_with_one_question(
    me: Assignment, browser: ActingClient
) -> None:
    told(me.user)
    told(factories.UserFactory())
    with CaptureQueriesContext(connection) as queries:
        page = Page(browser.get(reverse("accounts:profile")))
    assert "Aviseringar 1 oläst avisering" in page
    assert f'href="{LIST}"' in page.html
    asked = [query["sql"] for query in queries if "notifications_notice" in query["sql"]]
    assert len(asked) == 1
    told(me.user)
    assert "Aviseringar 2 olästa aviseringar" in Page(browser.get(reverse("motivations:list")))


def test_the_badge_stops_at_ninety_nine(me: Assignment, browser: ActingClient) -> None:
    for _number in range(99):
        told(me.user)
    assert "Aviseringar 99 olästa" in Page(browser.get(SETTINGS))
    told(me.user)
    assert "Aviseringar 99+ olästa" in Page(browser.get(SETTINGS))


def test_nobody_signed_in_sees_no_badge(client: ActingClient) -> None:
    assert "Aviseringar" not in Page(client.get(reverse("start")))


def test_what_e_mail_is_about_is_chosen(
    me: Assignment, browser: ActingClient, mailbox: Mailbox
) -> None:
    page = Page(browser.get(SETTINGS))
    assert page.html.count(" checked") == len(NoticeGroup)
    assert f"E-posten går till {me.user.email} ." in page
    assert reverse("accounts:profile") in page.html
    browser.post(SETTINGS, {**key(), "groups": ["cases", "licences"]})
    page = Page(browser.get(SETTINGS))
    assert "Ditt val är sparat." in page
    assert page.html.count(" checked") == 2
    browser.post(SETTINGS, key())
    assert mail_groups(me.user) == []


def test_a_choice_that_is_none_of_ours_is_refused(browser: ActingClient, me: Assignment) -> None:
    answer = browser.post(SETTINGS, {**key(), "groups": ["everything"]})
    assert answer.status_code == 422
    assert "Välj ett av alternativen i listan" in Page(answer)
    assert mail_groups(me.user) == list(NoticeGroup)


def test_without_an_address_or_a_server_the_page_says_so(
    me: Assignment, browser: ActingClient, settings: Any
) -> None:
    settings.EMAIL_HOST = ""
    me.user.email = ""
    me.user.save()
    page = Page(browser.get(SETTINGS))
    assert "Du har ingen e-postadress i KLAS, så du får ingen e-post." in page
    assert "Den här installationen skickar ingen e-post." in page
    assert reverse("accounts:profile") in page.html


def test_profile_and_list_lead_to_the_choice(browser: ActingClient) -> None:
    for address in (reverse("accounts:profile"), LIST):
        assert f'href="{SETTINGS}"' in Page(browser.get(address)).html
