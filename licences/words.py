"""What is said of a licence that cannot be dispensed on: the reason, and what to do."""

from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from decisions.models import Licence
from klas.presentation import quantity, swedish_date, swedish_datetime
from licences.enums import LicenceState
from licences.models import Recall
from motivations.kinds import Route
from pharmacies.models import Pharmacy

_STATES: dict[LicenceState, str | Promise] = {
    LicenceState.VALID: gettext_lazy("Licensen gäller till och med %(to)s."),
    LicenceState.NOT_YET: gettext_lazy(
        "Licensen börjar gälla %(from)s. Lämna inte ut något före den dagen."
    ),
    LicenceState.EXPIRED: gettext_lazy(
        "Licensen gick ut %(to)s. Lämna inte ut något. Ska behandlingen fortsätta behövs en ny "
        "licens: be kunden höra av sig till förskrivaren."
    ),
    LicenceState.USED_UP: gettext_lazy(
        "Hela mängden är uttagen. Lämna inte ut något. Behövs mer behövs en ny licens: be kunden "
        "höra av sig till förskrivaren."
    ),
    LicenceState.SUSPENDED: gettext_lazy(
        "Läkemedelsverket har stoppat licensen tills vidare. Lämna inte ut något. Fråga "
        "Läkemedelsverket på 018-17 46 60 och uppge licensnumret."
    ),
    LicenceState.REVOKED: gettext_lazy(
        "Läkemedelsverket har återkallat licensen. Lämna inte ut något. Be kunden höra av sig till "
        "förskrivaren."
    ),
}


def state_text(state: LicenceState, licence: Licence) -> str:
    """What a state means for one licence, and what to do."""
    days = {"from": swedish_date(licence.valid_from), "to": swedish_date(licence.valid_to)}
    return str(_STATES[state]) % days


def only_the_holder(licence: Licence) -> str:
    """Why another pharmacy may not dispense."""
    words = _(
        "Bara apoteket som har licensen får lämna ut läkemedlet. Hänvisa till %(pharmacy)s, "
        "%(city)s, telefon %(phone)s."
    )
    holder = licence.holder
    return words % {"pharmacy": holder.name, "city": holder.city, "phone": holder.phone or "–"}


def only_open_pharmacies(pharmacy: Pharmacy) -> str:
    """Why a hospital's or an extempore pharmacy may not dispense another's licence."""
    words = _(
        "Bara ett öppenvårdsapotek, eller apoteket som har licensen, får lämna ut läkemedlet. "
        "%(pharmacy)s är något annat. Hänvisa kunden till ett öppenvårdsapotek."
    )
    return words % {"pharmacy": pharmacy.name}


def wrong_route(route: Route) -> str:
    """Why a licence cannot be dispensed on a prescription or a requisition."""
    if route == Route.PRESCRIPTION:
        return _(
            "Läkemedlet får inte lämnas ut mot recept på den här licensen, bara mot rekvisition. "
            "Be vårdenheten rekvirera det."
        )
    return _(
        "Läkemedlet lämnas ut mot recept på den här licensen, inte mot rekvisition. Be "
        "förskrivaren skriva recept."
    )


def not_enough(licence: Licence, remaining: Decimal) -> str:
    """Why a withdrawal is too big."""
    words = _(
        "Det finns bara %(left)s kvar på licensen. Minska mängden. Behövs mer behövs en ny licens."
    )
    return words % {"left": quantity(remaining, licence.get_unit_display())}


def recalled(recall: Recall) -> str:
    """Why a batch may not be handed out, and what to do with it."""
    words = _(
        "Batch %(batch)s drogs in %(time)s. Skäl: %(reason)s Lämna inte ut den. Lägg förpackningen "
        "åt sidan och ta en ur en annan batch. Lämnades den ut före indragningen: skriv dagen och "
        "klockslaget då det skedde."
    )
    return words % {
        "batch": recall.batch,
        "time": swedish_datetime(recall.at),
        "reason": _sentence(recall.reason),
    }


def _sentence(text: str) -> str:
    """The text with a full stop."""
    return text if text.endswith((".", "!", "?")) else f"{text}."
