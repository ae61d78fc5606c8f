"""A motivation as rows of questions and answers: for check and status pages, documents, and the
pages of pharmacy and agency.

Only what is in the answers is shown: a reading without the clinical layer gives neither its answers
nor its questions.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.enums import Profession
from klas.fields import NoPersonalNumberField
from klas.pack import first_control_id
from klas.presentation import number, swedish_date
from klas.sections import Answers, Secrecy, Section, SectionAnswers, SectionForm, display_value
from klas.summary import Change, Row
from klas.tags import status_tag
from medicines.models import ExactProduct
from motivations.kinds import Kind
from motivations.models import Attachment, Motivation, MotivationVersion
from motivations.reading import Reading

Text = str | Promise


@dataclass(frozen=True)
class SectionRows:
    """The answers of one section, in the order of its page."""

    title: Text
    slug: str
    rows: list[Row]


def section_rows(
    kind: Kind, answers: Answers, *, change_url: Callable[[Section], str] | None = None
) -> list[SectionRows]:
    """The answers of a draft or of a frozen version, section by section.

    Left out are hidden fields, and what belongs to a choice that was not made; what the system
    itself found out is shown when there is something to show. A section of which the answers hold
    nothing is left out.

    Args:
        answers: raw or canonical; see `with_blanks` for a check page.
        change_url: the address where a section can be changed; the row's link leads to its field.
    """
    shown = []
    for section in kind.sections:
        stored = answers.get(section.slug)
        if stored is None:
            continue
        form = section.form_class(initial=stored, answers=answers)
        address = change_url(section) if change_url else ""
        rows = [_row(form, name, stored[name], address) for name in _shown(form, stored)]
        if rows:
            shown.append(SectionRows(section.title, section.slug, rows))
    return shown


@dataclass(frozen=True)
class Answered:
    """One answer with what its secrecy is judged by."""

    name: str
    secrecy: Secrecy
    is_free_text: bool
    row: Row


def is_free_text(field: forms.Field) -> bool:
    """Whether anything at all may stand in an answer, somebody's name too."""
    return isinstance(field, NoPersonalNumberField) or isinstance(field.widget, forms.Textarea)


def answered(kind: Kind, answers: Answers) -> list[tuple[Section, list[Answered]]]:
    """What `section_rows` shows, with each answer's name and layer; empty ones are left out."""
    found = []
    for section in kind.sections:
        stored = answers.get(section.slug, {})
        form = section.form_class(initial=stored, answers=answers)
        rows = [(name, _row(form, name, stored[name], "")) for name in _shown(form, stored)]
        shown = [
            Answered(name, form.secrecy_of(name), is_free_text(form.fields[name]), row)
            for name, row in rows
            if not row.is_empty
        ]
        if shown:
            found.append((section, shown))
    return found


def changes(kind: Kind, before: Answers, after: Answers) -> list[Change]:
    """What differs between two versions, in the order of their pages, empty where not answered.

    Layers that neither holds give no changes, so that a reader is told of what they may read only.
    """
    found = []
    for section in kind.sections:
        old, new = _worded(section, before), _worded(section, after)
        found += [
            Change(section.title, old.get(key, Row(key, "")), new.get(key, Row(key, "")))
            for key in {**old, **new}
            if old.get(key) != new.get(key)
        ]
    return found


@dataclass(frozen=True)
class VersionStep:
    """A later version, and what it changed."""

    version: MotivationVersion
    changes: list[Change]


def version_steps(kind: Kind, readings: Sequence[Reading]) -> list[VersionStep]:
    """What each version after the first changed, the newest first.

    Args:
        readings: of all versions, the first one first (`motivations.reading.read_all`).
    """
    steps = [
        VersionStep(after.version, changes(kind, before.answers, after.answers))
        for before, after in pairwise(readings)
    ]
    return steps[::-1]


def _worded(section: Section, answers: Answers) -> dict[Text, Row]:
    stored = answers.get(section.slug)
    if stored is None:
        return {}
    form = section.form_class(initial=stored, answers=answers)
    return {
        row.key: row
        for row in (_row(form, name, stored[name], "") for name in _shown(form, stored))
        if not row.is_empty
    }


