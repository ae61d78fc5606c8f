"""`manage.py import_pharmacies FILE`: pharmacies from a CSV file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from pharmacies.importers import import_pharmacies


class Command(BaseCommand):
    help = "Läser apotek ur en CSV-fil, efter GLN (kolumner: docs/registers.md). Allt eller inget."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(import_pharmacies(options["file"]).table())
