"""Background jobs that serve all apps."""

from django.db import connection
from procrastinate.contrib.django import app

from klas import kept_forms, limits

MONTHS_AHEAD = 3


@app.periodic(cron="20 1 * * *", periodic_id="access_log_partitions")
@app.task(name="klas.add_access_log_partitions")
def add_access_log_partitions(timestamp: int) -> None:
    """Make the access log's partitions for the months to come."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT klas_add_log_partitions(%s)", [MONTHS_AHEAD])


@app.periodic(cron="35 * * * *", periodic_id="kept_forms_purge")
@app.task(name="klas.purge_kept_forms")
def purge_kept_forms(timestamp: int) -> None:
    """Throw away what was typed by somebody who did not sign in again in time."""
    kept_forms.purge()


@app.periodic(cron="25 * * * *", periodic_id="limits_purge")
@app.task(name="klas.purge_limits")
def purge_limits(timestamp: int) -> None:
    """Forget what no longer counts against any limit."""
    limits.purge()
