"""Letters to post, letters as PDF, and the decision as the pharmacy gets it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from decisions.enums import Channel, LetterReason, Recipient
from decisions.letters import delay
from decisions.models import Case, Letter
from decisions.services import deciding, printing
from decisions.services import letters as services
from decisions.services.issuing import issue_letters
from decisions.services.ordering import order
from klas import clock
from klas.access import Role
from klas.errors import Refused
from klas.models import AccessLogEntry
from motivations.enums import Outcome
from tests import factories

pytestmark = pytest.mark.django_db
LETTERS = reverse("decisions:letters")


def _text(answer: Any) -> str:
    return str(answer.content.decode())


def _posted_letter(case: Case) -> Letter:
    return Letter.objects.get(case=case, channel=Channel.POST)


POSTING = f"{LETTERS}?flik=printed"


def printed(*cases: Case) -> list[Letter]:
    """The prescribers' letters of decided cases, printed together."""
    issue_letters()
    letters = [_posted_letter(case) for case in cases]
    printing.print_letters(letters, by=factories.AssignmentFactory())
    return [_posted_letter(case) for case in cases]


@pytest.fixture
def letter() -> Letter:
    """A prescriber's letter, printed and ready to be put in its envelope."""
    return printed(factories.decided(Outcome.REJECTED))[0]


def _chosen(*letters: Letter, **fields: Any) -> dict[str, Any]:
    return {
        "letters": [letter.pk for letter in letters],
        "posted_on": clock.today().isoformat(),
        "_key": str(uuid4()),
        **fields,
    }


def test_only_letters_by_post_are_listed(acting: Any, letter: Letter) -> None:
    electronic = factories.decided(Outcome.GRANTED)
    page = _text(acting(factories.AssignmentFactory()).get(POSTING))
    assert "1 brev att posta" in page
    assert letter.case.dnr in page
    assert letter.address[0] in page
    assert "Licensen avslås" in page
    assert electronic.dnr not in page


def test_a_letter_is_marked_as_posted_after_a_question(acting: Any, letter: Letter) -> None:
    client, data = acting(factories.AssignmentFactory()), _chosen(letter)
    question = client.post(LETTERS, data)
    assert "Det går inte att ångra." in _text(question)
    letter.refresh_from_db()
    assert letter.posted_on is None
    for _ in range(2):  # double click
        answer = client.post(LETTERS, {**data, "_confirm": "1"})
        assert answer.url == f"{LETTERS}?flik=posted"
    letter.refresh_from_db()
    assert (letter.status, letter.posted_on) == ("posted", clock.today())
    page = _text(client.get(answer.url))
    assert "1 brev är markerat som postat." in page
    assert letter.case.dnr in page
    assert "Inga brev väntar på att postas" in _text(client.get(POSTING))


def test_going_back_keeps_the_choice(acting: Any, letter: Letter) -> None:
    client = acting(factories.AssignmentFactory())
    page = _text(client.post(LETTERS, _chosen(letter, _change="1")))
    assert "checked" in page
    assert Letter.objects.filter(posted_on__isnull=False).count() == 0


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"letters": []}, "Välj minst ett brev"),
        ({"posted_on": ""}, "Skriv dagen då breven postades"),
        ({"posted_on": "igår"}, "Skriv datumet som ÅÅÅÅ-MM-DD"),
        ({"posted_on": "2099-01-01"}, "Datumet ligger i framtiden."),
    ],
)
def test_what_is_wrong_is_said(
    acting: Any, letter: Letter, fields: dict[str, Any], said: str
) -> None:
    answer = acting(factories.AssignmentFactory()).post(LETTERS, {**_chosen(letter), **fields})
    assert answer.status_code == 422
    assert said in _text(answer)


def test_a_letter_cannot_be_posted_before_it_was_there(acting: Any, letter: Letter) -> None:
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    data = _chosen(letter, posted_on=yesterday, _confirm="1")
    answer = acting(factories.AssignmentFactory()).post(LETTERS, data)
    assert answer.status_code == 409
    assert "Det kan inte ha postats före den dagen." in _text(answer)


def test_a_letter_that_a_colleague_posted_is_named_and_nothing_is_marked(acting: Any) -> None:
    first, second = (factories.decided(Outcome.REJECTED) for _ in range(2))
    colleague = factories.AssignmentFactory()
    taken, left = printed(first, second)
    services.mark_posted(taken, posted_on=clock.today(), by=colleague)
    answer = acting(factories.AssignmentFactory()).post(LETTERS, _chosen(left, taken, _confirm="1"))
    assert answer.status_code == 409
    assert f"Brevet i ärende {first.dnr} är redan markerat som postat" in _text(answer)
    left.refresh_from_db()
    assert left.posted_on is None


def test_a_letter_that_is_not_there_yet_cannot_be_chosen(acting: Any) -> None:
    letter = _posted_letter(factories.decided(Outcome.REJECTED))
    client = acting(factories.AssignmentFactory())
    assert 'type="checkbox"' not in _text(client.get(LETTERS))
    assert client.post(LETTERS, _chosen(letter)).status_code == 422
    with pytest.raises(Refused, match="inte utskrivet än"):
        services.mark_posted(letter, posted_on=clock.today(), by=factories.AssignmentFactory())


def test_an_electronic_letter_is_never_posted() -> None:
    case = factories.decided()
    issue_letters()
    letter = Letter.objects.get(case=case)
    with pytest.raises(Refused):
        services.mark_posted(letter, posted_on=clock.today(), by=factories.AssignmentFactory())


