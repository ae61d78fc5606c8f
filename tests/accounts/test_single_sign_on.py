"""Signing in over the test provider, a process of its own: what is let in, and what is not."""

import json
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.urls import reverse

from accounts.models import PersonSession, User
from accounts.oidc import flow, leaving, pending, providers
from accounts.services import personal_key
from accounts.sessions import hashed
from accounts.views.single_sign_on import _signed_in_for
from klas import reauthentication
from klas.access import Role
from klas.models import AccessAction, AccessLogEntry
from tests import factories
from tests.conftest import ActingClient
from tests.provider import at_provider, go_and_come_back, leave, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("provider")]
LOA3 = "http://id.sambi.se/loa/loa3"
TEST_NUMBER = "200002292399"  # Skatteverket's public test number


def begin(way: str = "siths", query: str = "") -> str:
    return reverse("accounts:begin", args=[way]) + query


def trouble_of(answer: Any) -> str:
    """What the page that somebody is led to is about."""
    assert answer.status_code == 302
    return str(urlsplit(answer["Location"]).path.rstrip("/").rpartition("/")[2])


def is_signed_in(client: ActingClient) -> bool:
    return client.get(reverse("accounts:profile")).status_code == 200


def test_the_page_offers_both_ways_side_by_side(client: ActingClient) -> None:
    page = client.get(reverse("accounts:sign_in"), {"next": "/profil/?a=1"}).content.decode()
    assert "Logga in med SITHS" in page
    assert "Logga in med e-legitimation" in page
    assert f'href="{begin()}?next=%2Fprofil%2F%3Fa%3D1"' in page


