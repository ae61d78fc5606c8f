"""What a form looks like as HTML: each control in each state, against files in `golden/`.

After a wanted change: `KLAS_WRITE_GOLDEN=1 pytest tests/klas/test_pack.py`, then read the diff.
"""

import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from klas.forms import KlasForm, Look
from klas.rows import RowsField, add_row, changed_rows, remove_row

GOLDEN = Path(__file__).parent / "golden"
STATES = ("pristine", "error", "help", "optional", "disabled")
CHOICES = [("dog", "Hund"), ("cat", "Katt")]


def control(kind: str, **kwargs: Any) -> forms.Field:
    """A field of one kind, with the label its users see."""
    makers: dict[str, Any] = {
        "text": lambda: forms.CharField(label="Namn", **kwargs),
        "textarea": lambda: forms.CharField(label="Indikation", widget=forms.Textarea, **kwargs),
        "counted": lambda: forms.CharField(label="Meddelande", widget=forms.Textarea, **kwargs),
        "number": lambda: forms.IntegerField(label="Antal", min_value=1, **kwargs),
        "decimal": lambda: forms.DecimalField(label="Vikt", **kwargs),
        "email": lambda: forms.EmailField(label="E-post", **kwargs),
        "tel": lambda: forms.CharField(
            label="Telefon", widget=forms.TextInput(attrs={"type": "tel"}), **kwargs
        ),
        "password": lambda: forms.CharField(label="Kod", widget=forms.PasswordInput, **kwargs),
        "date": lambda: forms.DateField(label="Födelsedatum", **kwargs),
        "select": lambda: forms.ChoiceField(label="Djurslag", choices=CHOICES, **kwargs),
        "radios": lambda: forms.ChoiceField(
            label="Djurslag", choices=CHOICES, widget=forms.RadioSelect, **kwargs
        ),
        "inline_radios": lambda: forms.ChoiceField(
            label="Djurslag", choices=CHOICES, widget=forms.RadioSelect, **kwargs
        ),
        "checkboxes": lambda: forms.MultipleChoiceField(
            label="Djurslag", choices=CHOICES, widget=forms.CheckboxSelectMultiple, **kwargs
        ),
        "checkbox": lambda: forms.BooleanField(label="Patienten är informerad", **kwargs),
        "file": lambda: forms.FileField(label="Produktresumé", **kwargs),
        "rows": lambda: RowsField(
            label="Tidigare behandling",
            columns={
                "product": forms.CharField(label="Läkemedel"),
                "result": forms.CharField(label="Resultat", required=False),
            },
            **kwargs,
        ),
        "hidden": lambda: forms.CharField(widget=forms.HiddenInput, **kwargs),
    }
    return makers[kind]()


KINDS = [
    "text",
    "textarea",
    "counted",
    "number",
    "decimal",
    "email",
    "tel",
    "password",
    "date",
    "select",
    "radios",
    "inline_radios",
    "checkboxes",
    "checkbox",
    "file",
    "rows",
    "hidden",
]
LOOKS = {
    "decimal": Look(width=5, suffix="kg"),
    "counted": Look(count=4000, rows=8),
    "inline_radios": Look(inline=True),
    "text": Look(prefix="SE"),
}


def form_in_state(kind: str, state: str) -> forms.Form:
    kwargs: dict[str, Any] = {
        "help": {"help_text": "En mening som hjälper."},
        "optional": {"required": False},
        "disabled": {"disabled": True},
    }.get(state, {})
    namespace = {"answer": control(kind, **kwargs), "looks": {"answer": LOOKS.get(kind, Look())}}
    form_class = type("Example", (KlasForm,), namespace)
    return form_class({}) if state == "error" else form_class()


def rendered(form: forms.Form) -> str:
    return Template("{% crispy form %}").render(Context({"form": form}))


def tidy(html: str) -> str:
    """One element a line, so that a difference is easy to read."""
    return re.sub(r">\s*<", ">\n<", re.sub(r"\s+", " ", html)).strip() + "\n"


