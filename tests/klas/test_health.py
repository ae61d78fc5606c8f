"""`GET /healthz`: 200 only when everything an installation needs is well."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob

from klas import health, jobs


@pytest.fixture(autouse=True)
def _ask_anew() -> Iterator[None]:
    health._migrated.clear()
    yield
    health._migrated.clear()


def worker_seen(ago: timedelta) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - %s * interval '1 s') RETURNING id",
            [ago.total_seconds()],
        )
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_all_is_well(client: Client) -> None:
    worker_seen(timedelta(seconds=2))
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "web": "ok",
        "database": "ok",
        "migrations": "ok",
        "worker": "ok",
    }
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_no_worker(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["worker"] == "no worker is running"


@pytest.mark.django_db
def test_a_worker_that_went_silent(client: Client) -> None:
    worker_seen(timedelta(seconds=40))
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["worker"] == "no sign of life for 40 s"
    assert answer.json()["status"] == "unwell"


@pytest.mark.django_db
def test_a_migration_that_is_not_applied(client: Client) -> None:
    worker_seen(timedelta())
    recorder = MigrationRecorder(connection)
    app_label, name = max(key for key in recorder.applied_migrations() if key[0] == "procrastinate")
    recorder.record_unapplied(app_label, name)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["migrations"]) == (503, "1 not applied")
    # Noticed without a restart once it is applied.
    recorder.record_applied(app_label, name)
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_a_database_error_is_a_reason_and_never_its_text(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE procrastinate_workers RENAME TO gone")
    with transaction.atomic():
        answer = client.get("/healthz")
        transaction.set_rollback(True)
    assert answer.status_code == 503
    assert answer.json()["worker"] == "failed: ProgrammingError"
    assert "procrastinate_workers" not in answer.content.decode()


@pytest.mark.django_db
def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db(transaction=True)
def test_a_job_is_ordered_exactly_when_the_business_transaction_commits() -> None:
    order = app.configure_task("klas.retry_lost_jobs", queueing_lock="test").defer
    with transaction.atomic():
        order(timestamp=1)
        transaction.set_rollback(True)
    assert not ProcrastinateJob.objects.exists()
    with transaction.atomic():
        order(timestamp=1)
    assert ProcrastinateJob.objects.count() == 1


def taken_job(*, worker: int, attempts: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, worker_id,"
            " attempts) VALUES ('default', 'letters.render', '{}', 'doing', %s, %s) RETURNING id",
            [worker, attempts],
        )
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_died_is_queued_again_and_one_that_kills_workers_is_given_up() -> None:
    dead, alive = worker_seen(timedelta(seconds=60)), worker_seen(timedelta(seconds=1))
    lost = taken_job(worker=dead, attempts=0)
    deadly = taken_job(worker=dead, attempts=jobs.MOST_ATTEMPTS - 1)
    running = taken_job(worker=alive, attempts=0)
    # In a thread of its own: where browser tests ran before, this one already has a loop.
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(asyncio.run, _bring_back()).result()
    found = dict(ProcrastinateJob.objects.values_list("id", "status"))
    assert found == {lost: "todo", deadly: "failed", running: "doing"}
    assert ProcrastinateJob.objects.filter(id=lost, attempts=1).exists()


async def _bring_back() -> None:
    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    with app.replace_connector(connector.get_worker_connector()) as worker_app:
        async with worker_app.open_async():
            await jobs.bring_back_lost_jobs(worker_app)
