"""Whether a licence, as it stands, can be renewed without a new motivation (domain §5)."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from applications.models import Application
from decisions.enums import LicenceStatus
from decisions.models import Licence
from klas import clock
from klas.errors import Refused
from klas.policy import policy
from klas.presentation import swedish_date
from licences.queries import balance_of
from pharmacies.models import Pharmacy


def demand_renewable(application: Application, *, pharmacy: Pharmacy) -> None:
    """Refuse when the licence that an application led to cannot be renewed by a pharmacy now.

    Called through `settings.RENEWAL_CHECK` when a renewal is begun, shown and sent.

    Raises:
        Refused: there is no licence, another pharmacy holds it, the agency has stopped it, it has
            long to go and medicine left, or it ended too long ago; with what to do.
    """
    licence = (
        Licence.objects.filter(decision__case__application=application)
        .select_related("balance")
        .first()
    )
    if licence is None or licence.holder_id != pharmacy.pk:
        raise Refused(_("Apoteket har ingen licens att förnya. Sök fram licensmotiveringen."))
    if licence.status == LicenceStatus.REVOKED:
        raise Refused(
            _(
                "Licensen är återkallad och kan inte förnyas. Be förskrivaren skriva en ny "
                "licensmotivering om behovet finns kvar."
            )
        )
    if licence.status == LicenceStatus.SUSPENDED:
        raise Refused(
            _(
                "Läkemedelsverket har stoppat licensen tillfälligt. Den kan inte förnyas så länge. "
                "Vänta på besked från dem."
            )
        )
    today = clock.today()
    if today > licence.valid_to + timedelta(days=policy.renewal_late_days):
        raise Refused(
            _(
                "Licensen upphörde för mer än %(days)s dagar sedan. Be förskrivaren skriva en ny "
                "licensmotivering."
            )
            % {"days": policy.renewal_late_days}
        )
    if not is_time(licence, on=today):
        earliest = licence.valid_to - timedelta(days=policy.renewal_offered_days)
        raise Refused(
            _("Licensen kan förnyas från %(day)s, eller när hela mängden är uttagen.")
            % {"day": swedish_date(earliest)}
        )


def is_time(licence: Licence, *, on: date) -> bool:
    """Whether a licence ends soon, has ended or is used up."""
    days_left = (licence.valid_to - on).days
    return days_left <= policy.renewal_offered_days or balance_of(licence).remaining <= 0
