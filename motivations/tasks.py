"""Background jobs of motivations."""

from django.db import transaction
from procrastinate.contrib.django import app

from klas import clock, retention
from klas.access import SYSTEM
from klas.errors import WrongState
from motivations.enums import Audience
from motivations.flow import MOTIVATION
from motivations.queries import lapsing
from motivations.services import issuing, scanning, telling
from notifications.enums import NoticeKind


@app.periodic(cron="*/5 * * * *", periodic_id="motivation_documents_sweep")
@app.task(name="motivations.sweep_documents")
def sweep_documents(timestamp: int) -> None:
    """Render what an interrupted job left behind."""
    issuing.issue_documents()


@app.task(name="motivations.issue_documents")
def issue_documents() -> None:
    """Render the PDFs of about one submission: each submission orders one such job."""
    issuing.issue_documents(limit=len(Audience))


@app.task(name="motivations.check_attachment")
def check_attachment() -> None:
    """Check one uploaded file: each upload that must be checked orders one such job."""
    scanning.check_waiting(limit=1)


@app.periodic(cron="* * * * *", periodic_id="attachments_sweep")
@app.task(name="motivations.sweep_attachments", queueing_lock="motivations.sweep_attachments")
def sweep_attachments(timestamp: int) -> None:
    """Check what an interrupted job left behind, or a scanner that did not answer."""
    scanning.check_waiting()


@app.periodic(cron="30 3 * * *", periodic_id="stray_files")
@app.task(name="motivations.remove_stray_files")
def remove_stray_files(timestamp: int) -> None:
    """Delete stored files that no row names."""
    retention.run(only=["stray_files"])


@app.periodic(cron="15 2 * * *", periodic_id="motivations_lapse")
@app.task(name="motivations.lapse")
def lapse(timestamp: int) -> None:
    """Let motivations lapse that no pharmacy picked up in time (domain §4)."""
    for motivation in lapsing(clock.now()).iterator():
        try:
            with transaction.atomic():
                lapsed = MOTIVATION.perform(motivation, "lapse", by=SYSTEM)
                telling.tell_author(lapsed, NoticeKind.LAPSED, product=lapsed.product_line)
        except WrongState:
            continue  # a pharmacy was quicker


@app.periodic(cron="0 6 * * *", periodic_id="motivations_tell_authors")
@app.task(name="motivations.tell_authors")
def tell_authors(timestamp: int) -> None:
    """Tell of motivations that no pharmacy picks up, answers soon due, and licences that end."""
    today = clock.today()
    telling.tell_of_waiting(today=today)
    telling.tell_of_licences_ending(today=today)
    telling.tell_of_supplements_due(today=today)
