"""`manage.py load_dispensings`: what the demo's pharmacies have handed out, once."""

from typing import Any

from django.core.management.base import BaseCommand

from licences.examples import load


class Command(BaseCommand):
    help = "Lägger in exempeluttag på exempellicenserna. En gång; sedan ingenting."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("  klart" if load() else "  fanns redan")
