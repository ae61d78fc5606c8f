"""Background jobs of the agency."""

from procrastinate.contrib.django import app

from decisions.services import issuing, merging, verification


# Somebody waits for a decision's PDF: before the motivations' in the queue of jobs.
@app.task(name="decisions.issue_letters", priority=10)
def issue_letters() -> None:
    """Render the letters that are waiting."""
    issuing.issue_letters()


@app.task(name="decisions.merge_batches", priority=10)
def merge_batches() -> None:
    """Merge the letters of the batches that are to be printed."""
    merging.issue_batches()


@app.periodic(cron="*/5 * * * *", periodic_id="letters_sweep")
@app.task(name="decisions.sweep_letters")
def sweep_letters(timestamp: int) -> None:
    """Render what an interrupted job left behind."""
    issuing.issue_letters()
    merging.issue_batches()


@app.periodic(cron="25 * * * *", periodic_id="verification_purge")
@app.task(name="decisions.purge_verification_tries")
def purge_verification_tries(timestamp: int) -> None:
    """Forget who verified letters, when it no longer counts."""
    verification.purge()