def test_letters_are_found_by_number(acting: Any, letter: Letter) -> None:
    client = acting(factories.AssignmentFactory())
    number = {"dnr": letter.case.dnr[-6:], "flik": "printed"}
    assert letter.case.dnr in _text(client.get(LETTERS, number))
    assert "Inga brev väntar" in _text(client.get(LETTERS, {**number, "dnr": "999999"}))


def test_the_number_of_queries_does_not_grow_with_the_letters(acting: Any) -> None:
    client = acting(factories.AssignmentFactory())
    factories.decided(Outcome.REJECTED)
    with CaptureQueriesContext(connection) as one:
        client.get(LETTERS)
    for _ in range(4):
        factories.decided(Outcome.REJECTED)
    with CaptureQueriesContext(connection) as five:
        client.get(LETTERS)
    assert len(one) == len(five) <= 7


@pytest.mark.parametrize("role", list(Role))
def test_who_may_open_and_post_letters(acting: Any, role: Role) -> None:
    letter = _posted_letter(factories.decided(Outcome.REJECTED))
    client = acting(factories.acting_as(role))
    prints = role in {Role.CASEWORKER, Role.DECISION_MAKER}
    assert client.get(LETTERS).status_code == (200 if prints else 403)
    assert client.post(LETTERS, _chosen(letter)).status_code == (422 if prints else 403)
    reads = prints or role == Role.ASSESSOR
    opened = client.get(reverse("decisions:letter", args=[letter.pk]))
    assert opened.status_code == (202 if reads else 403)


def test_an_officer_opens_a_letter_as_pdf(acting: Any, letter: Letter) -> None:
    officer = factories.AssignmentFactory()
    url = reverse("decisions:letter", args=[letter.pk])
    answer = acting(officer).get(url)
    assert answer["Content-Type"] == "application/pdf"
    assert letter.case.dnr in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "private, no-store"
    logged = AccessLogEntry.objects.get(assignment=officer, action="download")
    assert (logged.what, logged.whose) == ("letter", letter.case.dnr)


# The pharmacy


def _decision_url(case: Case, name: str = "pharmacy_decision") -> str:
    return reverse(f"decisions:{name}", args=[case.application_id])


def test_the_pharmacy_reads_its_decision(acting: Any) -> None:
    pharmacist = factories.AssignmentFactory(pharmacist=True)
    case = factories.decided(
        Outcome.GRANTED_WITH_RESERVATION,
        of=factories.application(by=pharmacist),
        conditions="Rapportera biverkningar.",
        precedent_note="Bara för oss",
    )
    client = acting(pharmacist)
    page = _text(client.get(_decision_url(case)))
    for words in (
        case.dnr,
        "Gäller under uppföljning var tredje månad.",
        "Rapportera biverkningar.",
        "Behovet är inte visat.",
        "HSLF-FS 2018:25 5 §",
        "Vera Provpatient",
        "730\u00a0tabletter",
        "tre veckor",
        _decision_url(case, "pharmacy_letter"),
    ):
        assert words in page
    assert "Bara för oss" not in page
    assert "epilepsi" not in page
    assert AccessLogEntry.objects.filter(assignment=pharmacist, what="decision").count() == 1
    assert client.get(_decision_url(case, "pharmacy_letter")).status_code == 202
    issue_letters()
    pdf = client.get(_decision_url(case, "pharmacy_letter"))
    assert pdf.content.startswith(b"%PDF")
    letter = Letter.objects.get(case=case, recipient=Recipient.PHARMACY)
    assert bytes(letter.pdf or b"") == pdf.content


def test_before_the_decision_there_is_nothing_to_read(acting: Any) -> None:
    pharmacist, officer = (
        factories.AssignmentFactory(pharmacist=True),
        factories.AssignmentFactory(),
    )
    case = factories.case(of=factories.application(by=pharmacist), taken_by=officer)
    client = acting(pharmacist)
    deciding.decide(case, factories.facts(Outcome.REJECTED), by=officer)
    for name in ("pharmacy_decision", "pharmacy_letter"):
        assert client.get(_decision_url(case, name)).status_code == 404


def test_the_pharmacy_finds_every_letter_on_its_application(acting: Any) -> None:
    pharmacist = factories.AssignmentFactory(pharmacist=True)
    case = factories.decided(Outcome.REJECTED, of=factories.application(by=pharmacist))
    told = delay.facts(reason="x", expected_on=clock.today(), told_on=clock.today())
    late = order(case, to=Recipient.PHARMACY, reason=LetterReason.DELAY, about=case, facts=told)
    issue_letters()
    client, listed = acting(pharmacist), _decision_url(case, "pharmacy_letters")
    page = _text(client.get(listed))
    assert "Beslutet dröjer" in page
    assert "Licensen avslås" not in page  # the prescriber's
    pdf = client.get(f"{listed}{late.pk}/")
    late.refresh_from_db()
    assert pdf.content == bytes(late.pdf or b"")
    # The newest letter is not the decision.
    decided = Letter.objects.get(case=case, reason=LetterReason.DECISION)
    assert client.get(_decision_url(case, "pharmacy_letter")).content == bytes(decided.pdf or b"")
    assert client.get(f"{listed}{_posted_letter(case).pk}/").status_code == 404
    assert acting(factories.AssignmentFactory(pharmacist=True)).get(listed).status_code == 404


@pytest.mark.parametrize("role", list(Role))
def test_another_pharmacy_and_everybody_else_get_nothing(acting: Any, role: Role) -> None:
    case = factories.decided()
    client = acting(factories.acting_as(role))
    is_pharmacy = role in {Role.PHARMACIST, Role.PHARMACY_STAFF}
    for name in ("pharmacy_decision", "pharmacy_letter"):
        assert client.get(_decision_url(case, name)).status_code == (404 if is_pharmacy else 403)
