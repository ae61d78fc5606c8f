"""`manage.py import_bdpm DIR`: France's public medicines database into the register."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from medicines.importers.bdpm import import_bdpm


class Command(BaseCommand):
    help = "Läser Frankrikes läkemedelsregister (BDPM) ur mappen DIR. Allt eller inget skrivs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)
        parser.add_argument(
            "--accept-shrunken",
            action="store_true",
            help="godta att mer än en tiondel av läkemedlen saknas i filen",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        begun = time.monotonic()
        account = import_bdpm(
            options["folder"],
            progress=self.stdout.write,
            accept_shrunken=options["accept_shrunken"],
        )
        self.stdout.write(account.table())
        self.stdout.write(f"Klart på {time.monotonic() - begun:.1f} s.")
