"""Revoking a licence: proposed on a ground of FL 37 §, signed by a second person."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Assignment
from applications.services import told_after
from decisions.enums import LetterReason, LicenceStatus, Recipient, RevocationGround
from decisions.flow import LICENCE
from decisions.letters import licence_acts as letters
from decisions.models import Licence, Revocation
from decisions.services.ordering import order
from klas import audit, clock
from klas.access import Permission
from klas.errors import NotAllowed, Refused, Stale, WrongState
from klas.models import AccessAction
from licences.services import stopping
from licences.services.telling import tell_pharmacies_of
from notifications.enums import NoticeKind


@dataclass(frozen=True)
class RevocationFacts:
    """What an officer wants: a `RevocationGround`, reasons and how the party was heard.

    `instruction` is what the pharmacies are to do; it may be "".
    """

    ground: str
    reasons: str
    hearing: str
    hearing_text: str
    instruction: str = ""


@transaction.atomic
def propose(
    licence: Licence,
    facts: RevocationFacts,
    *,
    suspend_meanwhile: bool,
    by: Assignment,
    opened_revision: int | None = None,
) -> Revocation:
    """Propose that a licence is revoked; a second person signs (`countersign`).

    Args:
        suspend_meanwhile: stop the licence at once, until it is decided.

    Raises:
        NotAllowed: the role does not decide.
        Refused: the ground is the clause, and the decision has none; or reasons are missing.
        WrongState: the licence is revoked, or somebody has proposed it already.
        Stale: somebody changed the licence since the page was opened.
    """
    if not by.has(Permission.DECIDE):
        raise NotAllowed
    locked = (
        Licence.objects.select_for_update(of=("self",))
        .select_related("decision__case")
        .get(pk=licence.pk)
    )
    if locked.status == LicenceStatus.REVOKED:
        raise WrongState(_("Licensen är redan återkallad."))
    if live_proposal(locked) is not None:
        raise WrongState(
            _("Någon har redan föreslagit att licensen återkallas. Läs förslaget på licensen.")
        )
    if opened_revision is not None and opened_revision != locked.revision:
        raise Stale(_("Någon annan har ändrat licensen sedan du öppnade sidan. Läs den igen."))
    if not (facts.reasons.strip() and facts.hearing_text.strip()):
        raise Refused(_("Skriv skälen, och hur apoteket har hörts eller varför inte."))
    if facts.ground == RevocationGround.CLAUSE and not locked.decision.revocation_clause:
        raise Refused(
            _(
                "Beslutet säger inget om när licensen får återkallas. Välj en annan grund, eller "
                "stoppa licensen tills vidare."
            )
        )
    revocation = Revocation.objects.create(
        licence=locked, proposed_by=by, proposed_at=clock.now(), **vars(facts)
    )
    if suspend_meanwhile and locked.status == LicenceStatus.ACTIVE:
        stopping.suspend(locked, reason=facts.reasons, instruction=facts.instruction, by=by)
    _record(revocation, by=by)
    return revocation


@transaction.atomic
def countersign(licence: Licence, *, by: Assignment, opened_revision: int | None = None) -> Licence:
    """Sign a proposed revocation as the second person: it takes effect at once.

    Raises:
        Refused: there is no proposal, or it is one's own.
        NotAllowed, WrongState, Stale: see `Flow.perform`.
    """
    revocation = live_proposal(licence)
    moved = LICENCE.perform(
        licence,
        "revoke",
        by=by,
        opened_revision=opened_revision,
        reason=revocation.reasons if revocation else "",
        data={"instruction": revocation.instruction} if revocation else None,
    )
    assert revocation is not None  # noqa: S101 - the flow's guard has refused otherwise
    revocation.decided_by, revocation.decided_at = by, clock.now()
    revocation.save(update_fields=["decided_by", "decided_at"])
    case = revocation.licence.decision.case
    told_after.licence_revoked(case.application, reason=revocation.reasons)
    order(
        case,
        to=Recipient.PHARMACY,
        reason=LetterReason.REVOCATION,
        about=revocation,
        facts=letters.revocation_facts(revocation),
    )
    kind = NoticeKind.LICENCE_REVOKED
    tell_pharmacies_of(revocation.licence, kind, key=f"{kind}-{licence.pk}")
    _record(revocation, by=by)
    return moved


@transaction.atomic
def send_back(licence: Licence, *, reason: str, by: Assignment) -> Revocation:
    """End a proposal unsigned: a countersigner sends it back, or its author takes it back.

    A licence that was stopped meanwhile stays stopped until somebody lifts it.

    Raises:
        NotAllowed: it is somebody else's proposal, and the role does not countersign.
        Refused: no reason is given.
        WrongState: there is no proposal any more.
    """
    if not reason.strip():
        raise Refused(_("Skriv varför förslaget inte skrivs under."))
    Licence.objects.select_for_update(of=("self",)).get(pk=licence.pk)
    revocation = live_proposal(licence)
    if revocation is None:
        raise WrongState(_("Det finns inget förslag om återkallelse längre."))
    is_own = revocation.proposed_by.user_id == by.user_id
    if not is_own and not by.has(Permission.COUNTERSIGN):
        raise NotAllowed
    revocation.returned_by, revocation.returned_at = by, clock.now()
    revocation.return_reason = reason.strip()
    revocation.save(update_fields=["returned_by", "returned_at", "return_reason"])
    _record(revocation, by=by)
    return revocation


def live_proposal(licence: Licence) -> Revocation | None:
    """The proposal that waits for a second signature, if there is one."""
    return (
        Revocation.objects.filter(
            licence=licence, decided_at__isnull=True, returned_at__isnull=True
        )
        .select_related(
            "proposed_by__user",
            "licence__product",
            "licence__decision__case__application__motivation",
            "licence__decision__case__application__version",
            "licence__decision__case__application__pharmacy",
        )
        .first()
    )


def _record(revocation: Revocation, *, by: Assignment) -> None:
    audit.record(
        AccessAction.WRITE,
        by=by,
        what="revocation",
        obj=revocation,
        whose=revocation.licence.decision.case.dnr,
    )
