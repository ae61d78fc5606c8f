"""`manage.py seal_log`: seal the access log now; the worker does it every ten seconds."""

from typing import Any

from django.core.management.base import BaseCommand

from klas import log_chain


class Command(BaseCommand):
    help = "Förseglar det som har skrivits i åtkomstloggen och exporterar de signerade huvudena."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{log_chain.seal()} rader förseglade.")
