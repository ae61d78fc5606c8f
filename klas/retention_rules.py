"""The classes of what serves all apps: form keys, kept forms, the access log."""

from datetime import datetime, timedelta

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from klas import log_archive
from klas.models import IdempotencyKey, KeptForm
from klas.policy import policy
from klas.retention import OwnClass, RowClass


def months_before(now: datetime, months: int) -> datetime:
    """The same day so many months earlier, or the last day of that month."""
    whole = now.year * 12 + now.month - 1 - months
    year, month = divmod(whole, 12)
    day = now.day
    while True:
        try:
            return now.replace(year=year, month=month + 1, day=day)
        except ValueError:
            day -= 1


CLASSES = (
    RowClass(
        key="form_keys",
        title=_("Formulärnycklar"),
        rule=lambda: gettext("%(days)s dagar") % {"days": policy.form_key_kept_days},
        due=lambda now: IdempotencyKey.objects.filter(
            created_at__lt=now - timedelta(days=policy.form_key_kept_days)
        ),
        age="created_at",
        archived=False,
    ),
    RowClass(
        key="kept_forms",
        title=_("Formulär som sparades när inloggningen gick ut"),
        rule=lambda: gettext("%(hours)s timmar") % {"hours": policy.kept_form_hours},
        due=lambda now: KeptForm.objects.filter(
            kept_at__lt=now - timedelta(hours=policy.kept_form_hours)
        ),
        age="kept_at",
        archived=False,
    ),
    OwnClass(
        key=log_archive.KIND,
        title=_("Åtkomstloggen"),
        rule=lambda: (
            gettext("Hela månader, efter %(years)s år") % {"years": policy.access_log_kept_years}
        ),
        preview=log_archive.preview,
        erase=lambda by: log_archive.prune_due(by=by),
    ),
)
