"""`manage.py test_provider`: the demo's own identity provider, on a free port of this machine."""

import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.testprovider.server import Provider


class Command(BaseCommand):
    help = "Låter vem som helst legitimera sig som en exempelperson. Bara för demo och test."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--file", type=Path, default=settings.TEST_PROVIDER_FILE)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Testinloggningen startar bara i demon (KLAS_DEMO=1).")
        file: Path = options["file"]
        try:
            provider = _listening(options["host"], _port_in(file))
        except ValueError as error:
            raise CommandError(str(error)) from error
        file.write_text(provider.address, encoding="ascii")
        signal.signal(signal.SIGTERM, _stop)
        with provider:
            provider.serve_forever()


def _listening(host: str, port: int) -> Provider:
    """On the port that it had before, so that sign-ins under way go on; else on a free one."""
    try:
        return Provider(host, port)
    except OSError:
        return Provider(host, 0)


def _port_in(file: Path) -> int:
    try:
        return urlsplit(file.read_text(encoding="ascii")).port or 0
    except (OSError, ValueError):
        return 0


def _stop(number: int, frame: FrameType | None) -> None:
    sys.exit(0)
