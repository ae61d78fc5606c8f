"""`manage.py import_products FILE --source NAME`: products of any country from a CSV file."""

import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from medicines.importers.table import import_products


class Command(BaseCommand):
    help = "Läser läkemedel ur en CSV-fil (kolumner: docs/registers.md). Allt eller inget skrivs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--source", required=True, metavar="NAME", help="registrets korta namn, t.ex. ch"
        )
        parser.add_argument(
            "--accept-shrunken",
            action="store_true",
            help="godta att mer än en tiondel av läkemedlen saknas i filen",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not re.fullmatch(r"[a-z0-9-]{1,30}", options["source"]):
            raise CommandError("--source: högst 30 små bokstäver a–z, siffror och bindestreck.")
        account = import_products(
            options["file"],
            source=options["source"],
            progress=self.stdout.write,
            accept_shrunken=options["accept_shrunken"],
        )
        self.stdout.write(account.table())
