"""The access log's seal: what has been tampered with is found, and named."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.db.utils import InternalError, ProgrammingError
from django.utils import timezone

from klas import audit, erasing, log_archive, log_chain, log_verify
from klas.models import AccessAction, AccessLogEntry, Erasure, LogHead, LogSeal
from klas.policy import policy
from tests import factories

pytestmark = pytest.mark.django_db
REFUSED = (InternalError, ProgrammingError)


@pytest.fixture(autouse=True)
def _apart(settings: Any, tmp_path: Path) -> None:
    settings.LOG_HEADS = tmp_path / "heads.jsonl"
    settings.ARCHIVE_DIR = tmp_path / "archive"


def write(n: int = 1) -> list[AccessLogEntry]:
    by = factories.AssignmentFactory()
    return [
        audit.record(AccessAction.READ, by=by, what="case", whose=f"5.8.1-2026-{i}")
        for i in range(n)
    ]


def tamper(statement: str, *values: Any) -> None:
    """What a superuser can do: put the triggers to sleep, and write."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        assert cursor.rowcount > 0
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def found() -> str:
    return "\n".join(log_verify.verify())


def close() -> None:
    """Let the hour pass after which a row without seal was inserted."""
    head = log_chain.last_head()
    assert head is not None
    with transaction.atomic():
        log_chain.keep_head(
            log_chain.Head(**{**vars(log_chain.head_of(head)), "closed_to": timezone.now()})
        )


def test_what_is_sealed_and_left_alone_is_right() -> None:
    write(3)
    assert log_chain.seal() == 3
    assert log_chain.seal() == 0  # nothing new
    write(2)
    assert log_chain.seal() == 2
    out = StringIO()
    call_command("verify_log", stdout=out)
    assert "Allt stämmer: 5 rader är förseglade." in out.getvalue()
    assert list(LogSeal.objects.order_by("number").values_list("number", flat=True)) == [
        1, 2, 3, 4, 5,
    ]  # fmt: skip
    lines = [json.loads(line) for line in Path(log_settings().LOG_HEADS).read_text().splitlines()]
    assert [line["head"]["number"] for line in lines] == [3, 5]
    assert Path(log_settings().LOG_HEADS).stat().st_mode & 0o777 == 0o600


def log_settings() -> Any:
    from django.conf import settings

    return settings


def test_a_backlog_is_sealed_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    write(7)
    monkeypatch.setattr(log_chain, "policy", replace(policy, log_batch=3))
    assert log_chain.seal() == 7
    assert LogHead.objects.count() == 3
    assert found() == ""


def test_a_row_that_commits_late_with_a_lower_id_is_sealed() -> None:
    # Its id was taken before, its transaction ended after the others had been sealed.
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('klas_accesslogentry_id_seq')")
        early = cursor.fetchone()[0]
    write(2)
    log_chain.seal()
    late = AccessLogEntry.objects.create(
        pk=early, at=timezone.now() - timedelta(minutes=5), action="read", what="case"
    )
    assert log_chain.seal() == 1
    assert LogSeal.objects.get(entry_id=late.pk).number == 3
    assert found() == ""


@pytest.mark.parametrize(
    ("column", "value"), [("whose", "'X'"), ("unit", "'Annan'"), ("hit", "true"), ("user_id", "1")]
)
def test_a_changed_row_is_named(column: str, value: str) -> None:
    rows = write(3)
    log_chain.seal()
    tamper(
        f"UPDATE klas_accesslogentry SET {column} = {value} WHERE id = %s",
        rows[1].pk,
    )
    assert found().count("\n") == 0
    assert f"Rad {rows[1].pk} från" in found()
    assert "har ändrats" in found()
    tamper("UPDATE klas_accesslogentry SET user_id = NULL, whose = '' WHERE id = %s", rows[1].pk)


def test_a_changed_time_is_named() -> None:
    rows = write(2)
    log_chain.seal()
    tamper("UPDATE klas_accesslogentry SET at = at - interval '1 s' WHERE id = %s", rows[0].pk)
    assert f"Rad {rows[0].pk} från" in found()
    assert "dess tid är nu" in found()


def test_a_missing_row_is_named_and_the_command_fails() -> None:
    rows = write(3)
    log_chain.seal()
    tamper("DELETE FROM klas_accesslogentry WHERE id = %s", rows[1].pk)
    out = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("verify_log", stdout=out)
    assert error.value.returncode == 1
    assert f"Rad {rows[1].pk} från" in out.getvalue()
    assert "saknas." in out.getvalue()


