"""The public page that says whether a letter is genuine, and nothing else."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from decisions.enums import LetterReason, Recipient, Verdict
from decisions.letters import grouped_code
from decisions.letters.letter import verification_address
from decisions.models import Letter, Licence
from decisions.services import verification
from decisions.services.issuing import issue_letters
from decisions.services.ordering import order
from klas import clock, limits
from klas.blind import blind
from klas.errors import Refused
from klas.models import AccessLogEntry, Bucket
from klas.policy import policy
from motivations.enums import Outcome
from tests import factories

pytestmark = pytest.mark.django_db
PAGE = reverse("verification:check")


@pytest.fixture
def letter() -> Letter:
    case = factories.decided()
    issue_letters()
    return Letter.objects.get(case=case)


def asked(number: str, code: str, address: str = "192.0.2.1") -> Verdict:
    return verification.verify(number, code, address=address)


def is_counted(address: str = "127.0.0.1") -> bool:
    return Bucket.objects.filter(key=blind("limit verification", address)).exists()


def revoke(letter: Letter) -> None:
    """As the agency's act leaves it; the act itself is no business of this page."""
    Licence.objects.filter(decision=letter.decision).update(status="revoked")


def test_a_letter_is_genuine_by_its_case_or_its_licence(letter: Letter) -> None:
    assert letter.decision is not None
    for number in (letter.case.dnr, letter.decision.licence.number, f" {letter.case.dnr} "):
        for code in (
            letter.code,
            grouped_code(letter.code).lower(),
            f"{letter.code[:4]}-{letter.code[4:]}",
        ):
            assert asked(number, code) == Verdict.GENUINE


@pytest.mark.parametrize("code", ["ABCD EFGH JKLM", "", "O" * 12, "OOOO", "x" * 400, "å😀"])
def test_a_wrong_code_is_not_genuine(letter: Letter, code: str) -> None:
    assert asked(letter.case.dnr, code) == Verdict.NOT_GENUINE
    assert asked("5.8.1-2026-999999", code) == Verdict.NOT_GENUINE


def test_a_code_belongs_to_its_own_case(letter: Letter) -> None:
    other = factories.decided()
    assert asked(other.dnr, letter.code) == Verdict.NOT_GENUINE
    assert asked("5.8.1-2026-999999", letter.code) == Verdict.NOT_GENUINE


def test_a_letter_that_is_not_issued_is_not_genuine() -> None:
    letter = Letter.objects.get(case=factories.decided())
    assert asked(letter.case.dnr, letter.code) == Verdict.NOT_GENUINE


def test_a_letter_that_another_stands_instead_of_is_replaced(letter: Letter) -> None:
    newer = order(
        letter.case,
        to=Recipient.PHARMACY,
        reason=LetterReason.DECISION,
        about=letter.case,
        replaces=letter,
    )
    issue_letters()
    assert newer.decision == letter.decision
    assert asked(letter.case.dnr, letter.code) == Verdict.REPLACED
    assert asked(letter.case.dnr, newer.code) == Verdict.GENUINE
    revoke(letter)
    assert asked(letter.case.dnr, newer.code) == Verdict.REVOKED


def test_a_revoked_licence_revokes_the_letters_that_granted_it_and_no_others() -> None:
    case = factories.decided(special_information="Följ leverfunktionen.")
    other = order(
        case,
        to=Recipient.PHARMACY,
        reason=LetterReason.DELAY,
        about=case,
        facts={
            "reason": "x",
            "expected_on": "2026-12-04",
            "told_on": "2026-11-20",
        },
    )
    issue_letters()
    granting = list(Letter.objects.filter(decision__isnull=False))
    assert len(granting) == 2
    assert {asked(case.dnr, letter.code) for letter in granting} == {Verdict.GENUINE}
    revoke(granting[0])
    assert {asked(case.dnr, letter.code) for letter in granting} == {Verdict.REVOKED}
    assert asked(case.dnr, other.code) == Verdict.GENUINE


def test_no_answer_takes_another_way_through_the_database(letter: Letter) -> None:
    ways = []
    for number, code in (
        (letter.case.dnr, letter.code),
        (letter.case.dnr, "ABCDEFGHJKLM"),
        ("5.8.1-2026-999999", letter.code),
        ("inget nummer", "?"),
    ):
        with CaptureQueriesContext(connection) as queries:
            asked(number, code)
        ways.append([re.sub(r"'[^']*'|\d+", "", query["sql"])[:60] for query in queries])
    assert ways[0] == ways[1] == ways[2] == ways[3]


