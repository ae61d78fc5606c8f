"""Background jobs of the agency."""

from procrastinate.contrib.django import app

from decisions.services import counting, court_files, issuing, issuing_disclosures, merging
from decisions.statistics.publishing import publish_due
from decisions.statistics.refresh import refresh


# Somebody waits for a decision's PDF: before the motivations' in the queue of jobs.
@app.task(name="decisions.issue_letters", priority=10)
def issue_letters() -> None:
    """Render the letters that are waiting."""
    issuing.issue_letters()


@app.task(name="decisions.merge_batches", priority=10)
def merge_batches() -> None:
    """Merge the letters of the batches that are to be printed."""
    merging.issue_batches()


@app.task(name="decisions.issue_disclosures", priority=10)
def issue_disclosures() -> None:
    """Render the documents that are given out."""
    issuing_disclosures.issue_disclosures()


@app.periodic(cron="*/5 * * * *", periodic_id="letters_sweep")
@app.task(name="decisions.sweep_letters")
def sweep_letters(timestamp: int) -> None:
    """Render what an interrupted job left behind."""
    issuing.issue_letters()
    merging.issue_batches()
    issuing_disclosures.issue_disclosures()
    court_files.issue()


@app.task(name="decisions.issue_court_files")
def issue_court_files() -> None:
    """Put together the files that go to the court."""
    # What goes into them may have been ordered a moment ago.
    issuing.issue_letters()
    court_files.issue()


@app.periodic(cron="*/10 * * * *", periodic_id="statistics_refresh")
@app.task(name="decisions.refresh_statistics", queueing_lock="decisions.refresh_statistics")
def refresh_statistics(timestamp: int) -> None:
    """Count the cases that changed."""
    refresh()


@app.periodic(cron="10 3 * * *", periodic_id="statistics_anew")
@app.task(name="decisions.recount_statistics", queueing_lock="decisions.recount_statistics")
def recount_statistics(timestamp: int) -> None:
    """Count everything again (registers are corrected), and publish a year that is due."""
    refresh(anew=True)
    publish_due()


@app.periodic(cron="* * * * *", periodic_id="queue_counts_fold")
@app.task(name="decisions.fold_queue_counts", queueing_lock="decisions.fold_queue_counts")
def fold_queue_counts(timestamp: int) -> None:
    """Keep the counts of the queue few, so that adding them up stays quick."""
    counting.fold()
