"""When notices are erased."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from klas.policy import policy
from klas.retention import RowClass
from klas.retention_rules import months_before
from notifications.models import Notice

CLASSES = (
    RowClass(
        key="notices",
        title=_("Aviseringar"),
        rule=lambda: gettext("%(months)s månader") % {"months": policy.notice_kept_months},
        due=lambda now: Notice.objects.filter(at__lt=months_before(now, policy.notice_kept_months)),
        age="at",
    ),
)
