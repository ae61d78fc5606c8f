"""Background jobs of applications."""

from procrastinate.contrib.django import app

from applications.services import issuing, telling


@app.periodic(cron="0 6 * * *", periodic_id="applications_tell_pharmacies")
@app.task(name="applications.tell_pharmacies")
def tell_pharmacies(timestamp: int) -> None:
    """Remind pharmacies of answers that the agency waits for."""
    telling.tell_of_supplements_due()


@app.periodic(cron="*/5 * * * *", periodic_id="application_receipts_sweep")
@app.task(name="applications.sweep_receipts")
def sweep_receipts(timestamp: int) -> None:
    """Render what an interrupted job left behind."""
    issuing.issue_receipts()


@app.task(name="applications.issue_receipt")
def issue_receipt() -> None:
    """Render about one receipt: each application sent orders one such job."""
    issuing.issue_receipts(limit=1)
