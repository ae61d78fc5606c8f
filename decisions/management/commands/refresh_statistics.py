"""`manage.py refresh_statistics`: count the cases that changed, and publish a year that is due."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from decisions.statistics.publishing import publish_due
from decisions.statistics.refresh import refresh


class Command(BaseCommand):
    help = "Räknar statistiken och publicerar år som är klara att publicera."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anew", action="store_true", help="Räkna om alla ärenden och månader")

    def handle(self, *args: Any, **options: Any) -> None:
        counted = refresh(anew=options["anew"])
        published = publish_due()
        self.stdout.write(f"  {counted} ärenden räknade, {len(published)} år publicerade")
