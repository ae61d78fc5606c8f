"""A case in words: what its pages and the queue show."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Assignment
from applications.models import Application
from applications.presentation import (
    applicant_rows,
    duplicate_text,
    fee_text,
    frozen_answers,
    section_rows,
)
from applications.queries import taken_over
from applications.services.duplicates import Duplicate
from decisions.enums import CaseStatus, Channel, Conclusion, LetterStatus, Recipient
from decisions.flow import CASE
from decisions.models import Assessment, Case, Letter
from decisions.queries import Obstacle
from decisions.rules import LetterOrder
from klas.access import Permission
from klas.presentation import number, quantity, swedish_date
from klas.sections import Answers
from klas.summary import Row, Tab
from klas.tags import status_tag
from klas.working_days import working_days_between
from motivations.enums import LicenceKind, QuantityUnit, Urgency
from motivations.kinds.common import CLINICAL
from motivations.presentation import SectionRows


@dataclass(frozen=True)
class Due:
    """When a case is due, in words; `late` marks its row."""

    text: str
    late: bool


def due(case: Case, *, today: date) -> Due:
    """How long is left, or how late it is, in working days."""
    if case.status == CaseStatus.CLOSED:
        return Due(_("Avskrivet %(day)s") % {"day": swedish_date(case.decided_at)}, late=False)
    if not case.is_open:
        return Due(_("Beslutat %(day)s") % {"day": swedish_date(case.decided_at)}, late=False)
    if case.status == CaseStatus.WAITING:
        if case.answer_is_overdue(today):
            return Due(_("Svarstiden har gått ut"), late=True)
        return Due(_("Väntar på svar"), late=False)
    days = working_days_between(today, case.due_on)
    if case.due_on < today:
        if days == 0:
            return Due(_("Försenat"), late=True)
        late = ngettext("%(days)s arbetsdag försenat", "%(days)s arbetsdagar försenat", -days)
        return Due(late % {"days": number(-days)}, late=True)
    if case.due_on == today:
        return Due(_("Ska beslutas i dag"), late=False)
    left = ngettext("%(days)s arbetsdag kvar", "%(days)s arbetsdagar kvar", days)
    return Due(left % {"days": number(days)}, late=False)


@dataclass(frozen=True)
class QueueTag:
    """A word on a row of the queue, in a colour of `govuk-tag`."""

    text: str
    colour: str


@dataclass(frozen=True)
class QueueRow:
    """One row of the queue."""

    case: Case
    due: Due
    kind: str | Promise
    status: CaseStatus
    urgency: Urgency | None
    tags: list[QueueTag]
    promised: str


def queue_rows(cases: Iterable[Case], *, today: date) -> list[QueueRow]:
    """The cases of one page of the queue."""
    return [
        QueueRow(
            case,
            due(case, today=today),
            LicenceKind(case.kind).label,
            CaseStatus(case.status),
            Urgency.URGENT if case.is_urgent else None,
            _queue_tags(case),
            _promised(case, today=today),
        )
        for case in cases
    ]


def _queue_tags(case: Case) -> list[QueueTag]:
    """What sets a case apart from others."""
    tags = []
    if case.is_first_time:
        tags.append(QueueTag(_("Första gången"), "orange"))
    if case.is_duplicate:
        tags.append(QueueTag(_("Dubblett"), "yellow"))
    if case.status == CaseStatus.IN_REVIEW and case.supplement_arrived_at is not None:
        tags.append(QueueTag(_("Svar inkommet"), "teal"))
    if case.is_open and case.request_due_on is not None:
        text = _("Svara på begäran senast %(day)s") % {"day": swedish_date(case.request_due_on)}
        tags.append(QueueTag(text, "red"))
    return tags


def _promised(case: Case, *, today: date) -> str:
    """What the pharmacy has been told of a late case; "" while there is nothing to say."""
    if not case.is_open or case.status == CaseStatus.WAITING or case.due_on >= today:
        return ""
    if case.told_until is None or case.told_until < today:
        return _("Apoteket är inte meddelat")
    return _("Apoteket är meddelat: %(day)s") % {"day": swedish_date(case.told_until)}


def identity_facts(case: Case, *, today: date) -> list[Row]:
    """What a case is, on each of its pages."""
    product = case.application.product
    when = due(case, today=today)
    facts = [
        Row(_("Ärende"), case.dnr),
        Row(_("Läkemedel"), product.product_line if product else ""),
        Row(_("Slag"), str(LicenceKind(case.kind).label)),
        Row(_("Status"), status_tag(CaseStatus(case.status))),
    ]
    if case.is_urgent:
        facts.append(Row(_("Angelägenhet"), status_tag(Urgency.URGENT)))
    if case.is_first_time:
        facts.append(Row(_("Licens"), _("första gången")))
    if case.status == CaseStatus.WAITING:
        facts.append(Row(_("Beslut senast"), _("räknas när svaret har kommit")))
    elif case.is_open:
        facts.append(Row(_("Beslut senast"), f"{swedish_date(case.due_on)} ({when.text.lower()})"))
    else:
        facts.append(Row(case.get_status_display(), swedish_date(case.decided_at)))
    if case.is_open and case.told_until is not None:
        facts.append(Row(_("Meddelat apoteket"), swedish_date(case.told_until)))
    if case.assignee is not None:
        facts.append(Row(_("Handläggare"), case.assignee.user.name))
    return facts


@dataclass(frozen=True)
class Action:
    """The main thing to do with a case: a link, or a button that posts."""

    text: str
    url: str
    posts: bool = False


def main_action(case: Case, assessment: Assessment | None, *, by: Assignment) -> Action | None:
    """What `by` would do next with the case; None when it is somebody else's turn."""
    if CASE.allows(case, "take", by=by):
        return Action(_("Ta ärendet"), reverse("decisions:take", args=[case.pk]), posts=True)
    if may_countersign(case, by):
        return Action(_("Kontrasignera"), reverse("decisions:countersign", args=[case.pk]))
    if case.status == CaseStatus.IN_REVIEW and case.assignee_id == by.pk:
        if assessment is None or not assessment.is_complete:
            return Action(_("Bedöm"), reverse("decisions:assess", args=[case.pk]))
        if by.has(Permission.DECIDE):
            return Action(_("Besluta"), reverse("decisions:decide", args=[case.pk]))
    return None


