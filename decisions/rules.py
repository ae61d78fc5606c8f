"""The rules of a decision: who must sign, and who is told by letter."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from applications.models import Application
from decisions.enums import Channel, LetterReason, Recipient
from decisions.models import Case, Decision
from klas.policy import policy
from klas.working_days import or_next_working_day
from motivations.enums import Outcome
from motivations.kinds import kind_of

_TWO_PERSON_OUTCOMES = (Outcome.REJECTED, Outcome.GRANTED_WITH_RESERVATION)


def needs_two_persons(case: Case, outcome: str) -> bool:
    """Whether a second person must sign: rejection, reservation, first time, preparedness.

    Source: domain §6.
    """
    return (
        outcome in _TWO_PERSON_OUTCOMES
        or case.is_first_time
        or kind_of(case.kind).always_two_persons
    )


def latest_valid_to(start: date) -> date:
    """The last day of the longest licence that begins on `start`, first and last day counted.

    Source: domain §3, “at most one year”.
    """
    return start + timedelta(days=policy.longest_licence_days - 1)


def asked_until(start: date, *, months: int) -> date:
    """The day before the same day so many months on, at most that of the longest licence."""
    year, month = divmod(start.month - 1 + months, 12)
    for day in range(start.day, 0, -1):
        try:
            end = date(start.year + year, month + 1, day)
        except ValueError:
            continue
        break
    return min(end - timedelta(days=1), latest_valid_to(start))


def is_reduced(
    application: Application,
    *,
    quantity: Decimal | None,
    unit: str | None,
    valid_from: date | None,
    valid_to: date | None,
) -> bool:
    """Whether a grant gives less, or for a shorter time, than was applied for.

    It then partly goes against the applicant, who may appeal it (domain §6). Quantities in
    different units cannot be compared, and count as equal.
    """
    if quantity is None or valid_from is None or valid_to is None:
        return False
    is_less = unit == application.unit and quantity < (application.quantity or 0)
    return is_less or valid_to < asked_until(valid_from, months=application.months or 0)


def needs_hearing(outcome: str, *, reduced: bool) -> bool:
    """Whether the applicant is to be heard first, or the exception stated: when it goes against.

    A case is closed when there is nothing left to decide, which needs no hearing. Source: FL 25 §.
    """
    return reduced or outcome not in (Outcome.GRANTED, Outcome.CLOSED)


def appeal_last_day(got_on: date) -> date:
    """The last day to appeal: three weeks from the day the party got the decision (FL 44 §).

    Ends it on a day when offices are closed, the next working day is the last (lag 1930:173, 2 §).
    """
    return or_next_working_day(got_on + timedelta(weeks=policy.appeal_weeks))


@dataclass(frozen=True)
class LetterOrder:
    """A letter to be written."""

    recipient: Recipient
    reason: LetterReason


# The pharmacy reads its letters here; the prescriber's go by post [seed].
CHANNELS = {Recipient.PHARMACY: Channel.ELECTRONIC, Recipient.PRESCRIBER: Channel.POST}

_PRESCRIBER_REASONS = {
    Outcome.REJECTED: LetterReason.REJECTED,
    Outcome.GRANTED_WITH_RESERVATION: LetterReason.RESERVATION,
}


def letters_for(decision: Decision) -> Iterator[LetterOrder]:
    """The letters a decision sends: the pharmacy's always, the prescriber's in the four cases.

    Rejected, granted with reservation, special information (and supplement requested, which is no
    decision). Special information rides along in a letter that is sent anyway. Source: [seed].
    """
    yield LetterOrder(Recipient.PHARMACY, LetterReason.DECISION)
    reason = _PRESCRIBER_REASONS.get(Outcome(decision.outcome))
    if reason is None and decision.special_information.strip():
        reason = LetterReason.SPECIAL_INFORMATION
    if reason is not None:
        yield LetterOrder(Recipient.PRESCRIBER, reason)
