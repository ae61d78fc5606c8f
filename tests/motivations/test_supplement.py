"""The prescriber answers the agency's questions: a new version beside the old."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.urls import reverse

from accounts.models import Assignment
from decisions.models import Case
from klas.access import Role
from klas.errors import NotAllowed, Refused
from klas.sections import Incomplete
from motivations import reading
from motivations.enums import AttachmentKind, LicenceKind, MotivationStatus
from motivations.models import Motivation, MotivationDocument, MotivationVersion
from motivations.services import attachments, drafts, supplements
from motivations.services.issuing import issue_documents
from motivations.services.telling import tell_of_supplements_due
from tests import factories, kinds
from tests.conftest import ActingClient

pytestmark = pytest.mark.django_db

FROZEN_TABLES = {
    "motivations_motivationversion": "id",
    "motivations_patientidentity": "version_id",
    "motivations_clinicaltext": "version_id",
    "motivations_motivationdocument": "version_id",
}


def bytes_of(version: MotivationVersion) -> list[Any]:
    """Every byte that the database holds of a version, its documents included."""
    rows = []
    with connection.cursor() as cursor:
        for table, column in FROZEN_TABLES.items():
            cursor.execute(
                f"SELECT to_jsonb(t)::text FROM {table} t WHERE {column} = %s ORDER BY id",
                [version.pk],
            )
            rows += cursor.fetchall()
    return rows


@pytest.fixture
def officer() -> Assignment:
    return factories.AssignmentFactory()


@pytest.fixture
def asked(officer: Assignment, doctor: Assignment) -> Case:
    application = factories.application(on=factories.motivation(by=doctor))
    return factories.asked(factories.case(of=application, taken_by=officer), "Vilka doser?")


def test_an_answer_leaves_version_1_byte_for_byte_as_it_was(asked: Case) -> None:
    issue_documents()
    first = asked.application.motivation.versions.get()
    before = bytes_of(first)
    assert len(before) == 6  # version, identity, clinical text, three documents
    factories.answered(asked, motivering={"indication": "En helt annan text om indikationen."})
    issue_documents()
    assert bytes_of(first) == before
    assert asked.application.motivation.versions.count() == 2
    assert (
        MotivationDocument.objects.filter(version__number=2, issued_at__isnull=False).count() == 2
    )


def test_the_answer_begins_with_all_that_was_sent(asked: Case, doctor: Assignment) -> None:
    motivation = asked.application.motivation
    motivation.refresh_from_db()
    sent = reading.read(motivation.versions.get(), by=doctor).answers
    begun = drafts.read(motivation, by=doctor)
    for slug, answers in sent.items():
        assert begun[slug] == answers


@pytest.mark.parametrize("kind", list(LicenceKind))
def test_every_kind_can_be_supplemented(kind: LicenceKind, officer: Assignment) -> None:
    application = factories.application(on=kinds.sent(kind))
    motivation = factories.answered(
        factories.asked(factories.case(of=application, taken_by=officer))
    )
    assert motivation.status == MotivationStatus.IN_CASE
    first, second = reading.read_all(motivation, by=motivation.author)
    assert first.answers == second.answers


def test_the_case_goes_on_with_the_new_version(asked: Case) -> None:
    factories.answered(asked, motivering={"indication": "Ny text om indikationen för patienten."})
    asked.application.refresh_from_db()
    assert asked.application.version is not None
    assert asked.application.version.number == 2


def test_an_answer_that_is_missing_or_a_section_that_is_wrong_is_not_sent(
    asked: Case, doctor: Assignment
) -> None:
    motivation = asked.application.motivation
    with pytest.raises(Incomplete):
        supplements.answer(motivation, by=doctor)
    with pytest.raises(Incomplete):
        factories.answered(asked, motivering={"indication": ""})
    assert motivation.versions.count() == 1


def test_nobody_but_the_author_answers(asked: Case) -> None:
    with pytest.raises(NotAllowed):
        supplements.answer(asked.application.motivation, by=factories.acting_as(Role.PRESCRIBER))


def test_without_a_question_nothing_can_be_written(doctor: Assignment) -> None:
    application = factories.application(on=factories.motivation(by=doctor))
    with pytest.raises(Refused):
        drafts.save_section(
            application.motivation, "motivering", answers={}, opened_revision=0, by=doctor
        )


def test_a_withdrawn_question_keeps_what_was_begun_for_the_next(
    asked: Case, officer: Assignment, doctor: Assignment
) -> None:
    from decisions.services.supplements import close

    motivation = asked.application.motivation
    motivation.refresh_from_db()
    drafts.save_section(
        motivation, "svar", answers={"answer": "Halva svaret"}, opened_revision=0, by=doctor
    )
    factories.asked(close(asked, by=officer))
    motivation.refresh_from_db()
    assert drafts.read(motivation, by=doctor)["svar"] == {"answer": "Halva svaret"}


def test_new_attachments_go_with_the_answer_and_old_ones_stay(
    asked: Case, doctor: Assignment, officer: Assignment, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    motivation = asked.application.motivation
    added = attachments.add(
        motivation,
        file=factories.picture("ny.png"),
        kind=AttachmentKind.ARTICLE,
        secrecy="clinical",
        by=doctor,
    )
    assert not attachments.readable_by(motivation, officer).exists()
    factories.answered(asked)
    added.refresh_from_db()
    assert added.version is not None
    assert added.version.number == 2
    assert attachments.readable_by(motivation, officer).get() == added
    with pytest.raises(Refused):
        attachments.remove(added, by=doctor)


class TestPages:
    def test_from_question_to_sent_answer(
        self, asked: Case, browser: ActingClient, read: Any, key: Any
    ) -> None:
        pk = asked.application.motivation_id
        status = read(browser.get(reverse("motivations:detail", args=[pk])))
        assert "Läkemedelsverket behöver ditt svar senast" in status
        assert "Vilka doser?" in status
        overview = read(browser.get(reverse("motivations:supplement", args=[pk])))
        assert "Vilka doser?" in overview
        section = reverse("motivations:section", args=[pk, "svar"])
        page = read(browser.get(section))
        saved = browser.post(
            section, {"_revision": page.hidden("_revision"), "answer": "Upp till 2 g per dygn."}
        )
        assert saved.status_code == 302
        check_address = reverse("motivations:supplement_check", args=[pk])
        check = read(browser.get(check_address))
        assert "Upp till 2 g per dygn." in check
        assert "Du har inte ändrat något i motiveringen" in check
        sent = browser.post(
            check_address,
            {
                "_key": key(),
                "_version": check.hidden("_version"),
                "_checked": check.hidden("_checked"),
            },
        )
        assert sent.status_code == 302
        done = read(browser.get(sent["Location"]))
        assert "Svaret är skickat" in done
        assert "version 2" in done

    def test_the_check_page_shows_before_and_after(
        self, asked: Case, browser: ActingClient, doctor: Assignment, read: Any
    ) -> None:
        motivation = asked.application.motivation
        saved = drafts.read_section(motivation, "behandling")
        drafts.save_section(
            motivation,
            "behandling",
            answers={**saved.answers, "dosage": "Halv tablett till natten"},
            opened_revision=saved.revision,
            by=doctor,
        )
        page = read(browser.get(reverse("motivations:supplement_check", args=[motivation.pk])))
        assert "1 tablett morgon och kväll" in page
        assert "Halv tablett till natten" in page
        assert "Fyll i avsnittet Svar på frågorna" in page  # what is still missing

    def test_a_second_sending_leads_to_the_page_of_the_motivation(
        self, asked: Case, browser: ActingClient, key: Any
    ) -> None:
        motivation = factories.answered(asked)
        again = browser.post(
            reverse("motivations:supplement_check", args=[motivation.pk]), {"_key": key()}
        )
        assert again["Location"] == motivation.get_absolute_url()


def test_no_pharmacy_learns_what_is_asked_or_answered(asked: Case, acting: Any) -> None:
    """Questions and answers are clinical: no page of the applying pharmacy holds them."""
    factories.answered(asked, "Zyxsvar", motivering={"effect_so_far": "Zyxeffekt"})
    application = asked.application
    client = acting(application.sent_by)
    for name, pk in (("motivation", application.motivation_id), ("detail", application.pk)):
        page = client.get(reverse(f"applications:{name}", args=[pk])).content.decode()
        assert "Vilka doser" not in page
        assert "zyxsvar" not in page.lower()
        assert "zyxeffekt" not in page.lower()
    timeline = client.get(reverse("applications:detail", args=[application.pk])).content.decode()
    assert "Förskrivaren har svarat på kompletteringen" in timeline
    assert supplements.requests_of(application.motivation, by=application.sent_by) == []
    data = DjangoJSONEncoder().encode([(one.data, one.reason) for one in application.events.all()])
    assert "Vilka doser" not in data


def test_the_author_is_reminded_once_when_the_last_day_is_near(asked: Case) -> None:
    motivation = Motivation.objects.get(pk=asked.application.motivation_id)
    (request,) = supplements.requests_of(motivation, by=motivation.author)
    reminders = motivation.author.user.notices.filter(kind="supplement_reminder")
    tell_of_supplements_due(today=request.due_on - timedelta(days=8))
    assert not reminders.exists()
    for _again in range(2):
        tell_of_supplements_due(today=request.due_on - timedelta(days=2))
    assert reminders.count() == 1
