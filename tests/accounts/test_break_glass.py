"""The emergency sign-in: off, on, and all that does not let one in."""

import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pyotp
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts import break_glass
from accounts.break_glass import Issued
from accounts.checks import emergency_sign_in_is_off
from accounts.models import Assignment, BreakGlass, PersonSession
from accounts.sessions import hashed
from klas import clock, reauthentication
from klas.access import Role
from klas.errors import Refused
from klas.models import AccessAction, AccessLogEntry
from klas.policy import policy
from notifications.enums import NoticeKind
from notifications.models import Notice
from tests import factories
from tests.conftest import ActingClient

pytestmark = pytest.mark.django_db
PAGE = reverse("accounts:break_glass")


@pytest.fixture(autouse=True)
def on(settings: Any) -> None:
    settings.KLAS_BREAK_GLASS = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def officer() -> Assignment:
    return factories.acting_as(Role.CASEWORKER)


@pytest.fixture
def issued(officer: Assignment) -> Issued:
    return break_glass.issue(officer.user)


def code_of(issued: Issued) -> str:
    return pyotp.parse_uri(issued.uri).now()  # type: ignore[union-attr]


def send(
    client: ActingClient, officer: Assignment, issued: Issued, query: str = "", **fields: str
) -> Any:
    sent = {
        "subject": officer.user.subject,
        "password": issued.password,
        "code": code_of(issued),
    } | fields
    return client.post(PAGE + query, sent)


def is_refused(answer: Any, words: str = "stämmer inte") -> bool:
    return answer.status_code == 422 and words in answer.content.decode()


# On and off


def test_there_is_none_while_it_is_off(
    client: ActingClient, officer: Assignment, issued: Issued, settings: Any
) -> None:
    assert PAGE in client.get(reverse("accounts:sign_in")).content.decode()
    settings.KLAS_BREAK_GLASS = False
    assert client.get(PAGE).status_code == 404
    assert send(client, officer, issued).status_code == 404
    assert PAGE not in client.get(reverse("accounts:sign_in")).content.decode()
    with pytest.raises(CommandError, match="avstängd"):
        call_command("break_glass", officer.user.subject)


def test_the_deployment_check_warns_while_it_is_on(settings: Any) -> None:
    assert [told.id for told in emergency_sign_in_is_off(None)] == ["accounts.W005"]
    settings.KLAS_BREAK_GLASS = False
    assert emergency_sign_in_is_off(None) == []


# In


def test_one_gets_in_and_it_is_loud(
    client: ActingClient,
    officer: Assignment,
    issued: Issued,
    capsys: pytest.CaptureFixture[str],
) -> None:
    operators = [factories.acting_as(Role.OPERATOR) for _ in range(2)]
    answer = send(client, officer, issued, query="?next=/profil/")
    assert answer["Location"] == "/profil/"
    assert client.get("/profil/").status_code == 200
    entry = AccessLogEntry.objects.get(action=AccessAction.SIGN_IN)
    assert (entry.assignment, entry.purpose) == (officer, "break-glass")
    told = Notice.objects.filter(kind=NoticeKind.BREAK_GLASS)
    assert {notice.recipient for notice in told} == {one.user for one in operators}
    log = "".join(capsys.readouterr())
    assert "break_glass_used" in log
    for secret in (issued.password, BreakGlass.objects.get().secret, officer.user.subject):
        assert secret not in log


def test_the_session_gets_a_new_key_at_each_sign_in_and_proof(
    client: ActingClient, officer: Assignment, issued: Issued
) -> None:
    start, keys = datetime.now(UTC), []
    for minutes, query in ((0, ""), (1, ""), (2, "?igen=1&next=/profil/")):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            answer = send(client, officer, issued, query=query)
            assert answer.status_code == 302
            keys.append(str(client.session.session_key))
    assert len(set(keys)) == 3
    assert PersonSession.objects.filter(user=officer.user).get().pk == hashed(keys[-1])


def test_who_came_this_way_proves_it_this_way_again(
    client: ActingClient, officer: Assignment, issued: Issued
) -> None:
    send(client, officer, issued)
    client.prove_long_ago()
    page = client.get(reverse("accounts:reauthenticate") + "?next=/profil/").content.decode()
    assert f"{PAGE}?next=%2Fprofil%2F&amp;igen=1" in page
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=1)):
        send(client, officer, issued, query="?igen=1&next=/profil/")
    assert client.session[reauthentication.SESSION_KEY] > 0


def test_nobody_proves_to_be_somebody_else(
    client: ActingClient, officer: Assignment, issued: Issued
) -> None:
    client.act_as(factories.acting_as(Role.CASEWORKER))
    answer = send(client, officer, issued, query="?igen=1")
    assert is_refused(answer, "inloggad som någon annan")


# Not in


