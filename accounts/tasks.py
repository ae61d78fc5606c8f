"""Background jobs about signing in."""

from procrastinate.contrib.django import app

from accounts import break_glass
from klas import retention


@app.periodic(cron="45 * * * *", periodic_id="sessions_purge")
@app.task(name="accounts.purge_sessions")
def purge_sessions(timestamp: int) -> None:
    """Throw away sessions and emergency sign-ins that have ended."""
    retention.run_through("sessions")
    break_glass.purge()