def test_an_inserted_row_is_named_and_never_sealed() -> None:
    write(2)
    log_chain.seal()
    close()
    forged = AccessLogEntry.objects.create(
        at=timezone.now() - timedelta(hours=3), action="read", what="case"
    )
    assert log_chain.seal() == 0
    assert f"Rad {forged.pk} från" in found()
    assert "infogad i efterhand" in found()


def test_a_row_that_repeats_a_sealed_id_is_found() -> None:
    rows = write(2)
    log_chain.seal()
    close()
    tamper(
        "INSERT INTO klas_accesslogentry (id, at, role, unit, action, what, whose, purpose, "
        "request_id) VALUES (%s, now() - interval '2 hours', '', '', 'read', 'case', '', '', '')",
        rows[0].pk,
    )
    assert "infogad i efterhand" in found()


def test_a_cut_tail_is_found_by_what_was_exported() -> None:
    write(2)
    log_chain.seal()
    rows = write(2)
    log_chain.seal()
    tamper("DELETE FROM klas_accesslogentry WHERE id >= %s", rows[0].pk)
    tamper("DELETE FROM klas_logseal WHERE number > 2")
    tamper("DELETE FROM klas_loghead WHERE number > 2")
    assert "Loggens slut är avhugget: 4 rader" in found()


def test_nothing_left_in_the_database_is_found() -> None:
    write(2)
    log_chain.seal()
    for table in ("klas_accesslogentry", "klas_logseal", "klas_loghead"):
        tamper(f"DELETE FROM {table}")
    assert "Alla förseglingar saknas" in found()


def test_a_wrong_signature_is_found_in_the_database_and_in_the_file() -> None:
    write(1)
    log_chain.seal()
    tamper("UPDATE klas_loghead SET closed_to = now()")
    assert "har fel signatur" in found()
    path = Path(log_settings().LOG_HEADS)
    line = json.loads(path.read_text())
    line["head"]["number"] = 0
    path.write_text(json.dumps(line) + "\n")
    assert found().count("har fel signatur") == 2
    path.unlink()
    assert "Filen med exporterade huvuden saknas" in found()


def test_a_chain_that_is_counted_anew_contradicts_its_heads() -> None:
    rows = write(3)
    log_chain.seal()
    tamper("UPDATE klas_accesslogentry SET whose = 'X' WHERE id = %s", rows[1].pk)
    digest = log_chain.BEGINNING
    for seal in LogSeal.objects.order_by("number"):
        key = (seal.entry_id, seal.entry_at)
        digest = log_chain.link(digest, log_chain.canonical(log_chain.entries_of([key])[key]))
        tamper("UPDATE klas_logseal SET digest = %s WHERE number = %s", digest, seal.number)
    assert "kedjan räknad på nytt" in found()
    assert "har ändrats efter" not in found()


def test_missing_seals_are_found() -> None:
    write(4)
    log_chain.seal()
    tamper("DELETE FROM klas_logseal WHERE number IN (2, 3)")
    assert "Förseglingarna nr 2–3 saknas." in found()


def test_a_key_that_was_ours_is_still_known(settings: Any) -> None:
    write(1)
    log_chain.seal()
    old = log_chain.public_key()
    settings.LOG_KEY = "en annan hemlighet som är lång nog " * 3
    assert "har fel signatur" in found()
    settings.LOG_OLD_KEYS = [old]
    assert found() == ""


def test_what_a_killed_export_left_is_made_whole() -> None:
    write(1)
    log_chain.seal()
    path = Path(log_settings().LOG_HEADS)
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"id": 99')
    write(1)
    log_chain.seal()
    assert [*log_chain.exported_heads()][-1]["head"]["number"] == 2
    path.write_bytes(b"")
    assert log_chain.export_heads() == 2


@pytest.mark.parametrize("table", ["klas_logseal", "klas_loghead", "klas_erasure"])
def test_seals_heads_and_erasures_are_append_only(table: str) -> None:
    write(1)
    log_chain.seal()
    Erasure.objects.create(kind="x", count=1, rows=1)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(REFUSED, match="Cannot truncate"), transaction.atomic():
            cursor.execute(f"TRUNCATE {table}")


@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_are_harmless() -> None:
    write(2)
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [log_chain.LOCK])
            assert log_chain.seal() == 0
            cursor.execute("ROLLBACK")
        assert log_chain.seal() == 2
    finally:
        other.close()


@pytest.mark.django_db(transaction=True)
def test_what_is_not_committed_is_sealed_when_it_is() -> None:
    write(1)
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(
                "INSERT INTO klas_accesslogentry (role, unit, action, what, whose, purpose, "
                "request_id) VALUES ('', '', 'read', 'case', '', '', '')"
            )
            write(1)
            assert log_chain.seal() == 2
            cursor.execute("COMMIT")
        assert log_chain.seal() == 1
        assert found() == ""
    finally:
        other.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["klas_accesslogentry", "klas_logseal", "klas_loghead"])
