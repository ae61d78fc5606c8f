"""The life of a case, of a letter and of a licence (domain §6)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from decisions.enums import (
    APPEALS_TO_HANDLE,
    ENDED_CASES,
    OPEN_CASES,
    AppealStatus,
    Channel,
    CommunicationStatus,
    LetterStatus,
    LicenceStatus,
    ReferralStatus,
)
from decisions.enums import CaseStatus as S
from decisions.models import (
    Appeal,
    AppealEvent,
    AppealFile,
    Case,
    CaseEvent,
    Communication,
    CommunicationEvent,
    Letter,
    LetterEvent,
    Licence,
    LicenceEvent,
    Referral,
    ReferralEvent,
    Revocation,
)
from klas import clock
from klas.access import Actor, Permission
from klas.errors import NotAllowed, Refused
from klas.flow import Flow, Transition


class _CaseFlow(Flow[Case]):
    """The one door of a case; whatever is done with it says that an answer that came in is seen.

    What only happens beside it (its state stays) says nothing of that.
    """

    def perform(self, subject: Case, action: str, **how: Any) -> Case:
        if self.table[action].target is not None:
            how.setdefault(
                "supplement_arrived_at", clock.now() if action == "supplement_answered" else None
            )
        return super().perform(subject, action, **how)


def _by_assignee(case: Case, by: Actor, data: Mapping[str, Any]) -> None:
    if case.assignee_id != by.assignment_id:
        raise Refused(_("Ärendet är tilldelat en annan handläggare. Be hen lämna det ifrån sig."))


def _by_another(case: Case, by: Actor, data: Mapping[str, Any]) -> None:
    # The same person in another role is still the same person (FL 31 §, domain §6).
    if case.assignee and case.assignee.user_id == by.user_id:  # type: ignore[attr-defined]
        raise Refused(
            _("Du har själv föreslagit beslutet. En annan beslutsfattare behöver kontrasignera.")
        )


def _to_another(case: Case, by: Actor, data: Mapping[str, Any]) -> None:
    """A case that somebody has goes to a colleague for a reason; others' only by a coordinator."""
    to = data["assignee"]
    if case.assignee_id == to.pk:
        raise Refused(_("%(name)s har redan ärendet.") % {"name": to.user.name})
    if case.assignee_id != by.assignment_id and not by.has(Permission.COORDINATE_CASES):
        raise Refused(
            _(
                "Ärendet är en annan handläggares. Bara den handläggaren eller en beslutsfattare "
                "kan ge det till någon annan."
            )
        )
    if not data["reason"].strip():
        raise Refused(_("Skriv varför ärendet byter handläggare."))


def _for_the_absent(case: Case, by: Actor, data: Mapping[str, Any]) -> None:
    if case.assignee_id != by.assignment_id and not by.has(Permission.COORDINATE_CASES):
        raise NotAllowed


CASE = _CaseFlow(
    model=Case,
    events=CaseEvent,
    table={
        "take": Transition((S.REGISTERED,), S.IN_REVIEW, Permission.HANDLE_CASES),
        "release": Transition((S.IN_REVIEW,), S.REGISTERED, Permission.HANDLE_CASES, _by_assignee),
        # By a colleague: to somebody, from one to another, back to the queue.
        "assign": Transition((S.REGISTERED,), S.IN_REVIEW, Permission.HANDLE_CASES),
        "reassign": Transition((S.IN_REVIEW,), S.IN_REVIEW, Permission.HANDLE_CASES, _to_another),
        "reassign_waiting": Transition(
            (S.WAITING,), S.WAITING, Permission.HANDLE_CASES, _to_another
        ),
        "release_absent": Transition(
            (S.IN_REVIEW,), S.REGISTERED, Permission.HANDLE_CASES, _for_the_absent
        ),
        "request_supplement": Transition(
            (S.IN_REVIEW, S.WAITING), S.WAITING, Permission.HANDLE_CASES, _by_assignee
        ),
        "supplement_answered": Transition((S.WAITING,), S.IN_REVIEW, None),
        "close_supplement": Transition(
            (S.WAITING,), S.IN_REVIEW, Permission.HANDLE_CASES, _by_assignee
        ),
        # The same while somebody else who was asked has not answered.
        "supplement_answered_in_part": Transition((S.WAITING,), S.WAITING, None),
        "close_supplement_in_part": Transition(
            (S.WAITING,), S.WAITING, Permission.HANDLE_CASES, _by_assignee
        ),
        "send_injunction": Transition(
            (S.WAITING,), S.WAITING, Permission.HANDLE_CASES, _by_assignee
        ),
        "accept_supplement": Transition(
            (S.IN_REVIEW,), S.IN_REVIEW, Permission.HANDLE_CASES, _by_assignee
        ),
        # The pharmacy is told what speaks against its application (FL 25 §): the clock runs.
        "communicate": Transition(
            (S.IN_REVIEW,), S.IN_REVIEW, Permission.HANDLE_CASES, _by_assignee
        ),
        # A colleague is asked for an opinion: the clock runs.
        "refer": Transition((S.IN_REVIEW,), S.IN_REVIEW, Permission.HANDLE_CASES, _by_assignee),
        "propose": Transition((S.IN_REVIEW,), S.PROPOSED, Permission.HANDLE_CASES, _by_assignee),
        "return": Transition((S.PROPOSED,), S.IN_REVIEW, Permission.COUNTERSIGN, _by_another),
        "countersign": Transition((S.PROPOSED,), S.DECIDED, Permission.COUNTERSIGN, _by_another),
        # Another pharmacy has taken the application over. A proposal would give it to the former.
        "applicant_changed": Transition((S.REGISTERED, S.IN_REVIEW, S.WAITING), None, None),
        "proposal_lapsed": Transition((S.PROPOSED,), S.IN_REVIEW, None),
        # The pharmacy has withdrawn its application: avskrivning.
        "close": Transition(OPEN_CASES, S.CLOSED, None),
        "decide": Transition((S.IN_REVIEW,), S.DECIDED, Permission.DECIDE, _by_assignee),
        # What is told, asked and appealed beside it, each by rules of its own.
        "supplement_reminded": Transition((S.WAITING,), None, None),
        "delay_told": Transition((S.REGISTERED, S.IN_REVIEW, S.PROPOSED), None, None),
        "decision_requested": Transition(OPEN_CASES, None, None),
        "decision_request_rejected": Transition(OPEN_CASES, None, None),
        "disclosed": Transition((*OPEN_CASES, *ENDED_CASES), None, None),
        **dict.fromkeys(
            (
                "appealed",
                "appeal_rejected",
                "appeal_changed",
                "appeal_kept",
                "appeal_forwarded",
                "appeal_ended",
            ),
            Transition((S.DECIDED,), None, None),
        ),
        # After an appeal: a new decision is to be made (`services/reopening.py`).
        "reopen": Transition((S.DECIDED,), S.IN_REVIEW, None),
    },
)


