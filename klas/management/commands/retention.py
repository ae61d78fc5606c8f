"""`manage.py retention`: what is due to be erased; with --erase, archive it and erase it."""

from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand, CommandParser

from klas import retention
from klas.errors import Refused


class Command(BaseCommand):
    help = (
        "Visar vad som ska gallras nu: antal och äldsta per klass. Med --erase arkiveras det till"
        " KLAS_ARCHIVE och raderas sedan."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        act = parser.add_mutually_exclusive_group()
        act.add_argument("--erase", action="store_true", help="arkivera och radera")
        act.add_argument(
            "--dry-run", action="store_true", help="gör allt utom att behålla resultatet"
        )
        parser.add_argument(
            "--class",
            dest="only",
            action="append",
            default=[],
            choices=[one.key for one in retention.classes()],
            help="bara den här klassen; kan upprepas",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["erase"] and not options["dry_run"]:
            for found in retention.preview(options["only"]):
                oldest = f", äldst {found.oldest:%Y-%m-%d}" if found.oldest else ""
                self.stdout.write(f"{found.of.key}: {found.count}{oldest} ({found.of.rule()})")
            return
        act = retention.rehearse if options["dry_run"] else retention.run
        try:
            erasures = act(only=options["only"])
        except Refused as error:
            raise CommandError(str(error)) from error
        for erasure in erasures:
            where = f" → {erasure.archive} ({erasure.manifest})" if erasure.archive else ""
            self.stdout.write(
                f"{erasure.kind}: {erasure.count}, {erasure.rows} rader,"
                f" {erasure.files} filer{where}"
            )
        if options["dry_run"]:
            self.stdout.write("Provkörning: inget är raderat och inget arkiv är skrivet.")
        elif not erasures:
            self.stdout.write("Inget att gallra.")
