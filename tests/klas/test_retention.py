"""Retention: what is due is archived and erased with all that hangs on it, and nothing else is."""

import json
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction
from django.db.utils import InternalError, ProgrammingError
from django.utils import timezone

from accounts.models import PersonSession
from applications.models import Application
from decisions.models import Case, CaseEvent, FeeEntry, Licence, PrintBatch
from decisions.models.statistics import CaseFact
from decisions.services.issuing import issue_letters
from decisions.services.merging import issue_batches
from decisions.services.printing import post_batch, print_waiting
from decisions.statistics.refresh import refresh
from klas import archive, clock, retention
from klas.access import Role
from klas.models import AccessLogEntry, Erasure, IdempotencyKey, KeptForm
from klas.policy import policy
from licences.models import Dispensing
from motivations.models import ClinicalText, Motivation, MotivationEvent
from motivations.services import attachments
from motivations.services.files import KEPT, keep
from motivations.services.issuing import issue_documents
from notifications.models import Notice
from tests import factories
from tests.licences.conftest import dispense

pytestmark = pytest.mark.django_db
REFUSED = (InternalError, ProgrammingError)


@pytest.fixture(autouse=True)
def _apart(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.LOG_HEADS = tmp_path / "heads.jsonl"
    settings.ARCHIVE_DIR = tmp_path / "archive"


@pytest.fixture(autouse=True)
def _in_the_future() -> Iterator[None]:
    """Everything here happens from now on: fees are not known of long ago."""
    with clock.at(clock.now() + timedelta(days=366 * 13)):
        yield


def years_ago(years: int) -> Any:
    return clock.at(clock.now() - timedelta(days=366 * years))


def erased(*only: str) -> dict[str, Erasure]:
    return {erasure.kind: erasure for erasure in retention.run(only=only)}


def test_a_case_goes_whole_and_the_ledger_and_the_facts_stay(settings: Any) -> None:
    pharmacist = factories.acting_as(Role.PHARMACIST)
    with years_ago(12):
        author = factories.acting_as(Role.PRESCRIBER)
        begun = factories.draft(
            by=author, answers=factories.individual_answers(factories.ProductFactory())
        )
        file = attachments.add(
            begun, file=factories.picture("a.png"), kind="other", secrecy="clinical", by=author
        )
        sent = factories.submission.submit(begun, by=author)
        case = factories.decided(of=factories.application(on=sent, by=pharmacist))
        licence = Licence.objects.get(decision__case=case)
        dispense(licence, by=pharmacist)
        issue_documents()
        issue_letters()
        refresh()
    recent = factories.decided(of=factories.application(by=pharmacist))
    fees, facts = FeeEntry.objects.count(), CaseFact.objects.count()
    path = f"{KEPT}/{file.stored_as}"

    found = erased("cases")["cases"]

    assert found.count == 1
    assert list(Case.objects.all()) == [recent]
    assert not Motivation.objects.filter(pk=sent.pk).exists()
    assert Dispensing.objects.count() == 0
    assert Licence.objects.get().decision.case == recent
    assert ClinicalText.objects.count() == 1
    assert FeeEntry.objects.count() == fees
    assert FeeEntry.objects.filter(application__isnull=True, dnr=case.dnr).exists()
    assert CaseFact.objects.count() == facts
    assert (found.files, found.by) == (1, None)
    entry = AccessLogEntry.objects.get(what="erasure")
    assert entry.object_id == found.pk
    package = settings.ARCHIVE_DIR / found.archive
    assert archive.manifest_of(package) == (found.manifest, [])
    with zipfile.ZipFile(package) as opened:
        names = opened.namelist()
        lines = opened.read("cases/decisions_case.jsonl").decode().splitlines()
        assert [json.loads(line)["dnr"] for line in lines] == [case.dnr]
        assert f"cases/files/{path}.sealed" in names
        assert b"PNG" not in opened.read(f"cases/files/{path}.sealed")
    assert any("decisions_letter-" in name and name.endswith(".pdf.sealed") for name in names)
    assert package.stat().st_mode & 0o777 == 0o600
    # What is left can be opened: the fee list, the facts counted anew.
    refresh(anew=True)
    assert erased("cases") == {}


def test_a_case_that_is_younger_or_open_or_whose_licence_is_in_force_stays() -> None:
    with years_ago(9):
        factories.decided()
    with years_ago(12):
        factories.case()
        touched = factories.decided()
    with clock.at(clock.now() - timedelta(days=30)):
        factories.cases.add_note(touched, text="Ny uppgift.", by=factories.AssignmentFactory())
    assert erased("cases") == {}


def test_letters_wait_for_their_print_outs(settings: Any) -> None:
    officer = factories.AssignmentFactory()
    with years_ago(12):
        factories.decided(factories.Outcome.REJECTED)
        issue_letters()
        batch = print_waiting(by=officer)
        issue_batches()
        post_batch(batch, posted_on=clock.today(), by=officer)
    first = erased("cases", "print_batches")
    assert set(first) == {"print_batches"}
    assert PrintBatch.objects.count() == 0
    assert set(erased("cases")) == {"cases"}


def test_drafts_that_nobody_touches_go_without_an_archive() -> None:
    author, pharmacist = factories.acting_as(Role.PRESCRIBER), factories.acting_as(Role.PHARMACIST)
    waiting = factories.motivation(by=author)
    with years_ago(2):
        old = factories.draft(by=author, answers=factories.individual_answers())
        file = attachments.add(
            old, file=factories.picture("a.png"), kind="other", secrecy="clinical", by=author
        )
        taken_up = factories.draft(by=author)
        factories.application_draft(on=waiting, by=pharmacist)
    factories.drafts.save_section(
        taken_up, "patient", answers={"name": "V"}, opened_revision=0, by=author
    )
    found = erased("drafts", "application_drafts")
    assert {kind: one.count for kind, one in found.items()} == {
        "drafts": 1,
        "application_drafts": 1,
    }
    assert found["drafts"].archive == ""
    assert set(Motivation.objects.values_list("pk", flat=True)) == {waiting.pk, taken_up.pk}
    assert MotivationEvent.objects.filter(subject_id=old.pk).count() == 0
    assert Application.objects.count() == 0
    assert not default_storage.exists(f"{KEPT}/{file.stored_as}") or connection.in_atomic_block


def test_what_serves_the_pages_is_thrown_away() -> None:
    assignment = factories.AssignmentFactory()
    now = clock.now()
    old = now - timedelta(days=800)
    for key, used, ends in (("a", old, old), ("b", now, now + timedelta(days=1))):
        PersonSession.objects.create(
            session_key=key, started_at=used, last_used_at=used, expire_date=ends
        )
    IdempotencyKey.objects.create(user=assignment.user, key=uuid.uuid4(), created_at=old)
    KeptForm.objects.create(
        token_hash="x", path="/", user=assignment.user, assignment=assignment, fields={},
        kept_at=old,
    )  # fmt: skip
    for key, at in (("1", old), ("2", now)):
        Notice.objects.create(recipient=assignment.user, kind="decided", url="/", key=key, at=at)
    found = erased("sessions", "form_keys", "kept_forms", "notices")
    assert {kind: one.count for kind, one in found.items()} == {
        "sessions": 1,
        "form_keys": 1,
        "kept_forms": 1,
        "notices": 1,
    }
    assert [one.archive != "" for one in found.values()].count(True) == 1  # the notices
    assert list(PersonSession.objects.values_list("pk", flat=True)) == ["b"]
    assert Notice.objects.get().key == "2"


def test_a_motivation_that_nobody_applied_on_goes() -> None:
    with years_ago(6):
        author = factories.acting_as(Role.PRESCRIBER)
        sent = factories.motivation(by=author)
        factories.submission.withdraw(sent, reason="other", by=author)
    kept = factories.motivation()
    assert erased("never_applied")["never_applied"].count == 1
    assert Motivation.objects.get() == kept


def test_files_that_belong_to_nothing_go() -> None:
    keep(KEPT, b"x")
    with clock.at(timezone.now()):
        assert [one.count for one in retention.preview(["stray_files"])] == [0]
    assert [one.count for one in retention.preview(["stray_files"])] == [1]
    assert erased("stray_files")["stray_files"].files == 1
    assert default_storage.listdir(KEPT)[1] == []


def test_every_class_can_be_previewed_and_the_command_says_it() -> None:
    with years_ago(12):
        factories.decided()
    out = StringIO()
    call_command("retention", stdout=out)
    assert "cases: 1, äldst" in out.getvalue()
    assert out.getvalue().count("\n") == len(retention.classes())
    assert Case.objects.count() == 1


def test_a_dry_run_leaves_everything_as_it_was(settings: Any) -> None:
    with years_ago(12):
        factories.decided()
    out = StringIO()
    call_command("retention", dry_run=True, stdout=out)
    assert "cases: 1" in out.getvalue()
    assert "inget är raderat" in out.getvalue()
    assert Case.objects.count() == 1
    assert Erasure.objects.count() == 0
    assert list(settings.ARCHIVE_DIR.iterdir()) == []


def test_an_error_leaves_neither_archive_nor_loss(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with years_ago(12):
        factories.decided()

    def fail(found: Any) -> None:
        raise RuntimeError("mitt i")

    monkeypatch.setattr(retention, "_delete", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        retention.run(only=["cases"])
    assert Case.objects.count() == 1
    assert list(settings.ARCHIVE_DIR.iterdir()) == []


def test_frozen_rows_go_in_no_other_way() -> None:
    factories.decided()
    issue_letters()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in (
            "DELETE FROM decisions_caseevent",
            "DELETE FROM decisions_decision",
            "DELETE FROM decisions_letter",
        ):
            with pytest.raises(REFUSED, match="Cannot"), transaction.atomic():
                cursor.execute(statement)
    assert CaseEvent.objects.exists()


def test_nothing_but_retention_writes_erasures() -> None:
    root = Path(__file__).resolve().parents[2]
    writes = [
        path.relative_to(root).as_posix()
        for app in ("klas", "accounts", "pharmacies", "medicines", "notifications", "motivations",
                    "applications", "decisions", "licences")
        for path in sorted((root / app).rglob("*.py"))
        if "migrations" not in path.parts and "Erasure.objects.create" in path.read_text()
    ]  # fmt: skip
    assert writes == ["klas/log_archive.py", "klas/retention.py", "motivations/retention.py"]


def test_at_most_so_many_go_in_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    with years_ago(2):
        for _n in range(3):
            factories.draft()
    monkeypatch.setattr(retention, "policy", replace(policy, retention_batch=2))
    assert erased("drafts")["drafts"].count == 2
    assert erased("drafts")["drafts"].count == 1
