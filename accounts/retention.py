"""What is erased of signing in."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import PersonSession
from klas.retention import RowClass

CLASSES = (
    RowClass(
        key="sessions",
        title=_("Inloggningar som har gått ut"),
        rule=lambda: gettext("När inloggningen har gått ut"),
        due=lambda now: PersonSession.objects.exclude(
            pk__in=PersonSession.objects.alive().values("pk")
        ),
        age="last_used_at",
        archived=False,
    ),
)