def test_every_comparison_is_made_whatever_is_asked(
    letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[int] = []
    original = verification.hmac.compare_digest

    def counting(one: bytes, other: bytes) -> bool:
        compared.append(1)
        return original(one, other)

    monkeypatch.setattr(verification.hmac, "compare_digest", counting)
    counts = []
    for number in (letter.case.dnr, "5.8.1-2026-999999"):
        compared.clear()
        asked(number, letter.code)
        counts.append(len(compared))
    assert counts[0] == counts[1] > 0


# Limits


def test_so_many_tries_from_an_address_and_no_more(letter: Letter) -> None:
    for _ in range(policy.verifications.most):
        asked(letter.case.dnr, "ABCDEFGHJKLM")
    with pytest.raises(Refused, match="Försök igen klockan"):
        asked(letter.case.dnr, letter.code)
    assert asked(letter.case.dnr, letter.code, "192.0.2.2") == Verdict.GENUINE


def test_after_a_while_it_is_open_again_and_the_tries_are_forgotten(letter: Letter) -> None:
    now = clock.now()
    with clock.at(now):
        for _ in range(policy.verifications.most):
            asked(letter.case.dnr, letter.code)
    later = now + timedelta(minutes=policy.verifications.minutes, seconds=1)
    with clock.at(later):
        assert limits.purge() == 1
        assert asked(letter.case.dnr, letter.code) == Verdict.GENUINE
    assert Bucket.objects.count() == 1


def test_one_subscribers_ipv6_addresses_are_counted_together() -> None:
    for number in range(policy.verifications.most):
        asked("x", "y", f"2001:db8:1:2::{number:x}")
    with pytest.raises(Refused):
        asked("x", "y", "2001:db8:1:2:ffff::1")
    asked("x", "y", "2001:db8:1:3::1")


# The page


def test_anybody_asks_on_the_page_and_reads_one_word(client: Any, letter: Letter) -> None:
    answer = client.post(PAGE, {"n": letter.case.dnr, "k": grouped_code(letter.code)})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert '<h1 class="govuk-heading-l">Brevet är äkta</h1>' in page
    for told in ("Ospolot", "Vera", letter.address[0], "Bifall", "beviljar"):
        assert told not in page
    assert answer["Cache-Control"].startswith("max-age=0")


def test_all_that_is_not_genuine_gets_the_same_page(client: Any, letter: Letter) -> None:
    pages = set()
    for number, code in (
        (letter.case.dnr, "ABCDEFGHJKLM"),
        ("5.8.1-2026-999999", letter.code),
        ("inget", "inget"),
    ):
        page = client.post(PAGE, {"n": number, "k": code}).content.decode()
        page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)
        pages.add(page.replace(f'value="{number}"', "").replace(f'value="{code}"', ""))
    assert len(pages) == 1
    assert "Vi känner inte igen brevet" in pages.pop()


def test_the_qr_code_fills_in_the_form_and_asks_nothing(client: Any, letter: Letter) -> None:
    address = urlsplit(verification_address(letter.case.dnr, letter.code))
    assert parse_qs(address.query) == {"n": [letter.case.dnr], "k": [letter.code]}
    page = client.get(f"{address.path}?{address.query}").content.decode()
    assert f'value="{letter.code}"' in page
    assert "Brevet är äkta" not in page
    assert not is_counted()


def test_too_many_tries_are_told_on_the_page(client: Any) -> None:
    for _ in range(policy.verifications.most):
        client.post(PAGE, {"n": "x", "k": "y"})
    answer = client.post(PAGE, {"n": "x", "k": "y"})
    assert answer.status_code == 429
    assert "Försök igen klockan" in answer.content.decode()


@pytest.mark.parametrize("fields", [{}, {"n": "x"}, {"k": "y"}])
def test_what_is_missing_is_said(client: Any, fields: dict[str, str]) -> None:
    answer = client.post(PAGE, fields)
    assert answer.status_code == 422
    assert "Det finns ett problem" in answer.content.decode()
    assert not is_counted()


def test_neither_code_nor_address_is_kept_or_logged(
    client: Any, letter: Letter, capsys: pytest.CaptureFixture[str]
) -> None:
    before = AccessLogEntry.objects.count()
    client.post(PAGE, {"n": letter.case.dnr, "k": letter.code}, REMOTE_ADDR="192.0.2.77")
    assert AccessLogEntry.objects.count() == before
    assert is_counted("192.0.2.77")
    assert all(b"192.0.2.77" not in bytes(kept.key) for kept in Bucket.objects.all())
    assert letter.code not in "".join(capsys.readouterr())


def test_a_rejections_letters_are_genuine() -> None:
    case = factories.decided(Outcome.REJECTED)
    issue_letters()
    for letter in Letter.objects.filter(case=case):
        assert asked(case.dnr, letter.code) == Verdict.GENUINE
