"""Background jobs of the agency."""

from procrastinate.contrib.django import app

from decisions.services import issuing


# Somebody waits for a decision's PDF: before the motivations' in the queue of jobs.
@app.task(name="decisions.issue_letters", priority=10)
def issue_letters() -> None:
    """Render the letters that are waiting."""
    issuing.issue_letters()


@app.periodic(cron="*/5 * * * *", periodic_id="letters_sweep")
@app.task(name="decisions.sweep_letters")
def sweep_letters(timestamp: int) -> None:
    """Render what an interrupted job left behind."""
    issuing.issue_letters()
