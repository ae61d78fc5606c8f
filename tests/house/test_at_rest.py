"""A stolen database, folder of files or log gives nobody's name, number or health.

Planted words go through a whole journey of services; then everything that is stored is read as a
thief would: each table copied as text, each file, and all that was logged.
"""

import base64
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from accounts.models import Assignment
from applications.enums import SearchPurpose
from applications.services import handing_over
from applications.services.issuing import issue_receipts
from applications.services.search import find_by_fact
from decisions.services import appeal_acts as acts
from decisions.services import appeal_documents, appeals, cases, court_files, referrals
from decisions.services.issuing import issue_letters
from decisions.services.issuing_disclosures import issue_disclosures
from klas import clock
from klas.access import Role
from klas.resealing import sealed_fields
from klas.sealed import SealedField
from licences.services import dispensing, stopping
from motivations.enums import LicenceKind, Outcome, SearchedBy
from motivations.services import attachments, submission
from motivations.services.issuing import issue_documents
from tests import factories, kinds
from tests.applications.test_secrecy import PLANTED
from tests.licences.conftest import dispense, granted

WORD = "Zyxhemligt"
# The words of the other tests begin so too, as do names and free texts here.
NUMBER = "5704289999"
LISTED = Path(__file__).parent.parent.parent / "docs" / "sealed.md"


def said(what: str) -> str:
    return f"{WORD} {what} å"


def planted(by: Assignment | None = None) -> dict[str, Any]:
    """Answers with a word in every clinical field and in the name."""
    answers = factories.individual_answers(factories.ProductFactory())
    answers["patient"]["name"] = f"Vera {WORD}namn"
    for slug, more in PLANTED.items():
        answers[slug] = {**answers[slug], **_with_word(more)}
    return answers