def _by_post(letter: Letter, by: Actor, data: Mapping[str, Any]) -> None:
    if letter.channel != Channel.POST:
        raise Refused(_("Brevet levereras elektroniskt och ska inte postas."))


LETTER = Flow(
    model=Letter,
    events=LetterEvent,
    table={
        "issue": Transition((LetterStatus.PENDING,), LetterStatus.ISSUED, None),
        "deliver": Transition((LetterStatus.ISSUED,), LetterStatus.DELIVERED, None),
        "print": Transition(
            (LetterStatus.ISSUED,), LetterStatus.PRINTED, Permission.PRINT_LETTERS, _by_post
        ),
        # What it would tell does not hold any more.
        "cancel": Transition(
            (LetterStatus.PENDING, LetterStatus.ISSUED, LetterStatus.PRINTED),
            LetterStatus.CANCELLED,
            None,
        ),
        "post": Transition(
            (LetterStatus.PRINTED,), LetterStatus.POSTED, Permission.PRINT_LETTERS, _by_post
        ),
    },
)


def _reasoned(licence: Licence, by: Actor, data: Mapping[str, Any]) -> None:
    if not data["reason"].strip():
        raise Refused(_("Skriv skälet."))


def _reasoned_in_force(licence: Licence, by: Actor, data: Mapping[str, Any]) -> None:
    _reasoned(licence, by, data)
    if licence.valid_to < clock.today():
        raise Refused(_("Licensen har redan gått ut. Det finns inget att stoppa."))


def _proposed_by_another(licence: Licence, by: Actor, data: Mapping[str, Any]) -> None:
    proposal = (
        Revocation.objects.select_related("proposed_by")
        .filter(licence=licence, decided_at__isnull=True, returned_at__isnull=True)
        .first()
    )
    if proposal is None:
        raise Refused(_("Det finns inget förslag om återkallelse att kontrasignera längre."))
    if proposal.proposed_by.user_id == by.user_id:  # type: ignore[attr-defined]
        raise Refused(
            _("Du har själv föreslagit återkallelsen. En annan beslutsfattare ska kontrasignera.")
        )


LICENCE = Flow(
    model=Licence,
    events=LicenceEvent,
    table={
        "suspend": Transition(
            (LicenceStatus.ACTIVE,),
            LicenceStatus.SUSPENDED,
            Permission.DECIDE,
            _reasoned_in_force,
        ),
        "lift": Transition(
            (LicenceStatus.SUSPENDED,), LicenceStatus.ACTIVE, Permission.DECIDE, _reasoned
        ),
        # The second signature of a `Revocation`.
        "revoke": Transition(
            (LicenceStatus.ACTIVE, LicenceStatus.SUSPENDED),
            LicenceStatus.REVOKED,
            Permission.COUNTERSIGN,
            _proposed_by_another,
        ),
        # The revocation was undone after an appeal.
        "restore": Transition((LicenceStatus.REVOKED,), LicenceStatus.ACTIVE, None),
        # Its case was reopened after an appeal, and a new decision has come in its place.
        "replace": Transition(
            (LicenceStatus.ACTIVE, LicenceStatus.SUSPENDED), LicenceStatus.REVOKED, None
        ),
    },
)


