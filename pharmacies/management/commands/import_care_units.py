"""`manage.py import_care_units FILE`: care units from a CSV file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from pharmacies.importers import import_care_units


class Command(BaseCommand):
    help = "Läser vårdenheter ur en CSV-fil, efter HSA-id (kolumner: docs/registers.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(import_care_units(options["file"]).table())