class Attributes(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs)), f"{tag} says something twice: {attrs}"
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("kind", KINDS)
def test_control_is_drawn_as_agreed(kind: str, state: str) -> None:
    html = tidy(rendered(form_in_state(kind, state)))
    path = GOLDEN / f"{kind}-{state}.html"
    if os.environ.get("KLAS_WRITE_GOLDEN"):
        path.write_text(html, encoding="utf-8")
    assert html == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_control_has_a_label_and_every_reference_a_target(kind: str, state: str) -> None:
    html = rendered(form_in_state(kind, state))
    elements = Attributes(html).found
    ids = [attrs["id"] for _tag, attrs in elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    labelled = {attrs["for"] for tag, attrs in elements if tag == "label"}
    for tag, attrs in elements:
        if tag in {"input", "select", "textarea"} and attrs.get("type") != "hidden":
            assert attrs["id"] in labelled
        for reference in (attrs.get("aria-describedby") or "").split():
            assert reference in ids
        assert "required" not in attrs
        assert "style" not in attrs
        assert not any(name.startswith("on") for name in attrs)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "hidden"])
def test_error_summary_leads_to_the_faulty_control_with_the_words_at_the_field(kind: str) -> None:
    form = form_in_state(kind, "error")
    summary = Template("{% error_summary form %}").render(Context({"form": form}))
    href, words = re.findall(r'<a href="#([^"]+)">(.+?)</a>', summary)[0]
    body = rendered(form)
    controls = [
        attrs["id"]
        for tag, attrs in Attributes(body).found
        if tag in {"input", "select", "textarea"}
    ]
    assert href == controls[0]
    assert words in body
    assert "Det finns ett problem" in summary


def test_no_summary_while_nothing_is_wrong() -> None:
    form = form_in_state("text", "pristine")
    assert Template("{% error_summary form %}").render(Context({"form": form})).strip() == ""


class Treatment(KlasForm):
    reason = forms.ChoiceField(
        label="Skäl",
        choices=[("none", "Finns inget"), ("shortage", "Restnoterat")],
        widget=forms.RadioSelect,
    )
    missing = forms.CharField(label="Vilket läkemedel är slut?")
    urgent = forms.BooleanField(label="Brådskande", required=False)
    phone = forms.CharField(label="Telefon")
    conditional = {"reason": {"shortage": ["missing"]}, "urgent": {"True": ["phone"]}}


def test_a_choice_not_made_asks_nothing_of_what_it_would_reveal() -> None:
    form = Treatment({"reason": "none", "missing": "kvar från förr"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["missing"] == ""
    assert form.cleaned_data["phone"] == ""


def test_a_choice_made_asks_for_what_it_reveals() -> None:
    form = Treatment({"reason": "shortage", "urgent": "on"})
    assert set(form.errors) == {"missing", "phone"}
    assert form.errors["missing"] == ["Svara på frågan ”Vilket läkemedel är slut?”"]


def test_revealed_fields_stand_inside_their_choice_and_only_there() -> None:
    html = rendered(Treatment())
    assert html.count('id="id_missing"') == 1
    radios = html[html.index("Restnoterat") :]
    assert 'id="conditional-id_reason_1"' in radios
    assert radios.index("conditional-id_reason_1") < radios.index('id="id_missing"')
    assert 'data-aria-controls="conditional-id_reason_1"' in html
    assert 'data-aria-controls="conditional-id_urgent"' in html


class Numbers(KlasForm):
    count = forms.IntegerField(label="Antal", required=False, min_value=1)
    weight = forms.DecimalField(label="Vikt", required=False)


@pytest.mark.parametrize(
    ("typed", "understood"),
    [("2,5", "2.5"), ("2.5", "2.5"), ("1 200,5", "1200.5"), ("46\u00a0500", "46500")],
)
def test_numbers_are_read_as_people_write_them(typed: str, understood: str) -> None:
    form = Numbers({"weight": typed})
    assert form.is_valid(), form.errors
    assert str(form.cleaned_data["weight"]) == understood


def test_number_that_is_none_is_kept_and_explained() -> None:
    form = Numbers({"weight": "tre kilo", "count": "0"})
    assert form.errors["weight"] == ["Skriv vikt med siffror, till exempel 2,5"]
    assert form.errors["count"] == ["Antal måste vara minst 1"]
    assert 'value="tre kilo"' in rendered(form)


def test_decimal_comma_in_swedish_point_in_english() -> None:
    form = Numbers(initial={"weight": "2.5"})
    assert 'value="2,5"' in rendered(form)
    with translation.override("en"):
        assert 'value="2.5"' in rendered(form)


class Day(KlasForm):
    day = forms.DateField(label="Dag")
    text = forms.CharField(label="Andel i %", max_length=3, required=False)


@pytest.mark.parametrize("typed", ["2026-11-20", "20261120", " 2026-11-20 "])
def test_dates_are_read_with_and_without_hyphens(typed: str) -> None:
    form = Day({"day": typed})
    assert form.is_valid()
    assert form.cleaned_data["day"].isoformat() == "2026-11-20"


def test_date_error_says_how_to_write_it_and_too_long_text_says_how_long() -> None:
    form = Day({"day": "20/11", "text": "fyra"})
    assert form.errors["day"] == ["Skriv datumet som ÅÅÅÅ-MM-DD, till exempel 2026-11-20"]
    assert form.errors["text"] == ["Andel i % får vara högst 3 tecken. Du har skrivit 4."]
    assert "maxlength" not in rendered(form)


def test_words_of_the_form_itself_are_kept() -> None:
    class Own(KlasForm):
        name = forms.CharField(label="Namn", error_messages={"required": "Vad heter patienten?"})

    assert Own({}).errors["name"] == ["Vad heter patienten?"]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "hidden"])