def with_blanks(kind: Kind, answers: Answers) -> Answers:
    """The answers with an empty one for every question not yet answered."""
    filled: Answers = {}
    for section in kind.sections:
        stored = answers.get(section.slug, {})
        form = section.form_class(answers=answers)
        filled[section.slug] = {**dict.fromkeys(form.fields, ""), **stored}
    return filled


def prescriber_rows(prescriber: Mapping[str, Any]) -> list[Row]:
    """The prescriber as frozen into a version (`motivations.services.submission`)."""
    rows = [
        Row(_("Namn"), prescriber["name"]),
        Row(_("Yrke"), Profession(prescriber["profession"]).label),
        Row(_("Förskrivarkod"), prescriber["prescriber_code"]),
        Row(_("Arbetsplats"), _joined(prescriber["workplace"], prescriber["organisation"])),
        Row(_("Arbetsplatskod"), prescriber["workplace_code"]),
        Row(_("Postadress"), _joined(*prescriber["address"])),
        Row(_("Telefon"), prescriber["phone"]),
        Row(_("E-post"), prescriber["email"]),
    ]
    return [row for row in rows if not row.is_empty]


def product_rows(product: ExactProduct) -> list[Row]:
    """The exact product that a motivation, an application or a licence is about."""
    rows = [
        Row(_("Läkemedlets namn"), product.name),
        Row(_("Aktiv substans"), product.substances),
        Row(_("Läkemedelsform"), product.form),
        Row(_("Styrka"), product.strength),
        Row(_("Innehavare av godkännandet eller ansvarigt företag"), product.mah),
        Row(_("Godkännandeland"), product.country_display or _("Inte godkänt i något land")),
    ]
    if product.country:
        rows.append(Row(_("Godkännandenummer i det landet"), product.approval_number))
    if product.atc:
        rows.append(Row(_("ATC-kod"), product.atc))
    return rows


def renewal_rows(motivation: Motivation, *, whole: bool = True, address: str = "") -> list[Row]:
    """Which licence a motivation renews; nothing when it renews none.

    Args:
        whole: with the licence's last day; pharmacies get the number only.
        address: where the earlier motivation or case is shown to the reader.
    """
    earlier = motivation.renews
    if earlier is None:
        return []
    licence: str = earlier.licence_number
    if whole:
        licence = _("%(number)s, till och med %(day)s") % {
            "number": licence,
            "day": swedish_date(earlier.licence_valid_to),
        }
    if address:
        licence = format_html('<a class="govuk-link" href="{}">{}</a>', address, licence)
    return [Row(_("Förnyar licens"), licence)]


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _shown(form: SectionForm, stored: SectionAnswers) -> list[str]:
    not_asked = {
        name
        for controlling, choices in form.conditional.items()
        for value, names in choices.items()
        for name in names
        if str(stored.get(controlling) or "") != value
    }
    if hasattr(form, "not_asked"):
        not_asked |= form.not_asked(stored)
    return [
        name
        for name, field in form.fields.items()
        if name in stored and name not in not_asked and _is_told(field, stored[name])
    ]


def _is_told(field: forms.Field, value: Any) -> bool:
    return not field.widget.is_hidden or bool(value and hasattr(field, "display"))


def _row(form: SectionForm, name: str, value: Any, address: str) -> Row:
    field = form.fields[name]
    may_change = address and not field.widget.is_hidden
    return Row(
        key=str(field.label or name),
        value=_in_words(form, name, value),
        change_url=f"{address}#{first_control_id(form[name])}" if may_change else "",
    )


def _in_words(form: SectionForm, name: str, value: Any) -> str | list[str]:
    field = form.fields[name]
    if isinstance(field, forms.BooleanField) and not field.required and not value:
        return _("Nej")
    text = display_value(field, value)
    if text and isinstance(field, forms.IntegerField | forms.DecimalField):
        text = _number(str(value))
    look = form.looks.get(name)
    return f"{text} {look.suffix}" if text and look is not None and look.suffix else text


def _number(text: str) -> str:
    """A number as people read it; what was typed when it is none."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return text
    return number(amount) if amount.is_finite() else text


def attachment_row(attachment: Attachment) -> Row:
    """An attachment on a check page: its kind, its name, and its state when it is not clean."""
    value = attachment.name
    if not attachment.is_clean:
        value = format_html("{} {}", attachment.name, status_tag(attachment.state))
    return Row(attachment.get_kind_display(), value)