def test_only_a_transaction_that_writes_an_erasure_may_delete(table: str) -> None:
    write(1)
    log_chain.seal()
    refused: list[Callable[[Any], None]] = [
        lambda cursor: None,
        # What lets anybody through django-pgtrigger's own function.
        lambda cursor: cursor.execute(
            "SELECT set_config('pgtrigger.ignore', (SELECT array_agg(tgname)::text "
            "FROM pg_trigger WHERE tgname LIKE 'pgtrigger%'), true)"
        ),
        # An erasure of another transaction, whatever numbers it claims.
        lambda cursor: cursor.execute(
            "INSERT INTO klas_erasure (kind, scope, count, rows, files, archive, manifest, xid) "
            "VALUES ('x', '', 1, 1, 0, '', '', 4)"
        ),
    ]
    for prepare in refused:
        with transaction.atomic(), connection.cursor() as cursor:
            prepare(cursor)
            demand_refused(f"DELETE FROM {table}")
    with transaction.atomic(), connection.cursor() as cursor:
        Erasure.objects.create(kind="x", count=1, rows=1)
        cursor.execute(f"DELETE FROM {table}")


def demand_refused(statement: str) -> None:
    with (
        connection.cursor() as cursor,
        pytest.raises(REFUSED, match="Cannot update or delete"),
        transaction.atomic(),
    ):
        cursor.execute(statement)


def old_month(month: str, rows: int) -> None:
    """Entries of a month long ago, in a partition of its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE klas_accesslogentry_{month} PARTITION OF klas_accesslogentry "
            f"FOR VALUES FROM ('{month[:4]}-{month[5:]}-01+00') "
            f"TO ('{month[:4]}-{int(month[5:]) + 1:02}-01+00')"
        )
    for day in range(1, rows + 1):
        AccessLogEntry.objects.create(
            at=f"{month[:4]}-{month[5:]}-{day:02}T12:00:00Z", action="read", what="case"
        )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_an_old_month_is_archived_and_dropped_and_the_rest_still_verifies() -> None:
    old_month("2018_03", 3)
    old_month("2018_04", 2)
    write(2)
    assert log_archive.due_months(timezone.now())[0].isoformat() == "2018-03-01"
    assert log_archive.prune_due() == 5
    assert found() == ""
    assert LogSeal.objects.earliest("number").number == 5
    march = Erasure.objects.get(scope="2018-03")
    assert (march.count, march.archive) == (3, "access-log-2018-03.zip")
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('klas_accesslogentry_2018_03')")
        assert cursor.fetchone()[0] is None
    out = StringIO()
    path = log_settings().ARCHIVE_DIR / march.archive
    assert list(log_archive.verify(path)) == []
    call_command("verify_log", archive=path, stdout=out)
    assert "Allt stämmer." in out.getvalue()
    # What is left is guarded as before, and so is the pruned part's end.
    log_chain.seal()
    assert found() == ""
    tamper("DELETE FROM klas_accesslogentry WHERE what = 'case'")
    assert found().count("saknas") == 2


def test_a_month_that_is_not_what_was_sealed_is_not_pruned() -> None:
    from klas.errors import Refused

    old_month("2018_03", 2)
    log_chain.seal()
    tamper("UPDATE klas_accesslogentry SET whose = 'X' WHERE at < '2018-03-02'")
    with pytest.raises(Refused, match="stämmer inte med sin försegling"), transaction.atomic():
        log_archive.prune_due()
    assert list(log_settings().ARCHIVE_DIR.iterdir()) == []
    assert AccessLogEntry.objects.filter(at__year=2018).count() == 2


def test_an_archive_that_was_changed_is_found(tmp_path: Path) -> None:
    old_month("2018_03", 2)
    log_archive.prune_due()
    path = log_settings().ARCHIVE_DIR / "access-log-2018-03.zip"
    broken = tmp_path / "broken.zip"
    broken.write_bytes(path.read_bytes().replace(b"jsonl", b"jsonk"))
    assert list(log_archive.verify(broken))


def test_the_guard_is_installed_after_each_migration() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name NAME) "
            "RETURNS BOOLEAN AS 'BEGIN RETURN TRUE; END' LANGUAGE plpgsql"
        )
        erasing.install_guard()
        cursor.execute("SELECT public._pgtrigger_should_ignore('pgtrigger_append_only_x')")
        assert cursor.fetchone()[0] is False
