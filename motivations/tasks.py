"""Background jobs of motivations."""

from procrastinate.contrib.django import app

from klas import clock
from klas.access import SYSTEM
from klas.errors import WrongState
from motivations.enums import Audience
from motivations.flow import MOTIVATION
from motivations.queries import lapsing
from motivations.services import issuing


@app.periodic(cron="*/5 * * * *", periodic_id="motivation_documents_sweep")
@app.task(name="motivations.sweep_documents")
def sweep_documents(timestamp: int) -> None:
    """Render what an interrupted job left behind."""
    issuing.issue_documents()


@app.task(name="motivations.issue_documents")
def issue_documents() -> None:
    """Render the PDFs of about one submission: each submission orders one such job."""
    issuing.issue_documents(limit=len(Audience))


@app.periodic(cron="20 6 * * *", periodic_id="supplement_reminders")
@app.task(name="motivations.remind_of_supplements")
def remind_of_supplements(timestamp: int) -> None:
    """Remind prescribers whose answer is soon due."""
    from motivations.services.supplements import remind  # its way here goes over `submission`

    remind(on=clock.today())


@app.periodic(cron="15 2 * * *", periodic_id="motivations_lapse")
@app.task(name="motivations.lapse")
def lapse(timestamp: int) -> None:
    """Let motivations lapse that no pharmacy picked up in time (domain §4)."""
    for motivation in lapsing(clock.now()).iterator():
        try:
            MOTIVATION.perform(motivation, "lapse", by=SYSTEM)
        except WrongState:
            continue  # a pharmacy was quicker
