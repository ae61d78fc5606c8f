"""What can be appealed: the decision of a case, a revocation of its licence, a rejected appeal.

That a revocation and a rejection (avvisning) are decisions of their own that the party can appeal
is FL 41–42 and 45 §§; the steps to the court are those of the case's decision (FL 43–47 §§).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from decisions.enums import (
    AppealMatter,
    AppealStatus,
    CaseStatus,
    LetterReason,
    LicenceStatus,
    Recipient,
)
from decisions.models import Appeal, Case, Decision, LetterEvent, Revocation
from decisions.queries import live_decision
from klas.presentation import swedish_date

_REASONS = {
    AppealMatter.DECISION: LetterReason.DECISION,
    AppealMatter.REVOCATION: LetterReason.REVOCATION,
    AppealMatter.REJECTION: LetterReason.APPEAL_REJECTED,
}


@dataclass(frozen=True)
class Appealed:
    """One decision that is or can be appealed; `decision` is the case's own, always there."""

    decision: Decision
    revocation: Revocation | None = None
    rejection: Appeal | None = None

    @classmethod
    def by(cls, appeal: Appeal) -> "Appealed":
        """What an appeal is of."""
        return cls(appeal.decision, appeal.revocation, appeal.rejection)

    @property
    def matter(self) -> AppealMatter:
        if self.revocation is not None:
            return AppealMatter.REVOCATION
        return AppealMatter.DECISION if self.rejection is None else AppealMatter.REJECTION

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of its `Appeal`, to create or to find it by."""
        return vars(self)

    @property
    def lookup(self) -> dict[str, Any]:
        """The same for a filter, in which what is not there is null."""
        return {
            f"{name}__isnull" if row is None else name: True if row is None else row
            for name, row in vars(self).items()
        }

    @property
    def decided_at(self) -> datetime:
        """When it was decided."""
        if self.rejection is not None:
            # The row says so no more once it has been undone.
            return self.rejection.events.filter(action="reject").latest("pk").at
        moment = (self.revocation or self.decision).decided_at
        assert moment is not None  # noqa: S101 - nothing that is only proposed is appealed
        return moment

    @property
    def about(self) -> str:
        """How its letter names it."""
        row = self.rejection or self.revocation or self.decision
        return f"{row._meta.model_name}:{row.pk}"

    @property
    def letter_reason(self) -> LetterReason:
        return _REASONS[self.matter]

    @property
    def delivered_on(self) -> date | None:
        """The day the party got it: when its letter was delivered (FL 44 §), once it is."""
        event = (
            LetterEvent.objects.filter(
                subject__about=self.about,
                subject__recipient=Recipient.PHARMACY,
                subject__reason=self.letter_reason,
                action="deliver",
            )
            .order_by("at")
            .first()
        )
        return None if event is None else timezone.localdate(event.at)

    @property
    def title(self) -> str:
        """Which it is, without its day; of the case's decision what was decided."""
        if self.rejection is not None:
            return _("Avvisningen av %s") % self.rejection.number
        if self.revocation is not None:
            return _("Återkallelsen av licens %s") % self.revocation.licence.number
        return str(self.decision.get_outcome_display())

    @property
    def words(self) -> str:
        """Which it is, in a line: what was decided, and when."""
        return f"{self.title}, {swedish_date(self.decided_at)}"


def all_appealable(case: Case) -> list[Appealed]:
    """What of a case the party can appeal now; nothing while the case is open."""
    decision = live_decision(case)
    if case.status != CaseStatus.DECIDED or decision is None:
        return []
    return [one for one in _against(decision) if not _is_appealed(one)]


def appealable(case: Case, matter: str = AppealMatter.DECISION) -> Appealed | None:
    """What the party can appeal now of one matter; None when there is nothing."""
    return next((one for one in all_appealable(case) if one.matter == matter), None)


def _against(decision: Decision) -> Iterator[Appealed]:
    """What has gone against the party, the latest of each matter."""
    if decision.goes_against:
        yield Appealed(decision)
    revoked = (
        Revocation.objects.filter(
            licence__decision=decision,
            licence__status=LicenceStatus.REVOKED,
            decided_at__isnull=False,
        )
        .select_related("licence")
        .order_by("-decided_at")
        .first()
    )
    if revoked is not None:
        yield Appealed(decision, revocation=revoked)
    rejected = Appeal.objects.filter(decision=decision, status=AppealStatus.REJECTED)
    # The latest that nobody has appealed: several things can have been appealed too late.
    for appeal in rejected.order_by("-settled_at", "-pk"):
        one = Appealed(decision, rejection=appeal)
        if not _is_appealed(one):
            yield one
            return


def _is_appealed(one: Appealed) -> bool:
    over = (AppealStatus.DRAFT, AppealStatus.WITHDRAWN)
    return Appeal.objects.filter(**one.lookup).exclude(status__in=over).exists()
