"""`manage.py load_examples`: the demo's registers, people and cases, once."""

from typing import Any

from django.core.management.base import BaseCommand

from decisions.examples import load


class Command(BaseCommand):
    help = "Läser in exempelregister, exempelpersoner och exempelärenden. En gång; sedan ingenting."

    def handle(self, *args: Any, **options: Any) -> None:
        is_new = load(say=lambda step: self.stdout.write(f"  {step} …"))
        self.stdout.write("  klart" if is_new else "  fanns redan")
