"""Background jobs of applications."""

from procrastinate.contrib.django import app

from applications.services import telling


@app.periodic(cron="0 6 * * *", periodic_id="applications_tell_pharmacies")
@app.task(name="applications.tell_pharmacies")
def tell_pharmacies(timestamp: int) -> None:
    """Remind pharmacies of answers that the agency waits for."""
    telling.tell_of_supplements_due()
