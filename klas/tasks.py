"""Background jobs that serve all apps."""

from django.db import connection
from procrastinate.contrib.django import app

MONTHS_AHEAD = 3


@app.periodic(cron="20 1 * * *", periodic_id="access_log_partitions")
@app.task(name="klas.add_access_log_partitions")
def add_access_log_partitions(timestamp: int) -> None:
    """Make the access log's partitions for the months to come."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT klas_add_log_partitions(%s)", [MONTHS_AHEAD])
