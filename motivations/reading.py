"""The one way to read what a motivation says.

Identities and clinical text have tables of their own. Nothing but this module (and the submission
that writes them) touches those tables; a test holds the code to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import Assignment
from klas import audit
from klas.models import AccessAction
from klas.sections import Answers, Secrecy, merge
from motivations.kinds import kind_of
from motivations.models import ClinicalText, Motivation, MotivationVersion, PatientIdentity
from motivations.permissions import may_read_clinical_text


@dataclass(frozen=True)
class Reading:
    """What one reader gets to see of one version.

    `answers` are canonical answers by section; `layers` says which layers they hold.
    """

    version: MotivationVersion
    answers: Answers
    layers: frozenset[Secrecy]


def read(version: MotivationVersion, *, by: Assignment, purpose: str = "") -> Reading:
    """What `by` may see of a version; recorded in the access log.

    Whether `by` may see the motivation at all is the caller's question, answered by the queryset
    the object came from. Clinical text is in the answer for its author and, once an application
    exists, the agency; for everybody else it is not read from the database.
    """
    layers = {Secrecy.OPEN, Secrecy.IDENTITY}
    if may_read_clinical_text(by, version.motivation):
        layers.add(Secrecy.CLINICAL)
    audit.record(
        AccessAction.READ,
        by=by,
        what="motivation_with_clinical_text" if Secrecy.CLINICAL in layers else "motivation",
        obj=version,
        whose=version.motivation.reference or "",
        purpose=purpose,
    )
    return Reading(version, _answers(version, layers), frozenset(layers))


def read_all(
    motivation: Motivation, *, by: Assignment, last: MotivationVersion | None = None
) -> list[Reading]:
    """What `by` may see of each version, the first one first; recorded as `read` does.

    Args:
        last: up to this one; later ones are not read.
    """
    found = MotivationVersion.objects.filter(motivation=motivation)
    if last is not None:
        found = found.filter(number__lte=last.number)
    versions = found.select_related(
        "product", "motivation__author__user", "created_by__user"
    ).order_by("number")
    return [read(version, by=by) for version in versions]


def for_document(version: MotivationVersion, *, clinical: bool) -> Answers:
    """The answers of a version for its PDF, made by the worker for one audience."""
    layers = {Secrecy.OPEN, Secrecy.IDENTITY} | ({Secrecy.CLINICAL} if clinical else set())
    return _answers(version, layers)


def whole(version: MotivationVersion) -> Answers:
    """All answers of a version, for its author's next one to begin with."""
    return _answers(version, set(Secrecy))


def about(version: MotivationVersion) -> Answers:
    """All but the clinical text, for a decision or licence that says whom it is for."""
    return _answers(version, {Secrecy.OPEN, Secrecy.IDENTITY})


def same_subject(
    version: MotivationVersion, others: Sequence[MotivationVersion]
) -> list[MotivationVersion]:
    """Those of `others`, of the same kind, that are for the same patient or owner and animals.

    Only which they are comes out of here. The caller records that they were compared.
    """
    kind = kind_of(version.motivation.kind)
    wanted = kind.identity(about(version))
    if not wanted or not others:
        return []
    identities = {
        identity.version_id: identity.answers
        for identity in PatientIdentity.objects.filter(version__in=others)
    }
    return [
        other
        for other in others
        if kind.identity(merge([identities[other.pk], other.answers])) == wanted
    ]


def _answers(version: MotivationVersion, layers: set[Secrecy]) -> Answers:
    parts: list[Answers] = []
    if Secrecy.IDENTITY in layers:
        parts.append(PatientIdentity.objects.get(version=version).answers)
    if Secrecy.OPEN in layers:
        parts.append(version.answers)
    if Secrecy.CLINICAL in layers:
        parts.append(ClinicalText.objects.get(version=version).answers)
    return merge(parts)
