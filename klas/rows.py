"""A form field that holds rows: `therapy = RowsField(columns={"product": CharField(…), …})`.

Works without JavaScript: the button “Lägg till” (name `_add`, value = the field) and each row's
“Ta bort” (name `_remove`, value `<field>-<i>`) send the form; the view calls `changed_rows` and
shows the form again with a row more or less.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klas.forms import KlasForm
from klas.pack import Look, first_control_id

ADD = "_add"
REMOVE = "_remove"
ROW = gettext_lazy("Rad")
ADD_A_ROW = gettext_lazy("Lägg till en rad")
Row = dict[str, Any]


class RowsWidget(forms.Widget):
    """Reads rows from `<name>-<i>-<column>`, or from `data[name]` when that is a list of dicts."""

    template_name = "klas/rows.html"
    use_fieldset = True

    def __init__(self, columns: Mapping[str, forms.Field]) -> None:
        super().__init__()
        self.columns = dict(columns)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Row]:
        stored = data.get(name)
        if isinstance(stored, list | tuple):
            return [dict(row) for row in stored]
        pattern = re.compile(rf"{re.escape(name)}-(\d+)-({'|'.join(self.columns)})")
        matches = (pattern.fullmatch(key) for key in data)
        indexes = sorted({int(match[1]) for match in matches if match})
        return [
            {
                column: field.widget.value_from_datadict(data, files, f"{name}-{index}-{column}")
                for column, field in self.columns.items()
            }
            for index in indexes
        ]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and not any(key.startswith(f"{name}-") for key in data)


class RowsBoundField(BoundField):
    """Rows with their cells' own errors; `row_forms` is what the template draws."""

    field: "RowsField"

    @property
    def row_forms(self) -> list[forms.Form]:
        """One small form per row; always at least one, empty when there is nothing yet."""
        value = self.data if self.form.is_bound else self.initial
        rows = [dict(row) for row in value or []] or [{}]
        show_errors = self.form.is_bound and bool(self.errors)
        return [
            self.field.row_form(
                self.html_name, index, row, validate=show_errors and not _blank(row)
            )
            for index, row in enumerate(rows)
        ]

    def id_of_error(self, code: str | None) -> str:
        """The control an error leads to: its own cell, or the first cell of all."""
        index, _dash, column = (code or "").partition("-")
        rows = self.row_forms
        if index.isdigit() and int(index) < len(rows) and column in self.field.columns:
            return first_control_id(rows[int(index)][column])
        return first_control_id(next(iter(rows[0])))

    @property
    def own_errors(self) -> list[str]:
        """What no cell says itself: that the list is empty, or what the form found wrong in it."""
        said = {
            str(message)
            for form in self.row_forms
            for messages in form.errors.values()
            for message in messages
        }
        return [
            str(message)
            for error in self.errors.as_data()
            for message in error.messages
            if str(message) not in said
        ]

    def as_widget(
        self,
        widget: forms.Widget | None = None,
        attrs: dict[str, Any] | None = None,
        only_initial: bool = False,
    ) -> SafeString:
        return render_to_string("klas/rows.html", {"field": self})


class RowsField(forms.Field):
    """A list of dicts, one per row; rows left blank are dropped.

    Args:
        columns: column name → form field.
        looks: column name → `Look`.
        row_label: the word for one row in errors and headings, "Rad".
        add_label: the text of the button that adds a row.
        max_rows: more than this is refused.

    Raises (on clean):
        ValidationError: one error per faulty cell, worded “Rad 2: …”, with the code
            `<index>-<column>`; or that a required list is empty.
    """

    widget: RowsWidget

    def __init__(
        self,
        *,
        columns: Mapping[str, forms.Field],
        looks: Mapping[str, Look] | None = None,
        row_label: str | Promise = ROW,
        add_label: str | Promise = ADD_A_ROW,
        max_rows: int = 50,
        **kwargs: Any,
    ) -> None:
        self.columns = dict(columns)
        self.looks = {name: Look(size="") for name in columns} | dict(looks or {})
        self.row_label = row_label
        self.add_label = add_label
        self.max_rows = max_rows
        self.row_class = type("RowForm", (KlasForm,), {**self.columns, "looks": self.looks})
        super().__init__(widget=RowsWidget(columns), **kwargs)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> RowsBoundField:
        return RowsBoundField(form, self, field_name)

    def row_form(self, name: str, index: int, row: Row, *, validate: bool) -> forms.Form:
        """The small form of row `index` (from 0), bound when its errors are to be shown."""
        prefix = f"{name}-{index}"
        form: forms.Form
        if validate:
            form = self.row_class({f"{prefix}-{k}": v for k, v in row.items()}, prefix=prefix)
            for column, messages in form.errors.items():
                worded = [f"{self.row_label} {index + 1}: {message}" for message in messages]
                form.errors[column] = form.error_class(worded, error_class=None)
        else:
            form = self.row_class(initial=row, prefix=prefix)
        if self.disabled:
            for field in form.fields.values():
                field.disabled = True
        return form

    def clean(self, value: Any) -> list[Row]:
        rows = [row for row in value or [] if not _blank(row)]
        if not rows and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(rows) > self.max_rows:
            raise ValidationError(
                _("Du kan ange högst %(limit)s rader. Ta bort några.") % {"limit": self.max_rows},
                code="too_many",
            )
        errors: list[ValidationError] = []
        cleaned: list[Row] = []
        for index, row in enumerate(value or []):
            if _blank(row):
                continue
            form = self.row_form("row", index, row, validate=True)
            errors.extend(
                ValidationError(str(message), code=f"{index}-{column}")
                for column, messages in form.errors.items()
                for message in messages
            )
            cleaned.append(form.cleaned_data)
        if errors:
            raise ValidationError(errors)
        return cleaned

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = [row for row in initial or [] if not _blank(row)]
        after = [row for row in data or [] if not _blank(row)]
        return before != after


def add_row(rows: Iterable[Row] | None) -> list[Row]:
    """The rows with an empty one last; the first empty row counts as shown already."""
    return [*(rows or [{}]), {}]


def remove_row(rows: Iterable[Row] | None, index: int) -> list[Row]:
    """The rows without row `index` (from 0); an index that is not there changes nothing."""
    return [row for number, row in enumerate(rows or []) if number != index]


def changed_rows(form: forms.BaseForm) -> tuple[str, list[Row]] | None:
    """What an “add” or “remove” button asked for: the field's name and its new rows, or None.

    `form` is bound to what was posted. Show the form again with `initial` (or bound data) where
    the named field holds the returned rows.
    """
    wanted = form.data.get(ADD) or form.data.get(REMOVE, "").rpartition("-")[0]
    for name, field in form.fields.items():
        if not isinstance(field, RowsField) or form.add_prefix(name) != wanted:
            continue
        rows = form[name].data
        if form.data.get(ADD):
            return name, add_row(rows)
        index = form.data[REMOVE].rpartition("-")[2]
        return name, remove_row(rows, int(index) if index.isdigit() else -1)
    return None


def _blank(row: Mapping[str, Any]) -> bool:
    return all(
        value in (None, "", False, [], ()) or (isinstance(value, str) and not value.strip())
        for value in row.values()
    )
