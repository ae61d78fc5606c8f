"""Whether a letter is genuine: for anybody who has its number and code (domain §6, “Letters”).

The answer is one word, and nothing is told of the case. A wrong code and an unknown number take the
same query and the same comparisons. Neither number, code nor answer is kept or logged.
"""

import hmac
import ipaddress
import re
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from decisions.enums import LetterReason, LicenceStatus, Verdict
from decisions.models import Letter, Licence, VerificationTry
from klas import clock
from klas.blind import blind
from klas.errors import Refused
from klas.policy import policy

_CODE_LENGTH = 12
# So many codes are always compared; a case has fewer letters.
_COMPARED = 64
# Letters that say that a licence holds.
_OF_LICENCE = (LetterReason.DECISION, LetterReason.RESERVATION, LetterReason.SPECIAL_INFORMATION)


def verify(number: str, code: str, *, address: str) -> Verdict:
    """Whether a letter with a code belongs to a case, and still holds.

    Args:
        number: a case's or a licence's number, as it stands in the letter.
        code: the letter's code; spaces, hyphens and small letters are forgiven.
        address: the asker's network address, to count by.

    Raises:
        Refused: too many tries from that address lately, and when the next can be made.
    """
    _count_try(address)
    number, code = normal_number(number), normal_code(code)
    found = list(
        Letter.objects.filter(issued_at__isnull=False)
        .filter(Q(case__dnr=number) | Q(decision__licence__number=number))
        .annotate(
            is_replaced=Exists(Letter.objects.filter(replaces=OuterRef("pk"))),
            is_revoked=Exists(
                Licence.objects.filter(decision=OuterRef("decision"), status=LicenceStatus.REVOKED)
            ),
        )
        .order_by("pk")
        .values_list("code", "is_replaced", "is_revoked", "reason", "replaces")[:_COMPARED]
    )
    nobodys = ("O" * _CODE_LENGTH, False, False, "", None)
    verdict = Verdict.NOT_GENUINE
    for stored, is_replaced, is_revoked, reason, replaces in [
        *found,
        *[nobodys] * (_COMPARED - len(found)),
    ]:
        if hmac.compare_digest(stored.encode(), code.encode()):
            says_it_holds = reason in _OF_LICENCE or replaces is not None
            verdict = _verdict(is_replaced=is_replaced, is_revoked=is_revoked and says_it_holds)
    # The code that stands in for missing ones is in no letter.
    return verdict if code != nobodys[0] else Verdict.NOT_GENUINE


def _verdict(*, is_replaced: bool, is_revoked: bool) -> Verdict:
    if is_revoked:
        return Verdict.REVOKED
    return Verdict.REPLACED if is_replaced else Verdict.GENUINE


def normal_number(text: str) -> str:
    """A case's or licence's number as it is stored: without spaces, in capitals."""
    return re.sub(r"\s+", "", text).upper()


def normal_code(text: str) -> str:
    """A code as it is stored: without spaces and hyphens, in capitals, at most its length."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())[: _CODE_LENGTH + 1]


def _count_try(address: str) -> None:
    """Count a try, unless there have been too many. In the database: all processes count together.

    Raises:
        Refused: when the next one can be made.
    """
    asker, now = blind("verification", _network(address)), clock.now()
    window = timedelta(minutes=policy.verification_window_minutes)
    with transaction.atomic():
        # One at a time from an address, so that many at once are counted as they would be one by
        # one.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(asker[:7], "big")])
        tries = list(
            VerificationTry.objects.filter(asker=asker, at__gt=now - window)
            .order_by("-at", "-pk")
            .values_list("at", flat=True)[: policy.verification_tries]
        )
        if len(tries) < policy.verification_tries:
            VerificationTry.objects.create(asker=asker, at=now)
            return
    _refuse_until(tries[-1] + window)


def _refuse_until(moment: datetime) -> None:
    shown = timezone.localtime(moment + timedelta(minutes=1))
    raise Refused(
        _("Det har kommit många frågor från din uppkoppling. Försök igen klockan %(time)s.")
        % {"time": f"{shown:%H:%M}"}
    )


def _network(address: str) -> str:
    """What is counted together: an IPv4 address, or the IPv6 network that one subscriber has."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network(f"{parsed}/64", strict=False))


def purge() -> int:
    """Forget the tries that no longer count; returns how many."""
    before = clock.now() - timedelta(minutes=policy.verification_window_minutes)
    return VerificationTry.objects.filter(at__lte=before).delete()[0]
