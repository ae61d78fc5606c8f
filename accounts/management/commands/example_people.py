"""`manage.py example_people`: who can sign in to the demo, a line each."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.demo import sign_in_lines


class Command(BaseCommand):
    help = "Visar vilka exempelpersoner som kan logga in i demon."

    def handle(self, *args: Any, **options: Any) -> None:
        for line in sign_in_lines():
            self.stdout.write(line)
