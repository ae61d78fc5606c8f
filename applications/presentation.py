"""An application in rows and sentences, for the pharmacy's pages and the agency's."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from applications.models import Application, ApplicationVersion
from applications.queries import ADDRESSED, DRAFTS, SENT
from applications.sections import LICENCE, MOTIVATION, PRODUCT, SECTIONS, routes_of
from applications.services.duplicates import Duplicate
from klas.pack import first_control_id
from klas.presentation import quantity, swedish_date
from klas.sections import Answers, Section, SectionForm, display_value
from klas.summary import Row
from motivations.enums import MotivationStatus, QuantityUnit
from motivations.kinds import kind_of
from motivations.models import Motivation, MotivationVersion
from motivations.presentation import Change, SectionRows


def section_rows(
    answers: Answers, *, change_url: Callable[[Section], str] | None = None
) -> list[SectionRows]:
    """All answers of an application, section by section; what a choice hides is left out.

    Args:
        answers: of a draft (`applying.answers_of`) or as sent (`frozen_answers`).
        change_url: where a section can be changed; without it there are no links.
    """
    return [
        SectionRows(
            str(section.title),
            section.slug,
            _rows(section.bind(answers), change_url(section) if change_url else ""),
        )
        for section in SECTIONS
    ]


def frozen_answers(application: Application) -> Answers:
    """The answers of a sent application, with what its forms need to show them."""
    assert application.version is not None  # noqa: S101 - a sent application has frozen it
    routes = routes_of(kind_of(application.motivation.kind), application.version.answers)
    return {**(application.answers or {}), MOTIVATION: {"routes": routes}}


@dataclass(frozen=True)
class ApplicationStep:
    """A later version of an application, and what it changed."""

    version: ApplicationVersion
    changes: list[Change]


def application_steps(application: Application) -> list[ApplicationStep]:
    """What each version after the first changed, the newest first."""
    if application.version is None:
        return []
    versions = list(application.versions.order_by("number"))
    beside = frozen_answers(application)[MOTIVATION]
    steps = [
        ApplicationStep(
            after,
            changes({**before.answers, MOTIVATION: beside}, {**after.answers, MOTIVATION: beside}),
        )
        for before, after in pairwise(versions)
    ]
    return steps[::-1]


def changes(before: Answers, after: Answers) -> list[Change]:
    """What differs between two versions of an application, question by question."""
    found = []
    for old, new in zip(section_rows(before), section_rows(after), strict=True):
        was = {row.key: row for row in old.rows if not row.is_empty}
        now = {row.key: row for row in new.rows if not row.is_empty}
        found += [
            Change(new.title, was.get(key, Row(key, "")), now.get(key, Row(key, "")))
            for key in {**was, **now}
            if was.get(key) != now.get(key)
        ]
    return found


def differences(answers: Answers) -> list[str]:
    """How a draft differs from its motivation, one sentence each: product, quantity, time."""
    asked, licence = answers[MOTIVATION], answers.get(LICENCE, {})
    found = []
    if answers.get(PRODUCT, {}).get("same_product") == "no":
        found.append(_("Läkemedlet är ett annat än det i motiveringen."))
    if _differs(licence.get("quantity"), asked["quantity"]) or (
        licence.get("unit") and licence["unit"] != asked["unit"]
    ):
        found.append(
            _("Ni ansöker om %(applied)s. Motiveringen gäller %(asked)s.")
            % {
                "applied": _amount(licence.get("quantity"), licence.get("unit")),
                "asked": _amount(asked["quantity"], asked["unit"]),
            }
        )
    if _differs(licence.get("months"), asked["months"]):
        found.append(
            _("Ni ansöker för %(applied)s månader. Motiveringen gäller %(asked)s månader.")
            % {"applied": licence["months"], "asked": asked["months"]}
        )
    return found


def export_heading(tab: str) -> list[str]:
    """The columns of a tab's list as a file: those of the page, one fact in each."""
    if tab == ADDRESSED:
        own = [_("Förskrivare"), _("Vårdenhet"), _("Kom till oss")]
    elif tab == DRAFTS:
        own = [_("Påbörjad av"), _("Påbörjad"), _("Ansvarig")]
    elif tab == SENT:
        own = [_("Diarienummer"), _("Status"), _("Skickad"), _("Beslut väntas"), _("Ansvarig")]
    else:
        own = [_("Diarienummer"), _("Utfall"), _("Skickad"), _("Avslutad")]
    return [_("Referensnummer"), _("Läkemedel"), _("Angelägenhet"), *own]


