"""`manage.py import_swedish_products FILE`: products approved in Sweden from a CSV file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from medicines.importers.swedish import import_swedish_products


class Command(BaseCommand):
    help = (
        "Läser läkemedel som är godkända i Sverige ur en CSV-fil (kolumner: docs/registers.md). "
        "Allt eller inget skrivs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--accept-shrunken",
            action="store_true",
            help="godta att mer än en tiondel av läkemedlen saknas i filen",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        account = import_swedish_products(
            options["file"],
            progress=self.stdout.write,
            accept_shrunken=options["accept_shrunken"],
        )
        self.stdout.write(account.table())
