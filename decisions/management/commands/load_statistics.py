"""`manage.py load_statistics`: past years of the demo's statistics, once."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from decisions.examples import past
from decisions.statistics.publishing import publish_due
from decisions.statistics.refresh import refresh


class Command(BaseCommand):
    help = "Lägger in påhittad statistik för tidigare år, i demon. En gång; sedan ingenting."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Påhittad statistik läggs bara in i demon (KLAS_DEMO=1).")
        is_new = past.load()
        if is_new:
            refresh(anew=True)
            publish_due()
        self.stdout.write("  klart" if is_new else "  fanns redan")
