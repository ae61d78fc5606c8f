"""Background jobs on licences in use."""

from procrastinate.contrib.django import app

from klas.policy import policy
from licences.services import safety_work


# Stopping licences comes before letters and e-mail.
@app.task(name="licences.do_safety_actions", priority=20)
def do_safety_actions() -> None:
    """Act on a batch of the licences that wait, and order the next batch if there are more."""
    if safety_work.work(limit=policy.safety_batch) == policy.safety_batch:
        do_safety_actions.defer()


@app.periodic(cron="* * * * *", periodic_id="safety_sweep")
@app.task(name="licences.sweep_safety_actions", priority=20)
def sweep_safety_actions(timestamp: int) -> None:
    """Take up what an interrupted job left behind."""
    do_safety_actions.func()
