"""Background jobs of the agency."""

from procrastinate.contrib.django import app

from decisions.models import Letter
from klas.documents import issue_waiting


# Somebody waits for a decision's PDF: before the motivations' in the queue of jobs.
@app.task(name="decisions.issue_letters", priority=10)
def issue_letters() -> None:
    """Render the letters that are waiting."""
    issue_waiting(Letter)


@app.periodic(cron="*/5 * * * *", periodic_id="letters_sweep")
@app.task(name="decisions.sweep_letters")
def sweep_letters(timestamp: int) -> None:
    """Render what an interrupted job left behind."""
    issue_waiting(Letter)