def may_countersign(case: Case, by: Assignment) -> bool:
    """Whether `by` may sign the proposal: never somebody's own (domain §6)."""
    return (
        case.status == CaseStatus.PROPOSED
        and by.has(Permission.COUNTERSIGN)
        and case.assignee is not None
        and case.assignee.user_id != by.user_id
    )


@dataclass(frozen=True)
class Stop:
    """What stands between a case and its decision, and where it is put right.

    A warning is to be thought of, and stops nothing.
    """

    text: str
    url: str = ""
    link_text: str = ""
    is_warning: bool = False


def stops(case: Case, found: Iterable[Obstacle], *, by: Assignment) -> list[Stop]:
    """The obstacles in words, with a link to where `by` can do something about them."""
    name = case.assignee.user.name if case.assignee else ""
    assess = reverse("decisions:assess", args=[case.pk])
    countersign = (
        reverse("decisions:countersign", args=[case.pk]) if may_countersign(case, by) else ""
    )
    words = {
        Obstacle.NOT_TAKEN: Stop(_("Ingen har tagit ärendet.")),
        Obstacle.WITH_ANOTHER: Stop(_("Ärendet handläggs av %(name)s.") % {"name": name}),
        Obstacle.WAITING: Stop(
            _("Svar på kompletteringen saknas."),
            "#komplettering",
            _("Se frågorna"),
        ),
        Obstacle.NOT_ASSESSED: Stop(
            _("Bedömningen är inte påbörjad."), assess, _("Börja med bedömningen")
        ),
        Obstacle.ASSESSMENT_UNFINISHED: Stop(
            _("Bedömningen är inte klar: alla tre kraven och nytta mot risk behövs."),
            assess,
            _("Gör klart bedömningen"),
        ),
        Obstacle.TO_COUNTERSIGN: Stop(
            _("%(name)s har föreslagit ett beslut. En annan beslutsfattare behöver kontrasignera.")
            % {"name": name},
            countersign,
            _("Läs förslaget och kontrasignera") if countersign else "",
        ),
        Obstacle.NEW_VERSION: Stop(
            _("Förskrivaren har skickat en ny version sedan bedömningen skrevs."),
            assess,
            _("Läs den och spara bedömningen igen"),
        ),
        Obstacle.NOT_HEARD: Stop(
            _("Ett krav är inte styrkt. Ska du avslå ska apoteket få yttra sig först."),
            reverse("decisions:communicate", args=[case.pk]) if may_communicate(case, by) else "",
            _("Låt apoteket yttra sig") if may_communicate(case, by) else "",
            is_warning=True,
        ),
        Obstacle.HEARING_OPEN: Stop(
            _("Apoteket har inte svarat på det som talar emot ansökan, och sista dagen är kvar."),
            "#kommunicering",
            _("Se vad som är skickat"),
            is_warning=True,
        ),
        Obstacle.REFERRAL_OPEN: Stop(
            _("En kollega har inte lämnat sitt yttrande än."),
            "#yttranden",
            _("Se frågan"),
            is_warning=True,
        ),
        Obstacle.DUPLICATE: Stop(
            _("Det finns en licens eller ett ärende till för samma patient och läkemedel."),
            "#dubbletter",
            _("Jämför"),
            is_warning=True,
        ),
    }
    return [words[obstacle] for obstacle in found]


