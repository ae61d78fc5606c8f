"""What was before and who has been asked, in words for the review page and its lists."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import Assignment
from decisions.before import Suggestion
from decisions.enums import CaseStatus, CommunicationStatus, ReferralStatus
from decisions.flow import REFERRAL
from decisions.models import Case, Communication, Mention, Note, Precedent, Referral
from decisions.words import who
from klas import clock
from klas.presentation import swedish_date
from klas.summary import Event
from klas.tags import status_tag
from motivations.enums import LicenceKind, Outcome


@dataclass(frozen=True)
class EarlierRow:
    """Another case for the same patient, owner or unit."""

    case: Case
    product: str
    status: str
    day: str
    licence: str
    is_same_product: bool


def earlier_rows(found: Iterable[Case], *, of: Case) -> list[EarlierRow]:
    """Cases from `decisions.before.earlier_of_same`, with how each went."""
    return [_earlier(case, of=of) for case in found]


def _earlier(case: Case, *, of: Case) -> EarlierRow:
    made = case.made[0] if case.made else None  # type: ignore[attr-defined]
    licence = getattr(made, "licence", None)
    product, own = case.application.product, of.application.product
    return EarlierRow(
        case=case,
        product=product.product_line if product else "",
        status=status_tag(Outcome(made.outcome) if made else CaseStatus(case.status)),
        day=swedish_date(case.decided_at or case.registered_at),
        licence=_("%(number)s, till och med %(day)s")
        % {"number": licence.number, "day": swedish_date(licence.valid_to)}
        if licence
        else "",
        is_same_product=bool(product and own and product.product_key == own.product_key),
    )


@dataclass(frozen=True)
class PrecedentRow:
    """A precedent, and how it is alike the case it is shown for."""

    precedent: Precedent
    outcome: Outcome
    kind: str | Promise
    icd10: str
    alike: str


def precedent_rows(found: Iterable[Precedent]) -> list[PrecedentRow]:
    """Precedents that were searched for."""
    return [_precedent(precedent, "") for precedent in found]


def suggestion_rows(found: Iterable[Suggestion]) -> list[PrecedentRow]:
    """Precedents that a case suggests, each with what it has in common."""
    return [_precedent(one.precedent, _alike(one)) for one in found]


def _alike(one: Suggestion) -> str:
    if one.same_product:
        words = _("Samma läkemedel")
    elif one.same_substances:
        words = _("Samma substans")
    else:
        return _("Samma diagnoskod")
    return _("%(what)s och diagnoskod") % {"what": words} if one.same_diagnosis else words


def _precedent(precedent: Precedent, alike: str) -> PrecedentRow:
    return PrecedentRow(
        precedent,
        Outcome(precedent.outcome),
        LicenceKind(precedent.kind).label,
        ", ".join(precedent.icd10),
        alike,
    )


@dataclass(frozen=True)
class CommunicationRow:
    """What was sent to the pharmacy, and what came of it."""

    communication: Communication
    status: CommunicationStatus
    is_late: bool
    may_close: bool


def communication_rows(
    found: Iterable[Communication], *, case: Case, by: Assignment
) -> list[CommunicationRow]:
    """What was sent to the pharmacy before a decision."""
    today = clock.today()
    return [
        CommunicationRow(
            one,
            CommunicationStatus(one.status),
            is_late=one.is_open and one.due_on < today,
            may_close=one.is_open and case.is_open and case.assignee_id == by.pk,
        )
        for one in found
    ]


@dataclass(frozen=True)
class ReferralRow:
    """A question to a colleague, and what `by` may do with it."""

    referral: Referral
    status: ReferralStatus
    is_late: bool
    may_answer: bool
    may_withdraw: bool


def referral_rows(found: Iterable[Referral], *, by: Assignment) -> list[ReferralRow]:
    """Questions to colleagues, with what `by` may do."""
    today = clock.today()
    return [
        ReferralRow(
            one,
            ReferralStatus(one.status),
            is_late=one.is_open and one.due_on < today,
            may_answer=REFERRAL.allows(one, "answer", by=by)
            and one.consultant.user_id == by.user_id,
            may_withdraw=REFERRAL.allows(one, "withdraw", by=by),
        )
        for one in found
    ]


def asked_events(
    communications: Iterable[Communication], referrals: Iterable[Referral]
) -> list[Event]:
    """The answers of pharmacy and colleagues, for the case's timeline."""
    answered = [
        Event(_("Apoteket svarade på det som talar emot"), one.answered_at, who(one.answered_by))
        for one in communications
        if one.answered_at
    ]
    given = [
        Event(_("Yttrande lämnades"), one.answered_at, one.consultant.user.name)
        for one in referrals
        if one.answered_at
    ]
    return [*answered, *given]


@dataclass(frozen=True)
class NoteRow:
    """An internal note with who and when (FL 27 §), and whom it names."""

    note: Note
    by: str
    mentions: str


def note_rows(notes: Iterable[Note]) -> list[NoteRow]:
    """Internal notes, in the order given."""
    return [
        NoteRow(
            note,
            who(note.author),
            ", ".join(sorted(mention.person.name for mention in note.mentions.all())),
        )
        for note in notes
    ]


def mention_rows(mentions: Iterable[Mention]) -> list[NoteRow]:
    """The notes that name somebody."""
    return [NoteRow(one.note, one.note.author.user.name, "") for one in mentions]