def test_what_the_provider_is_asked_for(client: ActingClient) -> None:
    asked = parse_qs(urlsplit(leave(client, begin())).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["acr_values"][0].split()[0] == LOA3
    claims = json.loads(asked["claims"][0])["id_token"]
    assert claims["acr"]["essential"] is True
    assert "employeeHsaId" in claims
    assert len(asked["state"][0]) >= 40
    assert len(asked["nonce"][0]) >= 40
    assert "prompt" not in asked


def test_signed_in_with_the_only_assignment_and_led_to_where_one_was_going(
    client: ActingClient,
) -> None:
    assignment = factories.acting_as(Role.OPERATOR)
    before = client.get(begin()).wsgi_request.session.session_key
    there = sign_in(client, assignment.user.subject, goes_to="/profil/?a=1&b=2")
    assert there["Location"] == "/profil/?a=1&b=2"
    assert client.session.session_key != before, "the session's key is a new one"
    assert not PersonSession.objects.filter(session_key=hashed(before)).exists()
    assert client.session[reauthentication.SESSION_KEY] >= time.time() - 30
    entry = AccessLogEntry.objects.get(action=AccessAction.SIGN_IN)
    assert (entry.assignment, entry.purpose) == (assignment, f"siths {LOA3}")
    assignment.user.refresh_from_db()
    assert assignment.user.name == "Namn Namnsson", "the provider's name is the newest"
    assert assignment.user.last_login is not None


def test_several_assignments_ask_which_and_keep_the_way(client: ActingClient) -> None:
    first = factories.acting_as(Role.PRESCRIBER)
    factories.acting_as(Role.PRESCRIBER, user=first.user)
    there = sign_in(client, first.user.subject, goes_to="/profil/")
    assert there["Location"] == reverse("accounts:choose_assignment") + "?next=/profil/"


@pytest.mark.parametrize("address", ["https://ond.invalid/", "//ond.invalid/", "javascript:1"])
def test_sign_in_never_leads_to_another_site(client: ActingClient, address: str) -> None:
    operator = factories.acting_as(Role.OPERATOR)
    assert sign_in(client, operator.user.subject, goes_to=address)["Location"] == reverse("home")


def test_with_e_legitimation_one_is_found_by_a_number_that_is_not_kept(
    client: ActingClient,
) -> None:
    """The claims come from userinfo there, under OIDC Sweden's names."""
    officer = factories.acting_as(Role.CASEWORKER)
    User.objects.filter(pk=officer.user_id).update(personal_key=personal_key(TEST_NUMBER))
    sign_in(client, way="e-legitimation", personal_number=TEST_NUMBER)
    assert is_signed_in(client)
    officer.user.refresh_from_db()
    assert officer.user.subject.startswith("SE"), "the HSA-id is left as it was"
    kept = json.dumps(dict(client.session.items())) + str(User.objects.filter().values_list())
    assert TEST_NUMBER not in kept


def test_who_is_known_at_the_provider_comes_straight_back(client: ActingClient) -> None:
    """Single sign-on: no page is shown, unless one asks to be somebody else."""
    with requests.Session() as browser:
        at_provider(leave(client, begin()), browser=browser, person="lakare")
        again = browser.get(leave(client, begin()), allow_redirects=False, timeout=10)
        assert again.status_code == 303
        other = leave(client, begin(query="?annan=1"))
        page = browser.get(other, allow_redirects=False, timeout=10)
        assert page.status_code == 200
        assert "Fortsätt som Astrid Exempelsson" in page.text


# The fault, what the person is told, and the reason that the log has.
FAULTS = [
    ("nonce", "misslyckad", "InvalidClaimError:nonce"),
    ("utgangen", "misslyckad", "ExpiredTokenError:exp"),
    ("mottagare", "misslyckad", "InvalidClaimError:aud"),
    ("fel-nyckel", "misslyckad", "BadSignatureError"),
    ("osignerad", "misslyckad", "UnsupportedAlgorithmError"),
    ("state", "misslyckad", "state"),
    ("utfardare", "misslyckad", "another_issuer"),
    ("vagrar", "misslyckad", "code_refused"),
    ("500", "svarar-inte", "HTTPError"),
    ("tyst", "svarar-inte", "ReadTimeout"),
]


@pytest.mark.parametrize(("fault", "told", "reason"), FAULTS, ids=[one[0] for one in FAULTS])
def test_an_answer_that_cannot_be_trusted_lets_nobody_in(
    client: ActingClient, settings: Any, capsys: Any, fault: str, told: str, reason: str
) -> None:
    operator = factories.acting_as(Role.OPERATOR)
    if fault == "tyst":
        settings.OIDC_TIMEOUT = 0.5
    answer = sign_in(client, operator.user.subject, goes_to="/profil/", fault=fault)
    assert trouble_of(answer) == told
    assert not is_signed_in(client)
    assert not AccessLogEntry.objects.exists()
    logged = capsys.readouterr().err
    assert "sign_in_failed" in logged
    assert reason in logged
    assert operator.user.subject not in logged
    page = client.get(answer["Location"]).content.decode()
    assert "Gör så här" in page
    if fault != "state":  # the way was forgotten with the state
        assert "next=%2Fprofil%2F" in page


def test_a_provider_that_has_changed_its_key_is_asked_for_the_new_one(
    client: ActingClient,
) -> None:
    operator = factories.acting_as(Role.OPERATOR)
    sign_in(client, operator.user.subject)
    sign_in(ActingClient(), operator.user.subject, fault="ny-nyckel")
    other = ActingClient()
    sign_in(other, operator.user.subject)
    assert is_signed_in(other)


@pytest.mark.parametrize(
    ("person", "told"),
    [
        ("avbryt", "avbruten"),
        ("loa2", "tillitsniva"),
        ("utan-uppdrag", "inget-uppdrag"),
        ("okant-apotek", "okant-apotek"),
    ],
)
def test_who_gets_no_further_is_told_why_and_what_to_do(
    client: ActingClient, person: str, told: str
) -> None:
    factories.acting_as(Role.PRESCRIBER, user=factories.UserFactory(subject="SE5590000003-lakare"))
    answer = sign_in(client, person=person)
    assert trouble_of(answer) == told
    assert not is_signed_in(client)
    page = client.get(answer["Location"]).content.decode()
    assert "Gör så här" in page
    assert begin("e-legitimation") in page, "the other way in is offered too"


def test_a_person_whose_assignment_has_ended_is_told_so(client: ActingClient) -> None:
    operator = factories.acting_as(Role.OPERATOR)
    operator.valid_to = "2020-01-01"
    operator.save()
    assert trouble_of(sign_in(client, operator.user.subject)) == "inget-uppdrag"
    User.objects.filter(pk=operator.user_id).update(is_active=False)
    assert trouble_of(sign_in(client, operator.user.subject)) == "inget-uppdrag"


def test_a_doctor_without_licence_is_told_so_and_may_read_on(client: ActingClient) -> None:
    doctor = factories.acting_as(Role.PRESCRIBER)
    User.objects.filter(pk=doctor.user_id).update(licensed_to_practise=False)
    there = sign_in(client, doctor.user.subject, goes_to="/profil/")
    assert there["Location"] == reverse("accounts:no_licence") + "?next=%2Fprofil%2F"
    page = client.get(there["Location"]).content.decode()
    assert "Du saknar giltig legitimation" in page
    assert 'href="/profil/"' in page


def test_the_pharmacy_that_was_chosen_there_is_the_one_acted_for(client: ActingClient) -> None:
    first = factories.acting_as(Role.PHARMACIST)
    second = factories.acting_as(Role.PHARMACIST, user=first.user)
    provider = providers.configured()["siths"]
    claims = {"employeeHsaId": first.user.subject, "pharmacyIdentifier": second.pharmacy.gln}
    proof = flow.proof_of(provider, claims, acr=LOA3, proven_at=0)
    assert _signed_in_for(proof, [first, second]) == [second]


def test_an_answer_counts_once_and_in_the_browser_that_asked(client: ActingClient) -> None:
    operator = factories.acting_as(Role.OPERATOR)
    away = leave(client, begin())
    back = urlsplit(at_provider(away, person="annan", subject=operator.user.subject))
    address = f"{back.path}?{back.query}"
    stranger = ActingClient()
    assert trouble_of(stranger.get(address)) == "misslyckad"
    wrong_way = address.replace("svar/siths", "svar/e-legitimation")
    assert trouble_of(client.get(wrong_way)) == "misslyckad"
    assert trouble_of(client.get(address)) == "misslyckad", "used up by the try before"
    assert not is_signed_in(client)
    sign_in(client, operator.user.subject)
    assert client.get(address)["Location"] == reverse("home"), "the back button does no harm"


def test_who_takes_too_long_begins_again(client: ActingClient, monkeypatch: Any) -> None:
    monkeypatch.setattr(pending, "KEPT_SECONDS", -1)
    operator = factories.acting_as(Role.OPERATOR)
    assert trouble_of(sign_in(client, operator.user.subject)) == "misslyckad"


def test_a_provider_that_is_down_is_told_of_before_one_leaves(
    client: ActingClient, settings: Any, tmp_path: Any
) -> None:
    settings.TEST_PROVIDER_FILE = tmp_path / "address"
    settings.TEST_PROVIDER_FILE.write_text("http://127.0.0.1:9")
    answer = client.get(begin(query="?next=/profil/"))
    assert trouble_of(answer) == "svarar-inte"
    page = client.get(answer["Location"]).content.decode()
    assert "får inget svar från SITHS" in page


def test_signing_out_ends_the_session_at_both_ends(client: ActingClient) -> None:
    operator = factories.acting_as(Role.OPERATOR)
    sign_in(client, operator.user.subject)
    kept = client.session[leaving.SESSION_KEY]["id_token"]
    assert "eyJ" not in kept, "the token says who the person is: it lies enciphered"
    answer = client.post(reverse("accounts:sign_out"))
    way_out = answer["Refresh"].removeprefix("0;url=")
    sent = parse_qs(urlsplit(way_out).query)
    assert sent["id_token_hint"][0].startswith("eyJ")
    led = requests.get(way_out, allow_redirects=False, timeout=10)
    assert led.status_code == 303
    assert urlsplit(led.headers["Location"]).path == reverse("accounts:signed_out")
    assert not is_signed_in(client)
    entry = AccessLogEntry.objects.get(action=AccessAction.SIGN_OUT)
    assert entry.purpose == f"siths {LOA3}"
    assert "Du är utloggad" in client.get(reverse("accounts:signed_out")).content.decode()


def test_signing_out_while_the_provider_is_down_says_what_is_left(
    client: ActingClient, settings: Any, tmp_path: Any
) -> None:
    operator = factories.acting_as(Role.OPERATOR)
    sign_in(client, operator.user.subject)
    settings.TEST_PROVIDER_FILE = tmp_path / "address"
    settings.TEST_PROVIDER_FILE.write_text("http://127.0.0.1:9")
    page = client.post(reverse("accounts:sign_out")).content.decode()
    assert "Stäng alla fönster" in page
    assert not is_signed_in(client)


class TestProvingAgain:
    """Before something is signed the provider asks anew, and says when it did."""

    def test_it_is_asked_anew_and_must_have_been(self, client: ActingClient) -> None:
        operator = factories.acting_as(Role.OPERATOR)
        sign_in(client, operator.user.subject)
        again = begin(query="?igen=1&next=/profil/")
        asked = parse_qs(urlsplit(leave(client, again)).query)
        assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
        session = client.session
        session[reauthentication.SESSION_KEY] = 0
        session.save()
        sent = {"person": "annan", "subject": operator.user.subject}
        told = go_and_come_back(client, again, **sent, fault="inte-pa-nytt")
        assert trouble_of(told) == "misslyckad"
        assert client.session[reauthentication.SESSION_KEY] == 0
        assert "Tillbaka utan att skriva under" in client.get(told["Location"]).content.decode()
        assert go_and_come_back(client, again, **sent)["Location"] == "/profil/"
        assert client.session[reauthentication.SESSION_KEY] >= time.time() - 30

    def test_who_gives_up_is_still_signed_in(self, client: ActingClient) -> None:
        operator = factories.acting_as(Role.OPERATOR)
        sign_in(client, operator.user.subject)
        told = go_and_come_back(client, begin(query="?igen=1&next=/profil/"), person="avbryt")
        assert trouble_of(told) == "avbruten"
        assert is_signed_in(client)

    def test_an_old_proof_at_sign_in_is_as_old_as_it_is(self, client: ActingClient) -> None:
        """Single sign-on lets one in, but what is signed waits for a proof of its own."""
        operator = factories.acting_as(Role.OPERATOR)
        sign_in(client, operator.user.subject, fault="inte-pa-nytt")
        assert client.session[reauthentication.SESSION_KEY] < time.time() - 80_000
