"""Renewing a licence without a new motivation (domain §5): the same motivation in a case again.

Allowed to the pharmacy that holds the licence, while the motivation is young and nothing has
changed. How the licence itself stands (stopped, used up, ended) is known further up and asked there
(`settings.RENEWAL_CHECK`).
"""

from typing import Protocol, cast

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import Assignment
from applications.enums import ApplicationStatus
from applications.models import Application, ApplicationSection
from applications.rules import is_young
from applications.sections import LICENCE, PRODUCT
from klas import audit, clock
from klas.access import SYSTEM, Permission
from klas.errors import NotAllowed, Refused
from klas.models import AccessAction
from klas.policy import policy
from klas.sections import SectionAnswers
from motivations.enums import MotivationStatus, Outcome, Urgency
from motivations.flow import MOTIVATION
from motivations.kinds import kind_of
from motivations.models import Motivation
from motivations.queries import current_version
from motivations.services import supplements
from motivations.services.telling import tell_author
from notifications.enums import NoticeKind
from pharmacies.models import Pharmacy

GRANTED = (Outcome.GRANTED, Outcome.GRANTED_WITH_RESERVATION)
# What is the same again; whether it can be had, and how soon, is found out anew.
_AS_BEFORE = ("supplier", "supplied_from", "pack_size", "packs")


class Check(Protocol):
    """Raises `Refused` when the licence of an application cannot be renewed by a pharmacy now."""

    def __call__(self, application: Application, *, pharmacy: Pharmacy) -> None: ...


@transaction.atomic
def start(renewed: Application, *, by: Assignment) -> Application:
    """Begin to renew the licence that an application led to, or go on with what is begun.

    Raises:
        NotAllowed: the role may not apply.
        Refused: see `obstacle`.
    """
    if not by.has(Permission.APPLY) or by.pharmacy is None:
        raise NotAllowed
    motivation = Motivation.objects.select_for_update(of=("self",)).get(pk=renewed.motivation_id)
    reason = obstacle(renewed, pharmacy=by.pharmacy)
    if reason:
        raise Refused(reason)
    begun = draft_of(renewed)
    if begun is not None:
        return begun
    now = clock.now()
    application = Application.objects.create(
        motivation=motivation,
        pharmacy=by.pharmacy,
        renews=renewed,
        renewed_licence=motivation.licence_number,
        created_by=by,
        created_at=now,
    )
    before = renewed.answers or {}
    kept = {name: before[PRODUCT][name] for name in _AS_BEFORE}
    for slug, answers in ((PRODUCT, kept), (LICENCE, as_before(renewed))):
        ApplicationSection.objects.create(
            application=application, slug=slug, answers=answers, saved_at=now, saved_by=by
        )
    audit.record(
        AccessAction.WRITE,
        by=by,
        what="application_draft",
        obj=application,
        whose=motivation.reference or "",
    )
    return application


def draft_of(renewed: Application) -> Application | None:
    """The renewal that its pharmacy has begun and not sent, if there is one."""
    return renewed.renewals.filter(
        status=ApplicationStatus.DRAFT, pharmacy_id=renewed.pharmacy_id
    ).first()


def as_before(renewed: Application) -> SectionAnswers:
    """The licence as it was applied for, as answers."""
    assert renewed.quantity is not None  # noqa: S101 - a sent application has frozen it
    return {
        "route": renewed.route,
        "quantity": format(renewed.quantity.normalize(), "f"),
        "unit": renewed.unit,
        "months": str(renewed.months),
    }


def obstacle(renewed: Application, *, pharmacy: Pharmacy) -> str:
    """Why a pharmacy cannot renew the licence on the same motivation now, and what to do; ""."""
    motivation = renewed.motivation
    if renewed.pharmacy_id != pharmacy.pk:
        return _("Licensen hör till ett annat apotek. Det apoteket kan förnya den.")
    if renewed.status != ApplicationStatus.DECIDED or renewed.outcome not in GRANTED:
        return _(
            "Ansökan ledde inte till någon licens, så det finns inget att förnya. Be förskrivaren "
            "skriva en ny licensmotivering."
        )
    if renewed.renewals.filter(status=ApplicationStatus.DECIDED, outcome__in=GRANTED).exists():
        return _(
            "Licensen är redan förnyad. Licensen %(number)s gäller i stället: förnya den när det "
            "är dags."
        ) % {"number": motivation.licence_number}
    if motivation.status != MotivationStatus.CLOSED:
        return _(
            "Det finns redan en ansökan om att förnya licensen. Vänta på beslutet: det går inte "
            "att ansöka två gånger samtidigt."
        )
    newer = (
        Motivation.objects.filter(renews=motivation)
        .exclude(
            status__in=(
                MotivationStatus.DRAFT,
                MotivationStatus.WITHDRAWN,
                MotivationStatus.LAPSED,
            )
        )
        .order_by("-pk")
        .first()
    )
    if newer is not None:
        return _(
            "Förskrivaren har skrivit en ny licensmotivering, %(reference)s. Ansök på den i "
            "stället: sök fram den med referensnumret."
        ) % {"reference": newer.reference}
    assert motivation.submitted_at is not None  # noqa: S101 - it has been in a case
    if not is_young(timezone.localdate(motivation.submitted_at), on=clock.today()):
        return _(
            "Licensmotiveringen är äldre än %(months)s månader. Be förskrivaren skriva en ny: hen "
            "kan utgå från den gamla."
        ) % {"months": policy.renewal_motivation_months}
    reason = kind_of(motivation.kind).no_renewal(current_version(motivation).answers)
    if reason:
        return f"{reason} " + _("Be förskrivaren skriva en ny licensmotivering.")
    check = cast(Check, import_string(settings.RENEWAL_CHECK))
    try:
        check(renewed, pharmacy=pharmacy)
    except Refused as error:
        return str(error)
    return ""


def renewal_sent(application: Application, *, asked_on: str) -> None:
    """Put the motivation in a case again, and tell its author what the pharmacy says.

    The caller holds the locks. Urgency was for one occasion; the licence stays until the decision.

    Args:
        asked_on: the day when the prescriber is said to have been asked.
    """
    pharmacy, licence = application.pharmacy.name, application.renewed_licence
    motivation = MOTIVATION.perform(
        application.motivation,
        "renewal_sent",
        by=SYSTEM,
        data={"pharmacy": pharmacy, "asked_on": asked_on},
        outcome="",
        urgency=Urgency.NORMAL,
    )
    # The agency, who gets the application next, is to see it as it is now.
    application.motivation = motivation
    tell_author(
        motivation,
        NoticeKind.RENEWAL_SENT,
        occasion=application.pk,
        pharmacy=pharmacy,
        product=motivation.product_line,
        licence=licence,
        asked_on=asked_on,
    )


def renewal_withdrawn(application: Application, *, of: Application) -> None:
    """Let the motivation be over again, as the earlier case left it; its author is told."""
    motivation = supplements.renewal_withdrawn(
        application.motivation, dnr=of.dnr, outcome=of.outcome
    )
    tell_author(
        motivation,
        NoticeKind.RENEWAL_WITHDRAWN,
        occasion=application.pk,
        product=motivation.product_line,
        licence=application.renewed_licence,
    )
