"""When printed batches, and cases with all that they consist of, are erased."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.models import Application, ApplicationEvent
from decisions.enums import ENDED_APPEALS, OPEN_CASES
from decisions.models import Appeal, AppealEvent, Case, CaseEvent, Licence, Note, PrintBatch
from klas.policy import policy
from klas.retention import RowClass
from klas.retention_rules import months_before
from motivations.enums import MotivationStatus
from motivations.models import Motivation, MotivationEvent
from motivations.retention import stored_files


def posted_batches(now: datetime) -> QuerySet[PrintBatch]:
    """Print-outs that have been posted; the letters themselves stay with their case."""
    day = timezone.localdate(months_before(now, policy.print_batch_kept_months))
    return PrintBatch.objects.filter(posted_on__lt=day)


def ended_long_ago(now: datetime) -> QuerySet[Motivation]:
    """Motivations whose every case, licence and appeal ended, and in which nothing has been done
    since, before the rule's day. A case, its application and its motivation go as one.

    A licence that has been appealed or acted on has later events. Letters lie in print-outs too,
    which go first.
    """
    limit = months_before(now, 12 * policy.case_kept_years)
    own = OuterRef("pk")
    of_case = {"subject__application__motivation": own}
    cases = Case.objects.filter(application__motivation=own)
    return Motivation.objects.filter(
        Exists(cases),
        ~Exists(cases.filter(Q(status__in=OPEN_CASES) | Q(decided_at__gte=limit))),
        ~Exists(CaseEvent.objects.filter(**of_case, at__gte=limit)),
        ~Exists(Note.objects.filter(case__application__motivation=own, at__gte=limit)),
        ~Exists(MotivationEvent.objects.filter(subject=own, at__gte=limit)),
        ~Exists(ApplicationEvent.objects.filter(subject__motivation=own, at__gte=limit)),
        ~Exists(
            Licence.objects.filter(
                decision__case__application__motivation=own,
                valid_to__gte=timezone.localdate(limit),
            )
        ),
        ~Exists(
            Appeal.objects.filter(case__application__motivation=own).exclude(
                status__in=ENDED_APPEALS
            )
        ),
        ~Exists(
            AppealEvent.objects.filter(subject__case__application__motivation=own, at__gte=limit)
        ),
        ~Exists(PrintBatch.objects.filter(printed__letter__case__application__motivation=own)),
        ~Exists(Application.objects.filter(motivation=own, created_at__gte=limit)),
        status__in=(MotivationStatus.CLOSED, MotivationStatus.WITHDRAWN, MotivationStatus.LAPSED),
        submitted_at__lt=limit,
    )


CLASSES = (
    RowClass(
        key="print_batches",
        title=_("Utskrifter av brev"),
        rule=lambda: (
            gettext("%(months)s månader efter att de postades")
            % {"months": policy.print_batch_kept_months}
        ),
        due=posted_batches,
        age="ordered_at",
    ),
    RowClass(
        key="cases",
        title=_("Ärenden med motivering, ansökan, beslut, brev, licens och uttag"),
        rule=lambda: (
            gettext("%(years)s år efter att allt i dem är avslutat")
            % {"years": policy.case_kept_years}
        ),
        due=ended_long_ago,
        age="submitted_at",
        files=stored_files,
    ),
)
