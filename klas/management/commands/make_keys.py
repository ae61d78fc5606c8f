"""`manage.py make_keys`: the first keys of an installation, in files of their own."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Skapar nycklar för försegling och sökning där det inte finns några. Byter aldrig ut."
    requires_system_checks = ()  # they ask for the keys

    def handle(self, *args: Any, **options: Any) -> None:
        for source in (settings.SEAL_KEYS, settings.SEARCH_KEYS):
            done = "skapad" if source.make() else "fanns redan"
            where = "miljön" if source.text else source.path
            self.stdout.write(f"{where}: {done}")
