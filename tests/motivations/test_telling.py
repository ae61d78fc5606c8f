"""What the author of a motivation is told, and when: once, and nothing about the patient."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Assignment
from klas import clock
from klas.policy import policy
from motivations.enums import LicenceKind, Outcome
from motivations.models import Motivation
from motivations.queries import licences_ending, waiting_long, waits_long
from motivations.tasks import lapse, tell_authors
from notifications.enums import NoticeKind
from notifications.models import Notice
from notifications.words import text_of
from tests import factories, kinds
from tests.applications.test_secrecy import PLANTED, WORDS

pytestmark = pytest.mark.django_db

FRIDAY = date(2026, 11, 20)
ENDS = date(2027, 11, 19)


@contextmanager
def day(when: date, hour: int = 9) -> Iterator[None]:
    moment = datetime.combine(when, time(hour), tzinfo=timezone.get_default_timezone())
    with clock.at(moment):
        yield


def notices(kind: NoticeKind | None = None) -> list[Notice]:
    """The notices so far (of a kind), oldest first."""
    found = Notice.objects.order_by("pk")
    return list(found.filter(kind=kind) if kind else found)


def run(when: date) -> None:
    with day(when):
        tell_authors.func(0)


def text(notice: Notice) -> str:
    return text_of(NoticeKind(notice.kind), notice.facts)


def licensed(by: Assignment | None = None, *, ends: date = ENDS) -> Motivation:
    """A motivation with a licence, granted a year before it ends."""
    with day(ends - timedelta(days=364)):
        application = factories.application(on=factories.motivation(by=by))
        factories.decided(
            Outcome.GRANTED,
            of=application,
            valid_from=ends - timedelta(days=364),
            valid_to=ends,
        )
    Notice.objects.all().delete()
    motivation = application.motivation
    motivation.refresh_from_db()
    return motivation


def renewed(motivation: Motivation, *, sent: bool) -> Motivation:
    """A renewal that its author has begun, or sent."""
    answers = factories.individual_answers(
        factories.ProductFactory(), motivering={"changes": "Inget har ändrats."}
    )
    renewal = factories.draft(by=motivation.author, answers=answers)
    Motivation.objects.filter(pk=renewal.pk).update(renews=motivation)
    return factories.submission.submit(renewal, by=motivation.author) if sent else renewal


# The pharmacy and the agency


def test_the_author_is_told_that_a_pharmacy_has_applied() -> None:
    pharmacist = factories.AssignmentFactory(pharmacist=True)
    application = factories.application(by=pharmacist)
    (notice,) = notices()
    motivation = application.motivation
    assert notice.recipient == motivation.author.user
    assert (notice.kind, notice.reference) == ("application_sent", motivation.reference)
    assert notice.url == motivation.get_absolute_url()
    assert f"{pharmacist.pharmacy} har ansökt om licens för Ospolot" in text(notice)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.GRANTED, "Licensen är beviljad."),
        (Outcome.GRANTED_WITH_RESERVATION, "Licensen är beviljad med förbehåll."),
        (Outcome.REJECTED, "Ansökan är avslagen."),
    ],
)
def test_the_author_is_told_of_the_decision(outcome: Outcome, words: str) -> None:
    case = factories.decided(outcome)
    (notice,) = notices(NoticeKind.DECIDED)
    assert notice.recipient == case.application.motivation.author.user
    assert text(notice).endswith(words)
    assert "Ospolot" in text(notice)


def test_nobody_else_is_told() -> None:
    case = factories.decided()
    author = case.application.motivation.author.user
    assert {notice.recipient for notice in notices()} == {author}


# Waiting, and lapsing


def test_one_that_waits_too_long_is_told_of_once() -> None:
    with day(FRIDAY):
        motivation = factories.motivation()
    run(FRIDAY + timedelta(days=5))  # Wednesday: three working days
    assert not notices()
    run(FRIDAY + timedelta(days=6))
    run(FRIDAY + timedelta(days=7))
    run(FRIDAY + timedelta(days=30))
    (notice,) = notices()
    assert (notice.kind, notice.recipient) == ("waiting_for_pharmacy", motivation.author.user)
    assert "på 4 arbetsdagar" in text(notice)


def test_one_that_a_pharmacy_has_picked_up_is_not_told_of() -> None:
    with day(FRIDAY):
        factories.application()
    run(FRIDAY + timedelta(days=30))
    assert not notices(NoticeKind.WAITING_FOR_PHARMACY)


@pytest.mark.parametrize("hour", [0, 12, 23])
@pytest.mark.parametrize("sent_on", [date(2026, 12, 17), date(2026, 12, 18), date(2026, 12, 19)])
def test_the_moment_is_the_one_that_the_pages_know(sent_on: date, hour: int) -> None:
    """Over Christmas, with its many days off, and at every hour of the day."""
    with day(sent_on, hour):
        motivation = factories.motivation()
    for offset in range(20):
        today = sent_on + timedelta(days=offset)
        assert waiting_long(today).exists() == waits_long(motivation, today=today), today


def test_one_that_lapses_is_told_of() -> None:
    with day(FRIDAY):
        motivation = factories.motivation()
    with day(FRIDAY + timedelta(days=policy.lapse_after_days)):
        lapse.func(0)
        lapse.func(0)
    (notice,) = notices()
    assert (notice.kind, notice.recipient) == ("lapsed", motivation.author.user)
    motivation.refresh_from_db()
    assert motivation.status == "lapsed"


# Licences that end


def test_a_licence_that_ends_is_told_of_at_each_number_of_days_once() -> None:
    motivation = licensed()
    told_on = []
    for days in range(62, -3, -1):
        before = len(notices())
        run(ENDS - timedelta(days=days))
        if len(notices()) > before:
            told_on.append(days)
    assert tuple(told_on) == policy.licence_ends_notice_days
    assert len(notices()) == len(told_on)
    notice = notices()[0]
    assert (notice.kind, notice.recipient) == ("licence_ends", motivation.author.user)
    assert motivation.licence_number in text(notice)
    assert "till och med 19 november 2027" in text(notice)


def test_after_days_without_the_job_only_the_nearest_is_told() -> None:
    licensed()
    run(ENDS - timedelta(days=25))
    assert [notice.key.split(":")[1] for notice in notices()] == ["30"]
    run(ENDS - timedelta(days=2))
    assert [notice.key.split(":")[1] for notice in notices()] == ["30", "7"]
    run(ENDS)
    run(ENDS + timedelta(days=1))
    assert len(notices()) == 2


def test_on_its_last_day_a_licence_still_ends_and_after_it_no_more() -> None:
    licensed()
    run(ENDS + timedelta(days=1))
    assert not notices()
    run(ENDS)
    assert len(notices()) == 1


@pytest.mark.parametrize("sent", [True, False])
def test_a_licence_that_is_renewed_is_not_told_of(sent: bool) -> None:
    renewed(licensed(), sent=sent)
    run(ENDS - timedelta(days=60))
    assert len(notices(NoticeKind.LICENCE_ENDS)) == (0 if sent else 1)


def test_a_renewal_that_was_taken_back_renews_nothing() -> None:
    motivation = licensed()
    renewal = renewed(motivation, sent=True)
    factories.submission.withdraw(renewal, by=motivation.author, reason="Fel läkemedel")
    found = licences_ending(after=ENDS - timedelta(days=1), until=ENDS)
    assert list(found) == [motivation]


def test_each_author_is_told_of_their_own() -> None:
    mine = [licensed() for _ in range(3)]
    run(ENDS - timedelta(days=60))
    assert {(notice.recipient, notice.reference) for notice in notices()} == {
        (motivation.author.user, motivation.reference) for motivation in mine
    }


# Secrecy


@pytest.mark.parametrize("kind", LicenceKind)
def test_no_notice_holds_anything_of_the_patient(kind: LicenceKind, acting: Any) -> None:
    with day(FRIDAY):
        waiting = kinds.draft(kind, **PLANTED)
        author = waiting.author
        waiting = factories.submission.submit(waiting, by=author)
    run(FRIDAY + timedelta(days=7))
    application = factories.application(on=waiting)
    factories.decided(of=application)
    told_of = notices()
    assert [notice.kind for notice in told_of] == [
        "waiting_for_pharmacy",
        "application_sent",
        "decided",
    ]
    page = acting(author).get("/aviseringar/").content.decode().lower()
    stored = " ".join(f"{vars(notice)} {text(notice)}" for notice in told_of).lower()
    label = str(Motivation.objects.get(pk=waiting.pk).subject_label)
    for word in (*WORDS, "provpatient", "19570428", label.lower()):
        assert word not in stored
        assert word not in page
