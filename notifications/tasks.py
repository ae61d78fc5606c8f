"""Background jobs of notices."""

from procrastinate.contrib.django import app

from notifications.services import mailing


@app.task(name="notifications.send_mail")
def send_mail() -> None:
    """Send the e-mails that are due: each notice orders one such job."""
    mailing.send_waiting()


@app.periodic(cron="*/5 * * * *", periodic_id="mail_sweep")
@app.task(name="notifications.sweep_mail")
def sweep_mail(timestamp: int) -> None:
    """Send again what failed, and what an interrupted job left behind."""
    mailing.send_waiting()
