"""What notices say: every kind has words, in the reader's language."""

import re

import pytest
from django.utils import translation

from motivations.enums import Outcome
from notifications.enums import NoticeGroup, NoticeKind
from notifications.words import OUTCOMES, TABLE, facts_needed, group_of, text_of

FACTS = {
    "asked_on": "2026-12-01",
    "batch": "EX26-104",
    "colleague": "Kim Kollega",
    "days": "4",
    "due_on": "2026-12-08",
    "expected_on": "2026-12-15",
    "forwarded_on": "2026-12-09",
    "licence": "L-2026-000001",
    "outcome": "rejected",
    "pharmacy": "Apoteket Prov",
    "product": "Ospolot 50 mg",
    "received_on": "2026-12-02",
    "valid_to": "2027-01-31",
}
# What the callers give, written by hand: a kind whose words ask for more fails.
GIVEN = {
    NoticeKind.DRAFT_READY: {"colleague"},
    NoticeKind.ATTACHMENT_STOPPED: set(),
    NoticeKind.SUPPLEMENT_REQUESTED: {"due_on"},
    NoticeKind.SUPPLEMENT_REMINDER: {"due_on"},
    NoticeKind.SUPPLEMENT_CLOSED: set(),
    NoticeKind.INJUNCTION: {"due_on"},
    NoticeKind.LICENCE_ENDS: {"licence", "valid_to", "product"},
    NoticeKind.WAITING_FOR_PHARMACY: {"product", "days"},
    NoticeKind.LAPSED: {"product"},
    NoticeKind.APPLICATION_SENT: {"product", "pharmacy"},
    NoticeKind.APPLICATION_WITHDRAWN: {"product"},
    NoticeKind.HAND_OVER_OFFERED: {"product", "pharmacy"},
    NoticeKind.HAND_OVER_DECLINED: {"product", "pharmacy"},
    NoticeKind.HANDED_OVER: {"product", "pharmacy"},
    NoticeKind.RENEWAL_SENT: {"product", "pharmacy", "licence", "asked_on"},
    NoticeKind.RENEWAL_WITHDRAWN: {"product", "licence"},
    NoticeKind.DECIDED: {"product", "outcome"},
    NoticeKind.DECISION_DELAYED: {"product", "expected_on"},
    NoticeKind.DECISION_REQUEST_REJECTED: {"product"},
    NoticeKind.LICENCE_SUSPENDED: {"licence", "product"},
    NoticeKind.LICENCE_LIFTED: {"licence", "product"},
    NoticeKind.LICENCE_REVOKED: {"licence", "product"},
    NoticeKind.DECISION_CORRECTED: {"licence", "product"},
    NoticeKind.SAFETY_INFORMATION: {"licence", "product"},
    NoticeKind.SAFETY_SUSPENDED: {"product"},
    NoticeKind.SAFETY_LIFTED: {"product"},
    NoticeKind.SAFETY_TOLD: {"product"},
    NoticeKind.HEARING_REQUESTED: {"due_on"},
    NoticeKind.HEARING_ANSWERED: {"pharmacy"},
    NoticeKind.MENTIONED: {"colleague"},
    NoticeKind.REFERRED: {"colleague", "due_on"},
    NoticeKind.OPINION_GIVEN: {"colleague"},
    NoticeKind.RECALL: {"product", "batch"},
    NoticeKind.APPEAL_RECEIVED: {"received_on"},
    NoticeKind.APPEAL_REJECTED: set(),
    NoticeKind.APPEAL_FORWARDED: {"forwarded_on"},
    NoticeKind.APPEAL_ENDED: set(),
    NoticeKind.CASE_REOPENED: {"product"},
    NoticeKind.BREAK_GLASS: {"colleague"},
}


def test_every_kind_has_words_and_a_group() -> None:
    assert set(TABLE) == set(NoticeKind) == set(GIVEN)
    assert {group_of(kind) for kind in NoticeKind} == set(NoticeGroup)


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_fact_is_used_and_filled_in(kind: NoticeKind) -> None:
    assert facts_needed(kind) == GIVEN[kind]
    text = text_of(kind, {name: FACTS[name] for name in GIVEN[kind]})
    assert not re.search(r"%|\{|[0-9]{4}-[0-9]{2}-[0-9]{2}", text)
    shown = {
        **FACTS,
        "asked_on": "1 december 2026",
        "due_on": "8 december 2026",
        "expected_on": "15 december 2026",
        "forwarded_on": "9 december 2026",
        "received_on": "2 december 2026",
        "valid_to": "31 januari 2027",
    }
    shown["outcome"] = "Ansökan är avslagen."
    for name in GIVEN[kind]:
        assert shown[name] in text


def test_dates_are_worded_in_the_reader_s_language() -> None:
    with translation.override("en"):
        assert "8 December 2026" in text_of(
            NoticeKind.SUPPLEMENT_REQUESTED, {"due_on": FACTS["due_on"]}
        )


def test_every_outcome_is_a_sentence() -> None:
    assert set(OUTCOMES) == set(Outcome)
    assert len({str(words) for words in OUTCOMES.values()}) == len(Outcome)


def test_a_fact_that_is_missing_is_an_error() -> None:
    with pytest.raises(LookupError):
        text_of(NoticeKind.LAPSED, {})
