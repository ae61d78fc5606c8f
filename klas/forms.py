"""The base of every form: plain Django, drawn by the template pack `klas`.

`class WeightForm(KlasForm)` or, for models, `class ProfileForm(KlasFormMixin, forms.ModelForm)`;
in the template `{% error_summary form %}` above the h1 and `{% crispy form %}` inside `<form>`.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from klas.pack import Look, in_sentence

__all__ = ["KlasForm", "KlasFormMixin", "Look", "NumberTextInput"]

_NUMBER = re.compile(r"[-−]?\d+([.,]\d+)?")
_SPACES = re.compile(r"[\s\u00a0\u202f]+")


class NumberTextInput(forms.TextInput):
    """A number as people write it: spaces between thousands, decimal comma or point.

    Not `type="number"`: that changes on scroll, drops what it does not like, and cannot show what
    was typed (GOV.UK Design System, “Text input”).
    """

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        if not isinstance(value, str):
            return value
        compact = _SPACES.sub("", value)
        if _NUMBER.fullmatch(compact):
            return compact.replace(",", ".").replace("−", "-")
        return value

    def format_value(self, value: Any) -> str | None:
        shown: str | None = super().format_value(value)
        if shown and get_language() != "en" and _NUMBER.fullmatch(shown):
            return shown.replace(".", ",")
        return shown


class KlasFormMixin:
    """What all forms share. Put it before `forms.Form` or `forms.ModelForm`.

    Class attributes:
        looks: field name → `Look`.
        conditional: field name → choice value → names of the fields that choice reveals. They are
            drawn inside the choice (all of them are visible without JavaScript). While the choice
            is not made they are not validated, and empty in `cleaned_data`. A single checkbox's
            value is "True".
        demanded: fields that must be answered as soon as their choice is made → what to say when
            they are not (None: the field's own words). The fields themselves are not `required`.
        mark_optional: whether fields that may be left empty say “(valfritt)”; False for filters.
    """

    use_required_attribute = False
    looks: ClassVar[Mapping[str, Look]] = {}
    conditional: ClassVar[Mapping[str, Mapping[str, Sequence[str]]]] = {}
    demanded: ClassVar[Mapping[str, str | Promise | None]] = {}
    mark_optional: ClassVar[bool] = True
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def __getitem__(self, name: str) -> BoundField:
        field = self.fields.get(name)
        if field is not None:
            _prepare(name, field)
        bound: BoundField = super().__getitem__(name)  # type: ignore[misc]
        return bound

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        unrevealed = self._unrevealed()
        for name in unrevealed:
            self.errors.pop(name, None)  # type: ignore[attr-defined]
            empty: Any = getattr(self.fields[name], "empty_value", None)
            self.cleaned_data[name] = empty  # type: ignore[attr-defined]
        for name, words in self.demanded.items():
            if name in self.fields and name not in unrevealed:
                self.demand(name, words)

    def demand(self, name: str, words: str | Promise | None = None) -> None:
        """Say that a field must be answered, unless it is or is already complained of."""
        if name in self.errors or not is_empty(self.cleaned_data.get(name)):  # type: ignore[attr-defined]
            return
        self.add_error(name, words or self.fields[name].error_messages["required"])  # type: ignore[attr-defined]

    def _unrevealed(self) -> list[str]:
        """Fields that belong to choices not made: nothing is asked of them, nothing is kept."""
        return [
            name
            for controlling, choices in self.conditional.items()
            for value, names in choices.items()
            for name in names
            if name in self.fields and value not in _chosen(self[controlling].data)
        ]

    @property
    def helper(self) -> FormHelper:
        """For `{% crispy form %}`: fields only; `<form>` and the CSRF token stand in the page."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.include_media = False
        return helper

    @property
    def outer_fields(self) -> list[BoundField]:
        """The fields not revealed by another field's choice, in order."""
        revealed = {
            name
            for choices in self.conditional.values()
            for names in choices.values()
            for name in names
        }
        return [self[name] for name in self.fields if name not in revealed]


def is_empty(value: Any) -> bool:
    """Whether a cleaned value is no answer."""
    return value is None or value is False or (isinstance(value, str | list | tuple) and not value)


def _chosen(data: Any) -> set[str]:
    return {str(value) for value in data} if isinstance(data, list | tuple) else {str(data)}


class KlasForm(KlasFormMixin, forms.Form):
    """A form that is not tied to a model."""


def _prepare(name: str, field: forms.Field) -> None:
    """Give a field our controls and our words, once; what the form says itself is kept."""
    if getattr(field, "_klas_prepared", False):
        return
    field._klas_prepared = True  # type: ignore[attr-defined]
    if type(field.widget) is forms.NumberInput:
        _use_number_text(field)
    widget = field.widget
    # A limit that silently eats what is pasted hides the error; the server says it in words.
    for limit in ("maxlength", "minlength"):
        widget.attrs.pop(limit, None)
    if isinstance(field, forms.DateField) and isinstance(widget, forms.DateInput):
        field.input_formats = ["%Y-%m-%d", "%Y%m%d"]
        widget.format = "%Y-%m-%d"
        widget.attrs.setdefault("inputmode", "numeric")
        widget.attrs.setdefault("autocomplete", "off")
        if not field.help_text:
            field.help_text = _("ÅÅÅÅ-MM-DD, till exempel 2026-11-20")
    if isinstance(widget, forms.EmailInput):
        widget.attrs.setdefault("spellcheck", "false")
    _use_our_words(name, field)


def _use_number_text(field: forms.Field) -> None:
    attrs = {k: v for k, v in field.widget.attrs.items() if k not in {"min", "max", "step"}}
    is_whole = isinstance(field, forms.IntegerField) and not isinstance(
        field, forms.DecimalField | forms.FloatField
    )
    attrs.setdefault("inputmode", "numeric" if is_whole else "decimal")
    attrs.setdefault("autocomplete", "off")
    widget = NumberTextInput(attrs)
    widget.is_required = field.required
    field.widget = widget


def _use_our_words(name: str, field: forms.Field) -> None:
    """Replace Django's own error texts by ones that say what to do."""
    label = str(field.label or name)
    # These texts are filled in with %, so a percent sign of the label is doubled.
    counted = label.replace("%", "%%")
    words: dict[str, str | Promise] = {
        "required": _required_text(label, field),
        "max_length": format_lazy(
            _("{label} får vara högst %(limit_value)s tecken. Du har skrivit %(show_value)s."),
            label=counted,
        ),
        "min_value": format_lazy(_("{label} måste vara minst %(limit_value)s"), label=counted),
        "max_value": format_lazy(_("{label} får vara högst %(limit_value)s"), label=counted),
        "invalid_choice": _("Välj ett av alternativen i listan"),
    }
    if isinstance(field, forms.DateField):
        words["invalid"] = _("Skriv datumet som ÅÅÅÅ-MM-DD, till exempel 2026-11-20")
    elif isinstance(field, forms.IntegerField):
        example = "12" if type(field) is forms.IntegerField else "2,5"
        words["invalid"] = format_lazy(
            _("Skriv {label} med siffror, till exempel {example}"),
            label=in_sentence(label),
            example=example,
        )
    elif isinstance(field, forms.EmailField):
        words["invalid"] = _("Skriv en e-postadress som namn@exempel.se")
    own: dict[str, Any] = field.error_messages
    standard: dict[str, Any] = {}
    for cls in reversed(type(field).__mro__):
        standard.update(getattr(cls, "default_error_messages", {}))
    for code, text in words.items():
        if code not in own or own[code] == standard.get(code):
            own[code] = text


def _required_text(label: str, field: forms.Field) -> str | Promise:
    if hasattr(field, "row_label"):
        return format_lazy(_("Lägg till minst en rad under ”{label}”"), label=label)
    if isinstance(field.widget, forms.FileInput):
        return _("Välj en fil")
    if label.endswith("?"):
        return format_lazy(_("Svara på frågan ”{label}”"), label=label)
    if isinstance(field.widget, forms.CheckboxInput):
        return format_lazy(_("Kryssa i rutan ”{label}”"), label=label)
    if isinstance(field.widget, forms.Select | forms.RadioSelect | forms.CheckboxSelectMultiple):
        return format_lazy(_("Välj {label}"), label=in_sentence(label))
    return format_lazy(_("Fyll i {label}"), label=in_sentence(label))
