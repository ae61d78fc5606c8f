"""“Arbetsplatsens ärenden”: what colleagues of the author see once a motivation is sent (§7)."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Assignment
from klas.access import Role
from klas.models import AccessAction, AccessLogEntry
from motivations.kinds.individual import INDIVIDUAL
from motivations.models import Motivation
from motivations.queries import of_workplace, visible_to
from motivations.services import attachments, drafts, submission
from tests import factories
from tests.conftest import ActingClient
from tests.motivations.conftest import Page

pytestmark = pytest.mark.django_db


def page_of(name: str, motivation: Motivation, *more: Any) -> str:
    return reverse(f"motivations:{name}", args=[motivation.pk, *more])


@pytest.fixture
def sent(doctor: Assignment, settings: Any, tmp_path: Any) -> Motivation:
    settings.MEDIA_ROOT = tmp_path
    answers = factories.individual_answers(
        factories.ProductFactory(), hantering={"message": "Ring före leverans"}
    )
    draft = factories.draft(by=doctor, answers=answers)
    attachments.add(
        draft,
        file=factories.picture("produkt.png"),
        kind="other",
        secrecy="product",
        by=doctor,
    )
    return submission.submit(draft, by=doctor)


def test_the_list_has_what_is_sent_from_the_unit_and_nothing_else(
    at_work: ActingClient, doctor: Assignment, sent: Motivation
) -> None:
    draft, elsewhere = factories.draft(by=doctor), factories.motivation()
    page = Page(at_work.get(reverse("motivations:workplace")))
    assert "Arbetsplatsens ärenden: 1 licensmotivering" in page
    for words in (sent.reference, "Ospolot", "Vera Provpatient", doctor.user.name):
        assert words in page
    assert elsewhere.reference not in page
    assert f'{draft.get_absolute_url()}"' not in page.html
    assert AccessLogEntry.objects.filter(
        what="workplace_motivations", action=AccessAction.READ
    ).exists()
    assert at_work.get(elsewhere.get_absolute_url()).status_code == 404


def test_a_colleague_sees_whom_and_what_and_not_why(
    at_work: ActingClient, sent: Motivation
) -> None:
    page = Page(at_work.get(sent.get_absolute_url()))
    for words in (
        sent.reference,
        "Enskild licens",
        "Väntar på apotek",
        "Ospolot",
        "Vera Provpatient",
        "19570428-9999",
        "Ring före leverans",
        "produkt.png",
    ):
        assert words in page
    for words in ("Svårbehandlad", "1 tablett morgon och kväll", "Ta tillbaka"):
        assert words not in page
    entry = AccessLogEntry.objects.filter(whose=sent.reference).latest("pk")
    assert (entry.what, entry.action) == ("motivation", AccessAction.READ)
    file = sent.attachments.get()
    assert at_work.get(page_of("attachment", sent, file.pk)).status_code == 200
    for name in ("receipt", "document", "withdraw", "check", "attachments"):
        assert at_work.get(page_of(name, sent)).status_code == 404


def test_how_the_agency_decided_is_the_author_s(at_work: ActingClient, sent: Motivation) -> None:
    factories.decided(of=factories.application(on=sent))
    for address in (sent.get_absolute_url(), reverse("motivations:workplace")):
        page = Page(at_work.get(address))
        assert "Avslutad" in page
        assert "Bifall" not in page


def test_a_prescriber_has_it_beside_their_own(browser: ActingClient, doctor: Assignment) -> None:
    other = factories.AssignmentFactory(prescriber=True, care_unit=doctor.care_unit)
    theirs = factories.motivation(by=other)
    own = Page(browser.get(reverse("motivations:list")))
    assert theirs.reference not in own
    assert reverse("motivations:workplace") in own.html
    assert theirs.reference in Page(browser.get(reverse("motivations:workplace")))


def test_a_colleague_s_first_page_is_what_is_shared_with_them(
    at_work: ActingClient, begun: Motivation
) -> None:
    page = Page(at_work.get(reverse("motivations:list"), follow=True))
    assert "Utkast delade med dig: 1 licensmotivering" in page
    assert "Mina ärenden: " not in page
    assert begun.get_absolute_url() in page.html


@pytest.mark.parametrize("name", ["shared", "workplace"])
def test_as_many_queries_for_a_page_as_for_one(
    at_work: ActingClient, doctor: Assignment, colleague: Assignment, name: str
) -> None:
    def one_more() -> None:
        by = factories.AssignmentFactory(prescriber=True, care_unit=doctor.care_unit)
        if name == "workplace":
            factories.motivation(by=by)
        else:
            drafts.start(kind=INDIVIDUAL, by=colleague, author=by)

    one_more()
    with CaptureQueriesContext(connection) as one:
        at_work.get(reverse(f"motivations:{name}"))
    for _number in range(26):
        one_more()
    with CaptureQueriesContext(connection) as many:
        page = Page(at_work.get(reverse(f"motivations:{name}")))
    assert len(many) == len(one)
    assert "(sida 1 av 2)" in page.title


def test_other_roles_have_no_workplace_here(sent: Motivation) -> None:
    for role in (Role.PHARMACIST, Role.CASEWORKER, Role.OPERATOR):
        acting = factories.acting_as(role)
        assert not of_workplace(acting).exists()
        assert not visible_to(acting).exists()
