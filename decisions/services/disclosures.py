"""Documents of a case are given out: what was masked, by which provision, and who decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Assignment
from decisions import disclosed_files
from decisions.disclosing import Documents, documents_of
from decisions.enums import SecrecyGround
from decisions.flow import CASE
from decisions.models import Case, Disclosure
from decisions.tasks import issue_disclosures
from klas import audit, clock
from klas.access import Permission
from klas.errors import NotAllowed, Refused, Stale
from klas.models import AccessAction


@dataclass(frozen=True)
class Choice:
    """What an officer decided.

    Args:
        requester: who asked; "" for somebody who does not say (2 kap. 18 § TF).
        requested: what was asked for.
        masked: the provision for each masked field, by key.
        opened: the reason for each field given out though it is masked as a rule, by key.
        assessment: why what is masked would do harm.
    """

    requester: str
    requested: str
    masked: Mapping[str, str]
    opened: Mapping[str, str]
    assessment: str


@transaction.atomic
def disclose(case: Case, choice: Choice, *, seen: str, by: Assignment) -> Disclosure:
    """Give out the documents of a case; the worker makes the PDF.

    Args:
        seen: the fingerprint of the documents as the officer read them.

    Raises:
        NotAllowed: the role gives nothing out.
        Stale: the case holds something else than when it was read.
        Refused: a field is masked without a provision, or opened without a reason or though it is
            protected, or nothing says what is asked for or why it is masked; or a file or letter
            is given out that says what is masked, or that is not there yet.
    """
    if not by.has(Permission.DISCLOSE):
        raise NotAllowed
    locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    documents = documents_of(locked, by=by)
    if documents.fingerprint != seen:
        raise Stale(_("Något har ändrats i ärendet sedan du läste handlingarna. Läs dem igen."))
    _check(documents, choice)
    _check_files(documents, choice, by=by)
    titles = {field.key: field.title for field in documents.fields}
    disclosure: Disclosure = Disclosure.objects.create(
        case=locked,
        requester=choice.requester.strip(),
        requested=choice.requested.strip(),
        content=content_of(documents, choice.masked),
        masked=[
            {"key": key, "title": titles[key], "ground": ground}
            for key, ground in choice.masked.items()
        ],
        opened=[
            {"key": key, "title": titles[key], "reason": reason.strip()}
            for key, reason in choice.opened.items()
        ],
        assessment=choice.assessment.strip(),
        decided_by=by,
        ordered_at=clock.now(),
    )
    CASE.perform(locked, "disclosed", by=by)
    audit.record(AccessAction.WRITE, by=by, what="disclosure", obj=disclosure, whose=locked.dnr)
    issue_disclosures.defer()
    return disclosure


def content_of(documents: Documents, masked: Mapping[str, str]) -> list[dict[str, Any]]:
    """What is given out, part by part; of a masked field its title and provision only."""
    return [
        {
            "title": part.title,
            "rows": [
                {"title": field.title, "masked": masked[field.key]}
                if field.key in masked
                else {"title": field.title, "value": field.value, "file": field.file}
                for field in part.fields
            ],
        }
        for part in documents.parts
    ]


def _check_files(documents: Documents, choice: Choice, *, by: Assignment) -> None:
    masked = [
        (field.title, value)
        for field in documents.fields
        if field.key in choice.masked and not field.file
        for value in field.value
    ]
    for field in documents.fields:
        if field.file and field.key not in choice.masked:
            part = disclosed_files.part_of(field.file, title=field.title, by=by)
            disclosed_files.demand_clean(part, masked)


def _check(documents: Documents, choice: Choice) -> None:
    if not choice.requested.strip():
        raise Refused(_("Skriv vad som begärs ut."))
    if choice.masked and not choice.assessment.strip():
        raise Refused(_("Skriv varför uppgifterna maskeras."))
    for field in documents.fields:
        if field.key in choice.masked:
            if choice.masked[field.key] not in SecrecyGround.values:
                raise Refused(_("Välj bestämmelse för det du maskerar: %s.") % field.title)
        elif field.locked:
            raise Refused(_("Skyddade personuppgifter lämnas inte ut: %s.") % field.title)
        elif field.ground and not choice.opened.get(field.key, "").strip():
            raise Refused(_("Skriv varför det här lämnas ut: %s.") % field.title)
