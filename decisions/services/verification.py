"""Whether a letter is genuine: for anybody who has its number and code (domain §6, “Letters”).

The answer is one word, and nothing is told of the case. A wrong code and an unknown number take the
same query and the same comparisons. Neither number, code nor answer is kept or logged.
"""

import hmac
import re

from django.db.models import Exists, OuterRef, Q

from decisions.enums import LetterReason, LicenceStatus, Verdict
from decisions.models import Letter, Licence
from klas import limits
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
        TooMany: too many tries from that address lately, and when the next can be made.
    """
    limits.take_from("verification", limits.network(address), policy.verifications)
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
