"""What the template pack `klas` needs to know of a form field: kind, classes, words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.safestring import SafeString

Text = str | Promise


@dataclass(frozen=True)
class Look:
    """How one field is drawn, where the field itself does not say: `looks = {"weight": Look(…)}`.

    Args:
        width: of a one-line control: 2, 3, 4, 5, 10, 20, 30 (characters) or "one-half",
            "one-third", "two-thirds" …; 0 fills the column.
        prefix, suffix: e.g. suffix="kg".
        size: of label or legend: "s", "m", "l", "xl", or "" for plain text.
        heading: the label is the page's h1.
        inline: radios beside each other (two short answers only).
        small: smaller radios and checkboxes, for filters.
        count: longest text in characters, counted while typing.
        rows: height of a text area in lines.
        hints: help per choice, by value.
        optional: True or False says whether “(valfritt)” is shown; None asks `field.required`.
        hide_label: the label is for screen readers only.
    """

    width: int | str = 0
    prefix: Text = ""
    suffix: Text = ""
    size: str = "s"
    heading: bool = False
    inline: bool = False
    small: bool = False
    count: int = 0
    rows: int = 5
    hints: Mapping[str, Text] = field(default_factory=dict)
    optional: bool | None = None
    hide_label: bool = False


@dataclass(frozen=True)
class Choice:
    """One radio or checkbox, with the fields it reveals."""

    id: str
    name: str
    value: str
    label: str
    hint: Text
    checked: bool
    disabled: bool
    revealed: list[BoundField]


class Control:
    """A bound field as the templates draw it."""

    def __init__(self, bound: BoundField) -> None:
        self.bound = bound
        self.look: Look = getattr(bound.form, "looks", {}).get(bound.name, Look())

    @property
    def kind(self) -> str:
        return control_kind(self.bound)

    @property
    def template(self) -> str:
        return f"klas/{self.kind}.html"

    @property
    def id(self) -> str:
        return self.bound.id_for_label or self.bound.auto_id

    @property
    def error_id(self) -> str:
        return f"{self.bound.auto_id}_error"

    @property
    def hint_id(self) -> str:
        return f"{self.bound.auto_id}_helptext"

    @property
    def optional(self) -> bool:
        if not getattr(self.bound.form, "mark_optional", True):
            return False
        if self.look.optional is not None:
            return self.look.optional
        if self.bound.name in getattr(self.bound.form, "demanded", {}):
            return False
        return not self.bound.field.required and self.kind != "checkbox"

    @property
    def title_classes(self) -> str:
        """Classes of the label or legend."""
        block = "govuk-label" if self.kind in LABELLED else "govuk-fieldset__legend"
        classes = [block]
        if self.look.size:
            classes.append(f"{block}--{self.look.size}")
        if self.look.hide_label:
            classes.append("govuk-visually-hidden")
        return " ".join(classes)

    @property
    def html(self) -> SafeString:
        """The control itself, with classes and the ids that describe it."""
        base = BASE_CLASSES.get(self.kind, "govuk-input")
        classes = [base, self.bound.field.widget.attrs.get("class", "")]
        if self.kind == "input" and self.look.width:
            is_fixed = isinstance(self.look.width, int)
            classes.append(
                f"govuk-input--width-{self.look.width}"
                if is_fixed
                else f"govuk-!-width-{self.look.width}"
            )
        if self.look.suffix:
            classes.append("klas-input--before-suffix")
        if self.bound.errors and self.kind != "checkbox":
            classes.append(f"{base}--error")
        attrs: dict[str, Any] = {}
        if self.kind == "checkbox" and self.revealed:
            attrs["data-aria-controls"] = f"conditional-{self.id}"
        if self.kind == "textarea":
            attrs["rows"] = self.look.rows
        if self.look.count:
            classes.append("govuk-js-character-count")
            attrs["aria-describedby"] = (
                f"{self.bound.aria_describedby or ''} {self.id}-info".strip()
            )
        attrs["class"] = " ".join(filter(None, classes))
        return self.bound.as_widget(attrs=attrs)

    @property
    def choices(self) -> list[Choice]:
        """Radios or checkboxes; the empty choice of a select is none."""
        conditional = getattr(self.bound.form, "conditional", {}).get(self.bound.name, {})
        return [
            Choice(
                id=str(option.data["attrs"].get("id", "")),
                name=str(option.data["name"]),
                value=str(option.data["value"]),
                label=option.choice_label,
                hint=self.look.hints.get(str(option.data["value"]), ""),
                checked=bool(option.data["selected"]),
                disabled=bool(option.data["attrs"].get("disabled", False)),
                revealed=[
                    self.bound.form[name] for name in conditional.get(str(option.data["value"]), ())
                ],
            )
            for option in self.bound.subwidgets
            if str(option.data["value"]) != ""
        ]

    @property
    def reveals(self) -> bool:
        return any(choice.revealed for choice in self.choices)

    @property
    def revealed(self) -> list[BoundField]:
        """The fields a single checkbox reveals: `conditional = {"urgent": {"True": [...]}}`."""
        conditional = getattr(self.bound.form, "conditional", {}).get(self.bound.name, {})
        return [self.bound.form[name] for name in conditional.get("True", ())]


BASE_CLASSES = {
    "select": "govuk-select",
    "textarea": "govuk-textarea",
    "file": "klas-file",
    "checkbox": "govuk-checkboxes__input",
}
LABELLED = frozenset({"input", "textarea", "select", "file"})


def control_kind(bound: BoundField) -> str:
    """Which template of the pack draws the field."""
    widget = bound.field.widget
    kinds: tuple[tuple[type[forms.Widget], str], ...] = (
        (forms.CheckboxSelectMultiple, "checkboxes"),
        (forms.RadioSelect, "radios"),
        (forms.Select, "select"),
        (forms.Textarea, "textarea"),
        (forms.CheckboxInput, "checkbox"),
        (forms.FileInput, "file"),
    )
    if widget.is_hidden:
        return "hidden"
    if hasattr(bound, "row_forms"):
        return "rows"
    return next((kind for type_, kind in kinds if isinstance(widget, type_)), "input")


def first_control_id(bound: BoundField, code: str | None = None) -> str:
    """The id an error link leads to: of radios and checkboxes the first, of rows the faulty cell.

    `code` is the error's code, which for rows names the cell.
    """
    kind = control_kind(bound)
    if kind in {"radios", "checkboxes"}:
        options = Control(bound).choices
        return options[0].id if options else bound.auto_id
    if kind == "rows":
        return str(bound.id_of_error(code))  # type: ignore[attr-defined]
    return bound.id_for_label or bound.auto_id


def in_sentence(label: str) -> str:
    """A label inside a sentence: first letter small, unless it begins an abbreviation."""
    return label[:1].lower() + label[1:] if re.match(r"\w[^\WA-ZÅÄÖ]", label) else label