def test_errors_never_use_the_words_we_avoid(kind: str) -> None:
    for value in ("", "\x00", "x" * 10, "ö@"):
        form = form_in_state(kind, "error")
        form.data = {"answer": value}
        text = " ".join(str(message) for errors in form.errors.values() for message in errors)
        assert "ogiltig" not in text.lower()
        assert "vänligen" not in text.lower()


class Therapy(KlasForm):
    therapy = RowsField(
        label="Tidigare behandling",
        columns={
            "product": forms.CharField(label="Läkemedel"),
            "dose": forms.DecimalField(label="Dos", required=False),
        },
    )


def test_rows_are_read_from_the_page_and_blank_ones_dropped() -> None:
    form = Therapy(
        {
            "therapy-0-product": "Ospolot",
            "therapy-0-dose": "2,5",
            "therapy-1-product": " ",
            "therapy-4-product": "Diamox",
        }
    )
    assert form.is_valid(), form.errors
    rows = form.cleaned_data["therapy"]
    assert [(row["product"], str(row["dose"])) for row in rows] == [
        ("Ospolot", "2.5"),
        ("Diamox", "None"),
    ]


def test_rows_are_read_from_a_stored_draft() -> None:
    form = Therapy({"therapy": [{"product": "Ospolot", "dose": ""}, {}]})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["therapy"] == [{"product": "Ospolot", "dose": None}]


def test_a_faulty_cell_is_named_by_its_row_and_linked() -> None:
    form = Therapy(
        {"therapy": [{"product": "A"}, {"product": "B", "dose": "mycket"}, {"dose": "1"}]}
    )
    words = [
        "Rad 2: Skriv dos med siffror, till exempel 2,5",
        "Rad 3: Fyll i läkemedel",
    ]
    assert form.errors["therapy"] == words
    summary = Template("{% error_summary form %}").render(Context({"form": form}))
    assert '<a href="#id_therapy-1-dose">' in summary
    assert '<a href="#id_therapy-2-product">' in summary
    html = rendered(form)
    assert all(html.count(text) == 1 for text in words)
    assert 'value="mycket"' in html


def test_there_is_always_a_row_to_fill_in() -> None:
    html = rendered(Therapy())
    assert 'name="therapy-0-product"' in html
    assert "_remove" not in html
    assert 'name="_add" value="therapy"' in html


def test_enter_in_a_cell_does_not_remove_a_row() -> None:
    html = rendered(Therapy(initial={"therapy": [{"product": "A"}, {"product": "B"}]}))
    first_button = re.search(r"<button[^>]*>", html)
    assert first_button is not None
    assert "_remove" not in first_button[0]
    assert 'name="_remove" value="therapy-1"' in html


def test_add_and_remove_buttons_change_the_rows() -> None:
    typed = {"therapy-0-product": "A", "therapy-1-product": "B"}
    assert changed_rows(Therapy(typed)) is None
    changed = changed_rows(Therapy({**typed, "_add": "therapy"}))
    assert changed is not None
    assert [row.get("product") for row in changed[1]] == ["A", "B", None]
    changed = changed_rows(Therapy({**typed, "_remove": "therapy-0"}))
    assert changed is not None
    assert changed[0] == "therapy"
    assert [row["product"] for row in changed[1]] == ["B"]
    shown = Therapy(initial=dict([changed]))
    assert 'value="B"' in rendered(shown)


def test_rows_helpers_leave_the_given_list_alone() -> None:
    rows = [{"a": 1}]
    assert add_row(rows) == [{"a": 1}, {}]
    assert add_row([]) == [{}, {}]
    assert remove_row(rows, 0) == []
    assert remove_row(rows, 7) == rows
    assert rows == [{"a": 1}]
