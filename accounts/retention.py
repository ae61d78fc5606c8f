"""What is erased of signing in."""

from datetime import timedelta

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import PersonSession
from klas.policy import policy
from klas.retention import RowClass

CLASSES = (
    RowClass(
        key="sessions",
        title=_("Inloggningar som har gått ut"),
        rule=lambda: gettext("När inloggningen har gått ut"),
        due=lambda now: PersonSession.objects.exclude(
            expire_date__gt=now,
            last_used_at__gt=now - timedelta(minutes=policy.session_idle_minutes),
        ),
        age="last_used_at",
        archived=False,
    ),
)
