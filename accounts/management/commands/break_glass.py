"""`manage.py break_glass <HSA-id>`: the operator lets a person in by the emergency sign-in."""

from typing import Any, TextIO, cast

import segno
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import break_glass
from accounts.models import User
from klas.errors import Refused
from klas.presentation import swedish_datetime


class Command(BaseCommand):
    help = "Ger en person lösenord och engångskoder för nödinloggning, eller tar tillbaka dem."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("hsa_id")
        parser.add_argument("--withdraw", action="store_true", help="tar tillbaka dem")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(subject=options["hsa_id"], is_active=True).first()
        if user is None:
            raise CommandError("Ingen person i KLAS har det HSA-id:t.")
        if options["withdraw"]:
            was = break_glass.withdraw(user)
            self.stdout.write("Återtaget." if was else "Personen hade ingen nödinloggning.")
            return
        if not settings.KLAS_BREAK_GLASS:
            raise CommandError(
                "Nödinloggningen är avstängd. Starta webben och kommandot med KLAS_BREAK_GLASS=1."
            )
        try:
            issued = break_glass.issue(user)
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Nödinloggning för {user.name}, till {swedish_datetime(issued.valid_to)}.\n"
            "Det här visas bara nu. Lämna det till personen själv, och till ingen annan.\n\n"
            f"Lösenord: {issued.password}\n"
            "Engångskoder: läs in QR-koden i en app för engångskoder, eller skriv in adressen.\n"
            f"{issued.uri}\n"
        )
        segno.make(issued.uri).terminal(cast(TextIO, self.stdout), compact=True)
