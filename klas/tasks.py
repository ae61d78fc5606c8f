"""Background jobs that serve all apps."""

from django.db import connection
from procrastinate.contrib.django import app

from klas import limits, log_archive, log_chain, retention

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
    retention.run_through("kept_forms")


@app.periodic(cron="25 3 * * *", periodic_id="form_keys_purge")
@app.task(name="klas.purge_form_keys")
def purge_form_keys(timestamp: int) -> None:
    """Throw away keys of forms that nobody sends again."""
    retention.run_through("form_keys")


@app.periodic(cron="* * * * * */10", periodic_id="access_log_seal")
@app.task(name="klas.seal_log", queueing_lock="klas.seal_log")
def seal_log(timestamp: int) -> None:
    """Seal what has been written in the access log, outside the transactions that write it."""
    log_chain.seal()


@app.periodic(cron="50 3 * * *", periodic_id="access_log_prune")
@app.task(name="klas.prune_log", queueing_lock="klas.prune_log")
def prune_log(timestamp: int) -> None:
    """Archive and drop the access log's months that are older than the rule."""
    log_archive.prune_due()


@app.periodic(cron="25 * * * *", periodic_id="limits_purge")
@app.task(name="klas.purge_limits")
def purge_limits(timestamp: int) -> None:
    """Forget what no longer counts against any limit."""
    limits.purge()