def export_row(tab: str, item: Motivation | Application) -> list[str]:
    """One row of a tab's list as a file; nothing of the patient, as on the page."""
    if isinstance(item, Motivation):
        author = item.author
        own = [author.user.name, author.unit_name, _day(item.submitted_at)]
        return [item.reference or "", item.product_line, item.get_urgency_display(), *own]
    motivation, product = item.motivation, item.product
    assigned = item.assigned_to.user.name if item.assigned_to else ""
    if tab == DRAFTS:
        own = [item.created_by.user.name, _day(item.created_at), assigned]
    elif tab == SENT:
        expected = item.expected_on.isoformat() if item.expected_on else ""
        own = [item.dnr, item.get_status_display(), _day(item.sent_at), expected, assigned]
    else:
        ended = item.get_outcome_display() or item.get_status_display()
        own = [item.dnr, ended, _day(item.sent_at), _day(item.decided_at or item.withdrawn_at)]
    return [
        motivation.reference or "",
        product.product_line if product else motivation.product_line,
        motivation.get_urgency_display(),
        *own,
    ]


def _day(moment: datetime | None) -> str:
    return timezone.localdate(moment).isoformat() if moment else ""


def duplicate_text(duplicate: Duplicate) -> str:
    """A licence or case there is already, in a sentence without anything of the patient."""
    facts = {"number": duplicate.number, "pharmacy": duplicate.pharmacy}
    if duplicate.valid_to is None:
        return _("Det finns redan ett pågående ärende: %(number)s, %(pharmacy)s.") % facts
    return _("Det finns redan en giltig licens: %(number)s, %(pharmacy)s, till %(day)s.") % {
        **facts,
        "day": swedish_date(duplicate.valid_to),
    }


def asked_for(answers: Answers) -> str:
    """What the motivation asks for: “730 tabletter i 12 månader”."""
    asked = answers[MOTIVATION]
    return _("%(quantity)s i %(months)s månader") % {
        "quantity": _amount(asked["quantity"], asked["unit"]),
        "months": asked["months"],
    }


def _rows(form: SectionForm, change_url: str) -> list[Row]:
    hidden = set(form._unrevealed()) | {"unit"}
    return [
        Row(
            str(field.label),
            _shown(form, name),
            f"{change_url}#{first_control_id(form[name])}" if change_url else "",
        )
        for name, field in form.fields.items()
        if name not in hidden
    ]


def _shown(form: SectionForm, name: str) -> str | list[str]:
    value = form[name].data
    if name == "quantity":
        return _amount(value, form["unit"].data)
    text = display_value(form.fields[name], value)
    look = form.looks.get(name)
    return f"{text} {look.suffix}" if text and look and look.suffix else text


def _amount(value: Any, unit: Any) -> str:
    """An amount with its unit in words; what was typed when it is no number."""
    exact = _decimal(value)
    words = dict(QuantityUnit.choices)
    if exact is None:
        return str(value or "")
    return quantity(exact, words.get(str(unit), ""))


def _decimal(value: Any) -> Decimal | None:
    try:
        exact = Decimal(str(value).replace(",", "."))
    except InvalidOperation:
        return None
    return exact if exact.is_finite() else None


def _differs(applied: Any, asked: Any) -> bool:
    """Whether two numbers are both there and not the same; “730” and “730,0” are."""
    first, second = _decimal(applied), _decimal(asked)
    return first is not None and second is not None and first != second


def is_protected(answers: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether the patient of a motivation has protected personal data."""
    return any(section.get("protected_identity") is True for section in answers.values())


def fee_text(fee: int) -> str:
    """A fee in SEK: “400 kr”."""
    return quantity(fee, _("kr"))


@dataclass(frozen=True)
class FoundLine:
    """One of several motivations that a search found. Says nothing of the patient."""

    motivation: Motivation
    kind: str
    product: str
    unit: str
    status: MotivationStatus


def found_lines(found: Iterable[MotivationVersion]) -> list[FoundLine]:
    """What tells motivations apart that a pharmacy found, in the order given."""
    return [
        FoundLine(
            version.motivation,
            str(kind_of(version.motivation.kind).title),
            version.product.product_line,
            str(version.prescriber["workplace"]),
            MotivationStatus(version.motivation.status),
        )
        for version in found
    ]