@pytest.mark.parametrize(
    "wrong",
    [{"code": "000000"}, {"password": "x" * 24}, {"subject": "SE5590000003-okand"}],
)
def test_what_is_wrong_is_one_answer_whatever_it_is(
    client: ActingClient, officer: Assignment, issued: Issued, wrong: dict[str, str]
) -> None:
    assert is_refused(send(client, officer, issued, **wrong))
    assert not AccessLogEntry.objects.exists()


def test_who_is_unknown_costs_as_much_work(
    officer: Assignment, issued: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed_for: list[str] = []

    def counted(name: str) -> None:
        original = getattr(break_glass, name)

        def counting(password: str, *rest: Any) -> Any:
            hashed_for.append(name)
            return original(password, *rest)

        monkeypatch.setattr(break_glass, name, counting)

    counted("check_password")
    counted("make_password")
    for subject in (officer.user.subject, "SE5590000003-okand"):
        with pytest.raises(Refused):
            break_glass.prove(subject, "fel", "000000", address="192.0.2.1")
    assert hashed_for == ["check_password", "make_password"]


def test_a_code_is_good_once(officer: Assignment, issued: Issued) -> None:
    code = code_of(issued)
    assert send(ActingClient(), officer, issued, code=code).status_code == 302
    assert is_refused(send(ActingClient(), officer, issued, code=code))


def test_an_earlier_code_is_not_good_after_a_later_one(officer: Assignment, issued: Issued) -> None:
    code, now = code_of(issued), datetime.now(UTC)
    with time_machine.travel(now + timedelta(seconds=30)):
        assert send(ActingClient(), officer, issued).status_code == 302
        assert is_refused(send(ActingClient(), officer, issued, code=code))


def test_it_holds_for_a_day(client: ActingClient, officer: Assignment, issued: Issued) -> None:
    assert policy.break_glass_hours <= 24
    with clock.at(issued.valid_to - timedelta(seconds=1)):
        assert send(client, officer, issued).status_code == 302
    with (
        clock.at(issued.valid_to),
        time_machine.travel(datetime.now(UTC) + timedelta(minutes=2)),
    ):
        assert is_refused(send(ActingClient(), officer, issued))
        assert break_glass.purge() == 1


def test_after_too_many_tries_the_right_one_does_not_help(
    officer: Assignment, issued: Issued
) -> None:
    for number in range(policy.break_glass_tries.most):
        with pytest.raises(Refused, match="stämmer inte"):
            break_glass.prove(officer.user.subject, "fel", "1", address=f"192.0.2.{number}")
    assert is_refused(send(ActingClient(), officer, issued), "på kort tid")
    later = clock.now() + timedelta(minutes=policy.break_glass_tries.minutes, seconds=1)
    with clock.at(later):
        assert send(ActingClient(), officer, issued).status_code == 302


def test_an_address_has_a_limit_of_its_own(officer: Assignment, issued: Issued) -> None:
    for number in range(policy.break_glass_tries_address.most):
        with pytest.raises(Refused, match="stämmer inte"):
            break_glass.prove(f"okand-{number}", "fel", "1", address="127.0.0.1")
    assert is_refused(send(ActingClient(), officer, issued), "på kort tid")


# Who


@pytest.mark.parametrize("role", Role)
def test_only_agency_and_operation(role: Role) -> None:
    user = factories.acting_as(role).user
    if role in break_glass.ROLES:
        assert break_glass.issue(user).password
    else:
        with pytest.raises(Refused, match="ges bara till"):
            break_glass.issue(user)


def test_nobody_who_works_elsewhere_too(officer: Assignment, issued: Issued) -> None:
    factories.acting_as(Role.PHARMACIST, user=officer.user)
    with pytest.raises(Refused):
        break_glass.issue(officer.user)
    assert is_refused(send(ActingClient(), officer, issued))


def test_nobody_whose_assignment_has_ended(officer: Assignment, issued: Issued) -> None:
    officer.valid_to = "2020-01-01"
    officer.save()
    assert is_refused(send(ActingClient(), officer, issued))


# The command


def test_the_operator_hands_it_out_once_and_takes_it_back(
    client: ActingClient, officer: Assignment
) -> None:
    out = StringIO()
    call_command("break_glass", officer.user.subject, stdout=out)
    said = out.getvalue()
    [password] = re.findall(r"Lösenord: (\S+)", said)
    [uri] = re.findall(r"otpauth://\S+", said)
    assert len(password) >= 16
    assert "█" in said or "▀" in said, "a QR code"
    kept = BreakGlass.objects.get()
    assert password not in kept.password
    assert send(client, officer, Issued(password, uri, kept.valid_to)).status_code == 302
    call_command("break_glass", officer.user.subject, "--withdraw", stdout=out)
    assert not BreakGlass.objects.exists()


@pytest.mark.parametrize("fields", [{}, {"subject": "x"}, {"password": "y", "code": "1"}])
def test_what_is_missing_is_said(client: ActingClient, fields: dict[str, str]) -> None:
    answer = client.post(PAGE, fields)
    assert is_refused(answer, "Det finns ett problem")
