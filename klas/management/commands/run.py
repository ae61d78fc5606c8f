"""`manage.py run`: the whole installation, from this terminal."""

import io
import os
import sys
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import Error, connections
from django.db.migrations.exceptions import InconsistentMigrationHistory

from klas.postgres import PostgresError
from klas.supervisor import HOST, RunError, Supervisor

DEFAULT_PORT = 8000


class Command(BaseCommand):
    help = "Startar databas, webb och bakgrundsarbetare och visar vem som kan logga in."
    requires_system_checks = ()  # the checks need the database, which is not started yet

    def handle(self, *args: Any, **options: Any) -> None:
        if "KLAS_DEMO" not in os.environ:
            # The settings have been read without it: begin again with it.
            os.environ["KLAS_DEMO"] = "1"
            os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606
        try:
            port = _port(os.environ.get("KLAS_PORT", ""))
            call_command("make_keys", stdout=io.StringIO())
            Supervisor(settings.DATA_DIR, port).run(_prepare, lambda: _introduce(port))
        except (RunError, PostgresError) as error:
            raise CommandError(str(error)) from error


def _port(text: str) -> int:
    if not text:
        return DEFAULT_PORT
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise RunError(f"KLAS_PORT ska vara ett tal mellan 1 och 65535, inte {text}.")
    return int(text)


def _prepare(run: Supervisor) -> None:
    """Bring tables, static files and example data up to date."""
    try:
        connections["default"].ensure_connection()
    except Error as error:
        raise RunError(
            f"Databasen svarar inte ({type(error).__name__}). Kontrollera DATABASE_URL."
        ) from error
    with run.step("Uppdaterar databasens tabeller"):
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except InconsistentMigrationHistory as error:
            raise RunError(
                "Databasen är gjord av en annan version av KLAS och kan inte föras över."
                f" Ta bort {settings.DATA_DIR} eller ange en annan mapp i KLAS_DATA."
            ) from error
        call_command("index_persons", stdout=io.StringIO())
    with run.step("Samlar webbens filer"):
        call_command("collectstatic", interactive=False, verbosity=0)
    if "load_examples" in get_commands() and settings.DEMO:
        with run.step("Lägger in exempeldata"):
            call_command("load_examples")
            call_command("load_dispensings")
            call_command("load_statistics")
    connections.close_all()  # the run lasts for days and needs no connection of its own


def _introduce(port: int) -> None:
    lines = ["", f"KLAS körs på http://{HOST}:{port}/ – avsluta med Ctrl-C."]
    if settings.DEMO:
        people = io.StringIO()
        call_command("example_people", stdout=people)
        lines += ["", people.getvalue().rstrip()]
    print("\n".join(lines), flush=True)
