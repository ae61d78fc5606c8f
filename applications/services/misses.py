"""Searches without a hit: the next one has to wait, and in the end to be let alone (domain §5).

Counted from the access log, so that all processes agree; nothing sleeps.
"""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from klas import clock
from klas.errors import Refused
from klas.models import AccessAction, AccessLogEntry
from klas.policy import policy

SLOWED = _(
    "Du har sökt flera gånger utan träff. Vänta till klockan %(time)s och sök igen. Kontrollera "
    "uppgifterna under tiden."
)
BLOCKED = _(
    "Du har sökt många gånger utan träff och kan inte söka just nu. Försök igen klockan %(time)s, "
    "eller fråga förskrivaren om numret."
)
PHARMACY_SLOWED = _(
    "Ni på apoteket har sökt många gånger utan träff. Vänta till klockan %(time)s och sök igen. "
    "Kontrollera uppgifterna under tiden."
)
PHARMACY_BLOCKED = _(
    "Ni på apoteket har sökt många gånger utan träff och kan inte söka just nu. Försök igen "
    "klockan %(time)s, eller fråga förskrivaren om numret."
)


def take_turn(by: Assignment) -> None:
    """Let a pharmacy's searches come one after the other, to the end of the transaction.

    So that many at once are held back as they would be one by one. Raises as `demand_few_misses`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('search:' || %s, 0))",
            [str(by.pharmacy_id)],
        )
    demand_few_misses(by)


def demand_few_misses(by: Assignment) -> None:
    """Let a person search who has not missed too often lately, nor with colleagues (domain §5).

    Raises:
        Refused: too many searches without a hit, and when the next can be made.
    """
    person = Q(assignment__user_id=by.user_id)
    pharmacy = Q(assignment__pharmacy_id=by.pharmacy_id)
    _demand(person, times=1, slowed=SLOWED, blocked=BLOCKED)
    _demand(
        pharmacy,
        times=policy.search_misses_pharmacy_factor,
        slowed=PHARMACY_SLOWED,
        blocked=PHARMACY_BLOCKED,
    )


def _demand(whose: Q, *, times: int, slowed: object, blocked: object) -> None:
    now = clock.now()
    window = timedelta(minutes=policy.search_miss_window_minutes)
    most = policy.search_misses_before_block * times
    misses = list(
        AccessLogEntry.objects.filter(
            whose, action=AccessAction.SEARCH, hit=False, at__gte=now - window
        )
        .order_by("-at", "-pk")
        .values_list("at", flat=True)[:most]
    )
    beyond = len(misses) // times - policy.search_misses_before_slow
    if len(misses) == most:
        _refuse_until(misses[-1] + window, words=blocked, now=now)
    elif beyond >= 0:
        wait = timedelta(seconds=policy.search_wait_seconds * (beyond + 1))
        _refuse_until(misses[0] + wait, words=slowed, now=now)


def _refuse_until(moment: datetime, *, words: object, now: datetime) -> None:
    if now < moment:
        # The next whole second: who waits till then has waited long enough.
        shown = timezone.localtime(moment + timedelta(seconds=1))
        raise Refused(str(words) % {"time": f"{shown:%H:%M:%S}"})
