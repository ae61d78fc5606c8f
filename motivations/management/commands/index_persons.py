"""`manage.py index_persons`: what motivations sent before are found by."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from motivations.services.search_keys import keep_all


class Command(BaseCommand):
    help = "Gör licensmotiveringar som saknar söknycklar sökbara. Kan avbrytas och köras igen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anew",
            action="store_true",
            help="gör om alla nycklar, efter att KLAS_SEARCH_KEY har bytts",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        count = keep_all(anew=options["anew"])
        self.stdout.write(f"{count} licensmotiveringar gicks igenom.")
