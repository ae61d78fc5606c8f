"""`manage.py verify_log`: is the access log what was sealed?"""

from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from klas import log_archive, log_chain, log_verify

MOST = 100


class Command(BaseCommand):
    help = (
        "Kontrollerar åtkomstloggen mot dess försegling: ändrade, saknade och infogade rader,"
        " avhugget slut och fel signaturer. Avslutar med 1 när något är fel."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="since", type=date.fromisoformat, help="ÅÅÅÅ-MM-DD")
        parser.add_argument("--to", dest="until", type=date.fromisoformat, help="ÅÅÅÅ-MM-DD")
        parser.add_argument("--archive", type=Path, help="kontrollera en arkiverad månad i stället")
        parser.add_argument(
            "--show-key", action="store_true", help="visa den publika nyckeln och gör inget mer"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["show_key"]:
            self.stdout.write(log_chain.public_key())
            return
        since, until = options["since"], options["until"]
        if options["archive"]:
            found = log_archive.verify(options["archive"])
        else:
            found = log_verify.verify(
                since=since and _midnight(since),
                until=until and _midnight(until + timedelta(days=1)) - timedelta(microseconds=1),
            )
        wrong = list(islice(found, MOST + 1))
        for sentence in wrong[:MOST]:
            self.stdout.write(sentence)
        if len(wrong) > MOST:
            self.stdout.write("… och mer.")
        if wrong:
            raise CommandError("Åtkomstloggen stämmer inte med sin försegling.", returncode=1)
        head = log_chain.last_head()
        self.stdout.write(
            "Allt stämmer."
            if options["archive"]
            else f"Allt stämmer: {head.number if head else 0} rader är förseglade."
        )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
