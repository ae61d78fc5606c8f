"""When pharmacies' drafts are erased."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationStatus
from applications.models import Application, ApplicationSection, QualityDocument
from klas.policy import policy
from klas.retention import RowClass
from klas.retention_rules import months_before
from motivations.retention import stored_files


def untouched_drafts(now: datetime) -> QuerySet[Application]:
    """Drafts that nobody has written in, or added a file to, since the rule's day."""
    limit = months_before(now, policy.draft_kept_months)
    own = OuterRef("pk")
    return Application.objects.filter(
        ~Exists(ApplicationSection.objects.filter(application=own, saved_at__gte=limit)),
        ~Exists(QualityDocument.objects.filter(application=own, uploaded_at__gte=limit)),
        status=ApplicationStatus.DRAFT,
        created_at__lt=limit,
    )


CLASSES = (
    RowClass(
        key="application_drafts",
        title=_("Utkast till ansökan"),
        rule=lambda: (
            gettext("%(months)s månader utan ändring") % {"months": policy.draft_kept_months}
        ),
        due=untouched_drafts,
        age="created_at",
        archived=False,
        files=stored_files,
    ),
)
