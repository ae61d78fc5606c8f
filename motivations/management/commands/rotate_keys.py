"""`manage.py rotate_keys`: seal everything with a new key, beside the running service."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from klas import blind, resealing, sealing
from klas.keys import KeysMissing, KeySource
from motivations.models import SearchKey
from motivations.services.search_keys import keep_all

_LOCK = 7_305_117  # of this command alone
ROUNDS = 5


class Command(BaseCommand):
    help = (
        "Förseglar om allt med den senaste nyckeln och gör söknycklarna med den senaste "
        "söknyckeln. Kan avbrytas när som helst och köras igen, medan KLAS används."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--new-key", action="store_true", help="lägg först till en ny nyckel")
        parser.add_argument(
            "--new-search-key", action="store_true", help="lägg först till en ny söknyckel"
        )
        parser.add_argument(
            "--status", action="store_true", help="visa bara vilka nycklar som används"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._handle(options)
        except KeysMissing as error:
            raise CommandError(str(error)) from error
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock_all()")

    def _handle(self, options: dict[str, Any]) -> None:
        if options["status"]:
            self._tell_use()
            return
        self._demand_alone()
        if options["new_key"]:
            self._add("Nyckel", settings.SEAL_KEYS)
        if options["new_search_key"]:
            self._add("Söknyckel", settings.SEARCH_KEYS)
        outcome = self._rotate()
        self._tell_use()
        if outcome.broken or outcome.passed_over:
            raise CommandError(
                f"{outcome.broken} värden gick inte att öppna (se ovan)."
                if outcome.broken
                else "Några rader var upptagna hela tiden. Kör kommandot igen."
            )

    def _rotate(self) -> resealing.Outcome:
        for round_number in range(1, ROUNDS + 1):
            outcome = resealing.reseal_columns(tell=self._say)
            outcome.add(resealing.reseal_files(tell=self._say))
            if not outcome.passed_over and (outcome.broken or not outcome.done):
                break
            # What was written meanwhile by somebody who had read the old ring, and what was held.
            time.sleep(0.2 * round_number)
        keep_all(rotate=True, progress=lambda count: self._say(f"söknycklar: {count}"))
        return outcome

    def _tell_use(self) -> None:
        use, keys = resealing.key_use(), sealing.ring()
        self._tell("Nyckel", keys.secrets, keys.current, use)
        if use.get(None):
            self._say(f"Inte förseglat: {use[None]} värden.")
        indexed: dict[int | None, int] = {}
        for number in SearchKey.objects.order_by().values_list("key_number", flat=True).distinct():
            indexed[number] = SearchKey.objects.filter(key_number=number).count()
        search = blind.ring()
        self._tell("Söknyckel", search.secrets, search.current, indexed)

    def _tell(self, name: str, numbers: Any, current: int, use: dict[int | None, int]) -> None:
        for number in sorted({*numbers, *(one for one in use if one is not None)}):
            count = use.get(number, 0)
            if number not in numbers:
                end = "SAKNAS bland nycklarna: lägg tillbaka den."
            elif number == current:
                end = "är den som används nu."
            elif count:
                end = "behövs fortfarande."
            else:
                end = "används inte längre. Ta bort den när säkerhetskopiorna med den är borta."
            self._say(f"{name} {number}: {count} värden, {end}")

    def _add(self, name: str, source: KeySource) -> None:
        self._say(f"{name} {source.add()} är tillagd i {source.path}.")

    def _demand_alone(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
            (is_alone,) = cursor.fetchone()
        if not is_alone:
            raise CommandError("Kommandot körs redan.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