def _at_the_applicant(communication: Communication, by: Actor, data: Mapping[str, Any]) -> None:
    if communication.case.application.pharmacy_id != by.pharmacy_id:  # type: ignore[attr-defined]
        raise NotAllowed


COMMUNICATION = Flow(
    model=Communication,
    events=CommunicationEvent,
    table={
        "answer": Transition(
            (CommunicationStatus.OPEN,),
            CommunicationStatus.ANSWERED,
            Permission.SEND_APPLICATIONS,
            _at_the_applicant,
        ),
        # The officer needs no answer any more, or the case is over.
        "close": Transition((CommunicationStatus.OPEN,), CommunicationStatus.CLOSED, None),
    },
)


def _by_the_consultant(referral: Referral, by: Actor, data: Mapping[str, Any]) -> None:
    if referral.consultant.user_id != by.user_id:  # type: ignore[attr-defined]
        raise Refused(_("Frågan är ställd till en kollega. Bara hen kan lämna yttrandet."))


REFERRAL = Flow(
    model=Referral,
    events=ReferralEvent,
    table={
        "answer": Transition(
            (ReferralStatus.OPEN,), ReferralStatus.ANSWERED, Permission.ASSESS, _by_the_consultant
        ),
        "withdraw": Transition(
            (ReferralStatus.OPEN,), ReferralStatus.WITHDRAWN, Permission.HANDLE_CASES
        ),
    },
)


def _by_the_party(appeal: Appeal, by: Actor, data: Mapping[str, Any]) -> None:
    if appeal.case.application.pharmacy_id != by.pharmacy_id:  # type: ignore[attr-defined]
        raise NotAllowed


def _in_time(appeal: Appeal, by: Actor, data: Mapping[str, Any]) -> None:
    if not appeal.is_in_time:
        raise Refused(
            _("Överklagandet har kommit in för sent. Avvisa det, eller ändra bedömningen av tiden.")
        )


def _too_late(appeal: Appeal, by: Actor, data: Mapping[str, Any]) -> None:
    if appeal.is_in_time:
        raise Refused(_("Överklagandet har kommit in i tid. Det kan inte avvisas som för sent."))
    _with_reasons(appeal, by, data)


def _with_reasons(appeal: Appeal, by: Actor, data: Mapping[str, Any]) -> None:
    if not data["reasons"].strip():
        raise Refused(_("Skriv skälen för beslutet."))


def _with_file(appeal: Appeal, by: Actor, data: Mapping[str, Any]) -> None:
    if not AppealFile.objects.filter(appeal=appeal, issued_at__isnull=False).exists():
        raise Refused(_("Akten till domstolen är inte klar än. Vänta tills PDF:en är skapad."))


# An appeal of a decision (FL 43–47 §§). What the agency decides in it a decision maker decides.
APPEAL = Flow(
    model=Appeal,
    events=AppealEvent,
    table={
        "lodge": Transition(
            (AppealStatus.DRAFT,),
            AppealStatus.RECEIVED,
            Permission.SEND_APPLICATIONS,
            _by_the_party,
        ),
        # It came by post.
        "register": Transition(
            (AppealStatus.DRAFT,), AppealStatus.RECEIVED, Permission.HANDLE_CASES
        ),
        "judge_time": Transition(
            (AppealStatus.RECEIVED,), AppealStatus.RECEIVED, Permission.HANDLE_CASES
        ),
        "reject": Transition(
            (AppealStatus.RECEIVED,), AppealStatus.REJECTED, Permission.COUNTERSIGN, _too_late
        ),
        "reconsider": Transition(
            (AppealStatus.RECEIVED,), AppealStatus.RECONSIDERED, Permission.HANDLE_CASES, _in_time
        ),
        "change": Transition(
            (AppealStatus.RECONSIDERED,),
            AppealStatus.CHANGED,
            Permission.COUNTERSIGN,
            _with_reasons,
        ),
        "keep": Transition(
            (AppealStatus.RECONSIDERED,), AppealStatus.KEPT, Permission.COUNTERSIGN, _with_reasons
        ),
        "forward": Transition(
            (AppealStatus.KEPT,), AppealStatus.FORWARDED, Permission.HANDLE_CASES, _with_file
        ),
        "conclude": Transition(
            (AppealStatus.FORWARDED,), AppealStatus.ENDED, Permission.HANDLE_CASES
        ),
        # That it was rejected has been appealed in its turn: it is to be tried.
        "reinstate": Transition((AppealStatus.REJECTED,), AppealStatus.RECEIVED, None),
        # The party has taken it back before it went to the court.
        "withdraw": Transition(APPEALS_TO_HANDLE, AppealStatus.WITHDRAWN, Permission.HANDLE_CASES),
    },
)
