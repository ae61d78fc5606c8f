"""Long forms in sections: what is typed is kept as it is, and judged when it is sent.

A *section* is one page with one form. Its *answers* are a JSON object per section, in the shape the
form's widgets read, so that unfinished and wrong answers can be stored and shown again. When all
sections are right, `freeze` gives the answers in canonical form; canonical answers can be fed to
the same forms again (copy, new version) and shown as rows (check page, documents).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from klas.forms import KlasForm
from klas.presentation import swedish_date
from klas.rows import RowsField
from klas.summary import TaskStatus

SectionAnswers = dict[str, Any]
Answers = dict[str, SectionAnswers]


class Secrecy(StrEnum):
    """Who an answer is for; the layers a frozen document is split into."""

    OPEN = "open"
    IDENTITY = "identity"
    CLINICAL = "clinical"


class SectionForm(KlasForm):
    """The form of a section.

    Attributes:
        secrecy: the layer its answers belong to.
        field_secrecy: fields that belong to another layer than the rest.
        not_copied: fields that are answered anew when everything is written once more.
        in_renewal: answers that a renewal begins with in place of the earlier ones.
        answers: the answers of all sections, for rules that look across sections.
    """

    secrecy: ClassVar[Secrecy] = Secrecy.OPEN
    field_secrecy: ClassVar[Mapping[str, Secrecy]] = {}
    not_copied: ClassVar[tuple[str, ...]] = ()
    in_renewal: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, data: Any = None, *, answers: Answers | None = None, **kwargs: Any) -> None:
        self.answers: Answers = answers or {}
        super().__init__(data, **kwargs)

    @classmethod
    def secrecy_of(cls, name: str) -> Secrecy:
        """The layer a field's answer belongs to."""
        return cls.field_secrecy.get(name, cls.secrecy)

    @classmethod
    def copied(cls, answers: SectionAnswers, *, renewed: bool = False) -> SectionAnswers:
        """The answers that a copy begins with; what is answered anew is as in a new form."""
        begun = {
            name: cls.base_fields[name].initial
            for name in cls.not_copied
            if name in answers and cls.base_fields[name].initial is not None
        }
        kept = {name: value for name, value in answers.items() if name not in cls.not_copied}
        return {**kept, **begun, **(cls.in_renewal if renewed else {})}

    def raw_answers(self) -> SectionAnswers:
        """What was typed, right or wrong, as JSON."""
        return {name: self[name].data for name in self.fields}

    def is_started(self) -> bool:
        """Whether anything at all is answered."""
        return any(not _is_blank(value) for value in self.raw_answers().values())


@dataclass(frozen=True)
class Section:
    """One page of a long form."""

    slug: str
    title: str | Promise
    form_class: type[SectionForm]
    intro: str | Promise = ""

    def bind(self, answers: Answers) -> SectionForm:
        """The section's form with the stored answers as its data."""
        return self.form_class(data=answers.get(self.slug, {}), answers=answers)

    def state(self, answers: Answers) -> TaskStatus:
        """How far the section has come."""
        form = self.bind(answers)
        if form.is_valid():
            return TaskStatus.DONE
        return TaskStatus.STARTED if form.is_started() else TaskStatus.NOT_STARTED


@dataclass
class Frozen:
    """Canonical answers, split into the layers they belong to."""

    layers: dict[Secrecy, Answers] = field(
        default_factory=lambda: {secrecy: {} for secrecy in Secrecy}
    )

    def __getitem__(self, secrecy: Secrecy) -> Answers:
        return self.layers[secrecy]


class Incomplete(Exception):
    """Some sections are not right yet; `forms` holds them, bound, by section slug."""

    def __init__(self, forms_by_slug: dict[str, SectionForm]) -> None:
        super().__init__(", ".join(forms_by_slug))
        self.forms = forms_by_slug


def freeze(sections: Sequence[Section], answers: Answers) -> Frozen:
    """All answers in canonical form, or nothing.

    Raises:
        Incomplete: with the forms that are not right.
    """
    bound = {section.slug: section.bind(answers) for section in sections}
    wrong = {slug: form for slug, form in bound.items() if not form.is_valid()}
    if wrong:
        raise Incomplete(wrong)
    frozen = Frozen()
    for slug, form in bound.items():
        for name, value in form.cleaned_data.items():
            if name in form.fields:
                layer = frozen[form.secrecy_of(name)].setdefault(slug, {})
                layer[name] = canonical(value)
    return frozen


def merge(layers: Iterable[Answers]) -> Answers:
    """Put layers together again, section by section."""
    merged: Answers = {}
    for layer in layers:
        for slug, section_answers in layer.items():
            merged.setdefault(slug, {}).update(section_answers)
    return merged


def canonical(value: Any) -> Any:
    """A cleaned value as JSON in the shape that the form reads again."""
    match value:
        case None:
            return ""
        case bool() | str() | int():
            return value
        case Decimal():
            return format(value.normalize(), "f")
        case date():
            return value.isoformat()
        case models.Model():
            return value.pk
        case dict():
            return {key: canonical(item) for key, item in value.items()}
        case list() | tuple():
            return [canonical(item) for item in value]
    return str(value)


def display_value(form_field: forms.Field, value: Any) -> str | list[str]:
    """An answer in words, for the check page and documents; "" when nothing is answered.

    A field with a method `display(value)` says itself how its answer is written.
    """
    if _is_blank(value):
        return ""
    if hasattr(form_field, "display"):
        return form_field.display(value)  # type: ignore[no-any-return]
    if isinstance(form_field, RowsField):
        return [_row_text(form_field, row) for row in value]
    if isinstance(form_field, forms.BooleanField):
        return _("Ja") if value else _("Nej")
    if isinstance(form_field, forms.ChoiceField):
        words = {str(key): str(text) for key, text in _flat(form_field.choices)}
        if isinstance(value, list):
            return [words.get(str(item), str(item)) for item in value]
        return words.get(str(value), str(value))
    if isinstance(form_field, forms.DateField):
        return _date_text(str(value))
    if isinstance(form_field, forms.DecimalField | forms.FloatField):
        return str(value).replace(".", ",")
    return str(value)


def _row_text(form_field: RowsField, row: Mapping[str, Any]) -> str:
    parts = []
    for name, column in form_field.columns.items():
        text = display_value(column, row.get(name))
        if text:
            parts.append(f"{column.label}: {text}")
    return " · ".join(parts)


def _flat(choices: Any) -> Iterable[tuple[Any, Any]]:
    for key, text in choices:
        if isinstance(text, list | tuple):
            yield from text
        else:
            yield key, text


def _date_text(value: str) -> str:
    try:
        return swedish_date(date.fromisoformat(value))
    except ValueError:
        return value


def _is_blank(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(_is_blank(item) for item in value.values())
    if isinstance(value, list):
        return all(_is_blank(item) for item in value)
    return value is None or value is False or str(value).strip() == ""