def may_communicate(case: Case, by: Assignment) -> bool:
    """Whether `by` may send the pharmacy what speaks against its application now."""
    return CASE.allows(case, "communicate", by=by) and case.assignee_id == by.pk


def icd10_of(answers: Answers) -> str:
    """The diagnosis code among a motivation's answers, "" where there is none."""
    return str(answers.get(CLINICAL, {}).get("icd10") or "")


def page_links(*, has_decision: bool, open_case: bool) -> list[Tab]:
    """The parts of the review page."""
    parts = [
        ("beslut", gettext_lazy("Beslut"), has_decision),
        ("aterstar", gettext_lazy("Kvar att göra"), open_case),
        ("bedomning", gettext_lazy("Bedömning"), True),
        ("komplettering", gettext_lazy("Komplettering"), True),
        ("motivering", gettext_lazy("Licensmotivering"), True),
        ("ansokan", gettext_lazy("Ansökan"), True),
        ("bilagor", gettext_lazy("Bilagor"), True),
        ("kommunicering", gettext_lazy("Apotekets yttrande"), True),
        ("yttranden", gettext_lazy("Kollegors yttranden"), True),
        ("tidigare", gettext_lazy("Tidigare ärenden"), True),
        ("praxis", gettext_lazy("Praxis"), True),
        ("anteckningar", gettext_lazy("Anteckningar"), True),
        ("handelser", gettext_lazy("Händelser"), True),
    ]
    return [Tab(text, f"#{anchor}") for anchor, text, shown in parts if shown]


def application_rows(application: Application) -> list[SectionRows]:
    """What the pharmacy sent: who applies, then section by section."""
    pharmacy = application.pharmacy
    sender = application.sent_by.user.name if application.sent_by else ""
    sent_by = []
    handed_over = taken_over(application)
    if handed_over is not None and handed_over.ended_by is not None:
        sent_by = [Row(_("Skickad av"), f"{sender}, {handed_over.giver.name}")]
        sender = handed_over.ended_by.user.name
    applicant = [
        *applicant_rows(pharmacy),
        Row(_("Farmaceut"), sender),
        *sent_by,
        Row(_("Skickad"), application.sent_at),
        Row(_("Avgift"), fee_text(application.fee or 0)),
    ]
    sections = section_rows(frozen_answers(application))
    return [SectionRows(_("Sökande"), "sokande", applicant), *sections]


def renewal_rows(case: Case) -> list[Row]:
    """Which licence is renewed without a new motivation, and what the motivation is."""
    application = case.application
    earlier = Case.objects.get(application=application.renews_id)
    version = application.version
    assert version is not None  # noqa: S101 - a case is opened on a version that was sent
    link = format_html(
        '<a class="govuk-link" href="{}">{}, {}</a>',
        earlier.get_absolute_url(),
        application.renewed_licence,
        earlier.dnr,
    )
    written = _("Ingen ny: version %(number)s från %(day)s, i samma ordalydelse.") % {
        "number": version.number,
        "day": swedish_date(version.created_at),
    }
    return [Row(_("Förnyar licens"), link), Row(_("Licensmotivering"), written)]


