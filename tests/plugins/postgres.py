"""A real PostgreSQL for the tests, started before Django reads its settings.

Loaded with `-p tests.plugins.postgres`. Unless `DATABASE_URL` is set, a throw-away server is
started in a temporary folder and removed at the end. Under xdist the controlling process starts
it and the workers, its children, find it in the environment; each has a database of its own.
"""

import atexit
import fcntl
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from klas.cluster import Cluster

JOB_TABLES = (
    "procrastinate_jobs",
    "procrastinate_events",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
)

_started: Cluster | None = None
_data_dir: tempfile.TemporaryDirectory[str] | None = None


def _is_xdist_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Start the server before any other plugin's turn: pytest-django reads the settings then."""
    _start()
    yield


def _start() -> None:
    global _started, _data_dir  # noqa: PLW0603 — one server per test run
    os.environ["KLAS_DEMO"] = "1"
    # The people of the tests are in no register; who tests the registers names some.
    os.environ.setdefault("KLAS_REGISTERS", "")
    if _is_xdist_worker():
        return
    _data_dir = tempfile.TemporaryDirectory(prefix="klas-test-", ignore_cleanup_errors=True)
    atexit.register(_remove)  # a usage error ends pytest before it has anything to unconfigure
    os.environ["KLAS_DATA"] = _data_dir.name
    if os.environ.get("DATABASE_URL"):
        return
    if os.geteuid() == 0:
        Path(_data_dir.name).chmod(0o711)  # the server's own account must pass through
    _started = Cluster(Path(_data_dir.name), throwaway=True, say=lambda line: None)
    _started.start()
    os.environ["DATABASE_URL"] = _started.url


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    _remove()


def _remove() -> None:
    if _started is not None:
        _started.remove()
    if _data_dir is not None:
        _data_dir.cleanup()


@contextmanager
def flush_may_truncate() -> Iterator[None]:
    """While it lasts, Django's flush may empty append-only tables, and empties the job queue.

    Their triggers refuse TRUNCATE, as they must; a transactional test still has to leave an empty
    database. Only the flush statement itself runs with the triggers asleep.
    """
    from django.db.backends.postgresql.operations import DatabaseOperations

    original = DatabaseOperations.execute_sql_flush

    def execute_sql_flush(self: DatabaseOperations, sql_list: Iterable[str]) -> None:
        # procrastinate's models are unmanaged, so Django leaves their tables as they are.
        jobs = f"TRUNCATE {', '.join(JOB_TABLES)} CASCADE"
        asleep = "SET LOCAL session_replication_role = replica"
        awake = "SET LOCAL session_replication_role = DEFAULT"
        original(self, [asleep, *sql_list, jobs, awake] if sql_list else sql_list)

    DatabaseOperations.execute_sql_flush = execute_sql_flush  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        DatabaseOperations.execute_sql_flush = original  # type: ignore[method-assign]


@pytest.fixture(scope="session", autouse=True)
def _append_only_tables_can_be_flushed() -> Iterator[None]:
    with flush_may_truncate():
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_collected() -> None:
    """Pages in tests name the same hashed files as in service; a missing one is an error."""
    from django.conf import settings
    from django.core.management import call_command

    folder = Path(settings.STATIC_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the workers share the folder: the first one fills it
        if not (folder / "staticfiles.json").exists():
            call_command("collectstatic", interactive=False, verbosity=0)
