"""What every worker does besides the apps' own tasks: bring back lost jobs, throw away old ones.

The apps register their tasks in `<app>/tasks.py`. A job is enqueued on Django's own connection,
so it exists exactly when the business transaction commits. A job may run more than once (its
worker was killed): every task must bear that.
"""

from procrastinate import App, JobContext
from procrastinate.app import WorkerOptions
from procrastinate.jobs import Status

# Seconds. A worker says it lives every third second; after fifteen in silence it is dead.
HEARTBEAT_EVERY = 3
DEAD_AFTER = 15
# A job that has taken its worker with it this many times is given up, not tried for ever.
MOST_ATTEMPTS = 5
KEEP_DONE_HOURS = 48

WORKER_DEFAULTS: WorkerOptions = {
    "update_heartbeat_interval": HEARTBEAT_EVERY,
    "stalled_worker_timeout": DEAD_AFTER,
    "shutdown_graceful_timeout": 10,
}


def on_app_ready(app: App) -> None:
    """Register the housekeeping tasks; procrastinate calls it when Django is ready."""

    @app.periodic(cron="* * * * * */10")
    @app.task(name="klas.retry_lost_jobs", queueing_lock="klas.retry_lost_jobs", pass_context=True)
    async def retry_lost_jobs(context: JobContext, timestamp: int) -> None:
        await bring_back_lost_jobs(context.app)

    @app.periodic(cron="40 3 * * *")
    @app.task(name="klas.remove_old_jobs", queueing_lock="klas.remove_old_jobs", pass_context=True)
    async def remove_old_jobs(context: JobContext, timestamp: int) -> None:
        # Failed jobs stay: somebody has to look at them.
        await context.app.job_manager.delete_old_jobs(nb_hours=KEEP_DONE_HOURS)


async def bring_back_lost_jobs(app: App) -> None:
    """Put jobs whose worker is dead back in the queue; fail those that keep killing workers.

    procrastinate itself leaves such a job "doing" for ever (engineering, "background jobs").
    """
    manager = app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER):
        if job.attempts + 1 >= MOST_ATTEMPTS:
            await manager.finish_job(job, status=Status.FAILED, delete_job=False)
        else:
            await manager.retry_job(job)