def asked_for(application: Application) -> str:
    """What the pharmacy applied for: “730 tabletter i 12 månader”."""
    unit = QuantityUnit(application.unit).label if application.unit else ""
    months = application.months or 0
    asked = ngettext("%(quantity)s i %(months)s månad", "%(quantity)s i %(months)s månader", months)
    return asked % {"quantity": quantity(application.quantity, unit), "months": months}


@dataclass(frozen=True)
class DuplicateRow:
    """A licence or case for the same patient and product, and the case it is in."""

    text: str
    case: Case


def duplicate_rows(found: Iterable[Duplicate], cases: Mapping[int, Case]) -> list[DuplicateRow]:
    """Duplicates in words; `cases` by the key of the application."""
    return [
        DuplicateRow(duplicate_text(duplicate), cases[duplicate.application.pk])
        for duplicate in found
    ]


REQUIREMENTS = {
    "need": gettext_lazy("Behovet"),
    "ground": gettext_lazy("Vetenskaplig grund"),
    "manufacture": gettext_lazy("Tillverkningen"),
}


def assessment_rows(assessment: Assessment) -> list[Row]:
    """The three requirements and the weighing, as saved."""
    rows = []
    for name, title in REQUIREMENTS.items():
        conclusion = getattr(assessment, name)
        text = getattr(assessment, f"{name}_text")
        words = str(Conclusion(conclusion).label) if conclusion else ""
        rows.append(Row(title, "\n".join(part for part in (words, text) if part)))
    return [*rows, Row(_("Nytta mot risk"), assessment.benefit_risk)]


def changed_rows(assessment: Assessment, typed: Any) -> list[Row]:
    """What a colleague has saved where it differs from what was typed in a form."""
    names = {**{f: f for f in REQUIREMENTS}, **{f"{f}_text": f for f in REQUIREMENTS}}
    differing = {
        field
        for name, field in {**names, "benefit_risk": "benefit_risk"}.items()
        if getattr(assessment, name) != (typed[name].data or "")
    }
    order = [*REQUIREMENTS, "benefit_risk"]
    return [
        row
        for name, row in zip(order, assessment_rows(assessment), strict=True)
        if name in differing
    ]


def letter_sentence(order: LetterOrder, case: Case) -> str:
    """Who is told how, for the preview of a decision."""
    application = case.application
    if order.recipient == Recipient.PHARMACY:
        return _("%(pharmacy)s får beslutet elektroniskt.") % {
            "pharmacy": application.pharmacy.name
        }
    assert application.version is not None  # noqa: S101
    return _("%(prescriber)s (förskrivare) får brev med post. Orsak: %(reason)s.") % {
        "prescriber": application.version.prescriber["name"],
        "reason": str(order.reason.label).lower(),
    }


@dataclass(frozen=True)
class LetterRow:
    """One letter of a list; `choice` is its place among those that can be chosen, from 0."""

    letter: Letter
    recipient: str | Promise
    name: str
    reason: str | Promise
    channel: str | Promise
    status: LetterStatus
    choice: int | None
    is_chosen: bool


def letter_rows(
    letters: Iterable[Letter], *, chosen: AbstractSet[str] = frozenset()
) -> list[LetterRow]:
    """Letters in words; the recipient's name is the first line of the address.

    Args:
        chosen: keys of those that somebody has ticked.
    """
    rows, choices = [], count()
    for letter in letters:
        in_turn = letter.status in {LetterStatus.ISSUED, LetterStatus.PRINTED}
        is_ready = in_turn and letter.channel == Channel.POST
        rows.append(
            LetterRow(
                letter=letter,
                recipient=Recipient(letter.recipient).label,
                name=letter.address[0] if letter.address else "",
                reason=letter.get_reason_display(),
                channel=Channel(letter.channel).label,
                status=LetterStatus(letter.status),
                choice=next(choices) if is_ready else None,
                is_chosen=str(letter.pk) in chosen,
            )
        )
    return rows