def _with_word(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_word(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_word(inner) for inner in value]
    return value.replace("Zyx", WORD) if isinstance(value, str) else value


def journey(client: Any) -> None:
    """Drafted, sent, applied for, asked, heard, rejected, appealed; another is dispensed."""
    officer, decider = (
        factories.AssignmentFactory(),
        factories.AssignmentFactory(decision_maker=True),
    )
    factories.draft(answers=planted())
    begun = factories.draft(answers=planted())
    file = factories.picture(f"{WORD}intyg.png")
    attachments.add(begun, file=file, kind="other", secrecy="clinical", by=begun.author)
    motivation = submission.submit(begun, by=begun.author)
    withdrawn = factories.motivation(patient={"name": said("annan")})
    submission.withdraw(withdrawn, by=withdrawn.author, reason=said("skäl"))
    pharmacist = factories.AssignmentFactory(pharmacist=True)
    find_by_fact(
        SearchedBy.PERSONAL_NUMBER,
        NUMBER,
        second=motivation.author.user.name,
        purpose=SearchPurpose.values[0],
        by=pharmacist,
    )
    application = factories.application(on=motivation, by=pharmacist)
    other = factories.AssignmentFactory(pharmacist=True)
    assert other.pharmacy is not None
    offered = handing_over.offer(
        application, to=other.pharmacy, reason=said("lämnar"), by=pharmacist
    )
    handing_over.decline(offered, reason=said("avböjer"), by=other)
    case = factories.case(of=application, taken_by=officer)
    cases.add_note(case, text=said("anteckning"), by=officer)
    referral = referrals.refer(
        case,
        to=factories.acting_as(Role.ASSESSOR),
        question=said("fråga"),
        due_on=clock.today() + timedelta(days=5),
        by=officer,
    )
    referrals.give_opinion(referral, opinion=said("yttrande"), by=referral.consultant)
    asked = factories.asked(case, said("vilka doser"))
    factories.answered(asked, said("svar"))
    case = factories.reassessed(case)
    factories.heard(case, answer=said("invändning"))
    case.refresh_from_db()
    rejected = deciding_rejected(case, officer, decider)
    for issue in (issue_letters, issue_documents, issue_receipts):
        issue()
    facts = appeals.AppealFacts(change=said("allt"), how=said("hur"), reasons=said("varför"))
    appeal = appeals.draft(rejected.application, facts, by=pharmacist)
    picture = factories.picture(f"{WORD}utlåtande.png")
    appeal_documents.add(appeal, file=picture, kind="statement", by=pharmacist)
    lodged = appeals.lodge(appeal, by=pharmacist)
    reconsidered = acts.reconsider(lodged, by=officer)
    acts.keep(reconsidered, reasons=said("omprövat"), by=decider)
    issue_letters()
    assert court_files.issue() == 1
    factories.disclosed(rejected, by=decider)
    issue_disclosures()
    licence = granted()
    entry = dispense(licence, by=pharmacist, order_id=f"{WORD}recept")
    dispensing.reverse(entry, reason=said("fel"), by=pharmacist)
    stopping.suspend(licence, reason=said("stopp"), by=officer)
    kinds.sent(LicenceKind.VETERINARY, djuragare={"owner_name": said("ägare")})
    assert client.act_as(motivation.author).get(motivation.get_absolute_url()).status_code == 200
    assert client.act_as(officer).get(rejected.get_absolute_url()).status_code == 200
    client.raise_request_exception = False
    assert client.post(motivation.get_absolute_url(), {"name": WORD}).status_code >= 400


def deciding_rejected(case: Any, officer: Assignment, decider: Assignment) -> Any:
    from decisions.services import deciding

    facts = factories.facts(
        Outcome.REJECTED,
        reasons=said("beslutsskäl"),
        hearing="heard",
        hearing_text="",
        special_information=said("information"),
    )
    proposed = deciding.decide(case, facts, by=officer)
    return deciding.countersign(proposed, by=decider)


def dumped() -> bytes:
    """Every table, as `COPY … TO STDOUT` gives it."""
    whole = []
    for table in connection.introspection.table_names():
        with (
            connection.connection.cursor() as cursor,
            cursor.copy(f'COPY (SELECT * FROM "{table}") TO STDOUT') as rows,
        ):
            whole += [table.encode(), b"\n", *map(bytes, rows)]
    return b"".join(whole)


def forms_of(word: str) -> list[re.Pattern[bytes]]:
    """A word as it may stand: plain, escaped, in hexadecimal, in base64 at any offset."""
    plain = word.encode()
    found = [re.escape(plain), re.escape(plain.hex().encode())]
    found.append(re.escape(word.encode("utf-16-le")))
    for offset in range(3):
        whole = base64.b64encode(b"\0" * offset + plain)
        found.append(re.escape(whole[offset + 1 : -4]))
    return [re.compile(one, re.IGNORECASE if n < 2 else 0) for n, one in enumerate(found)]


def demand_nothing(stolen: bytes, where: str) -> None:
    for word in (WORD, NUMBER, f"{NUMBER[:6]}-{NUMBER[6:]}", "Provpatient"):
        for form in forms_of(word):
            hit = form.search(stolen)
            assert hit is None, f"{where}: …{stolen[max(0, hit.start() - 300) : hit.end() + 20]!r}"
    for magic in (b"%PDF", b"\x89PNG"):
        for form in (magic, magic.hex().encode()):
            assert form not in stolen, f"{where}: a file lies in the clear"


@pytest.mark.django_db
def test_what_is_stolen_says_nothing(
    settings: Any, tmp_path: Path, client: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    settings.MEDIA_ROOT = tmp_path
    journey(client)
    stored = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(stored) >= 2
    dump = dumped()
    assert len(dump) > 100_000
    for marker in (b"Ospolot", b"motivations_patientidentity"):
        assert marker in dump, "the whole of it is looked at"
    demand_nothing(dump, "the database")
    for path in stored:
        demand_nothing(path.name.encode() + b" " + path.read_bytes(), path.name)
    log = "".join(capfd.readouterr())
    assert '"status": 403' in log, "what was refused is logged too"
    demand_nothing(log.encode(), "the log")


def test_the_thief_knows_what_to_look_for() -> None:
    """The test above would find a word in each of these."""
    for leak in (
        said("a").encode(),
        said("a").encode().hex().encode(),
        base64.b64encode(said("ab").encode()),
        base64.b64encode(b"x" + said("ab").encode()),
        base64.b64encode(b"xy" + said("ab").encode()),
        NUMBER.encode(),
    ):
        with pytest.raises(AssertionError):
            demand_nothing(b"abc" + leak + b"def", "here")


def could_hold_words(field: Any) -> bool:
    """Whether somebody's words can stand in a column."""
    if isinstance(field, models.GeneratedField):
        return could_hold_words(field.output_field)
    if isinstance(field, models.CharField | models.UUIDField):
        return isinstance(field, models.CharField) and not field.choices
    return isinstance(field, models.TextField | models.JSONField | models.BinaryField | ArrayField)


def test_every_column_that_could_hold_words_is_sealed_or_says_why_not() -> None:
    """docs/sealed.md lists them all: whoever adds one decides, and writes it down."""
    rows = re.findall(r"^\| `(\w+)\.(\w+)` \| (sealed|clear) \| (.+) \|$", LISTED.read_text(), re.M)
    listed = {(table, column): (kind, why) for table, column, kind, why in rows}
    assert len(listed) == len(rows), "each once"
    ours = {"klas", *(f"{app}" for app in ("accounts", "pharmacies", "medicines")), "sessions"}
    ours |= {"notifications", "motivations", "applications", "decisions", "licences"}
    fields = {
        (model._meta.db_table, field.column): field
        for model in apps.get_models()
        if model._meta.app_label in ours and model._meta.managed
        for field in model._meta.local_concrete_fields
        if could_hold_words(field)
    }
    assert set(listed) == set(fields)
    for key, field in fields.items():
        assert (listed[key][0] == "sealed") == isinstance(field, SealedField), key
    assert len(sealed_fields()) > 60
