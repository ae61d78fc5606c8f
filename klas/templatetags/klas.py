"""The tags and filters of every template (a builtin library: no `{% load %}`).

`docs/design.md` shows each in use.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from crispy_forms.templatetags.crispy_forms_tags import do_uni_form
from django import template
from django.core.paginator import Page
from django.db.models import Model
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.http import HttpRequest
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from klas import kept_forms, presentation, tags
from klas.once import KEY_FIELD, REVISION_FIELD
from klas.pack import Control, first_control_id
from klas.summary import Event, Row, Tab, Task, newest_first

register = template.Library()
register.tag("crispy", do_uni_form)
register.filter("as_crispy_field", as_crispy_field)
register.filter(presentation.swedish_date)
register.filter(presentation.swedish_time)
register.filter(presentation.swedish_datetime)
register.filter(presentation.number)
register.filter(presentation.quantity)
register.simple_tag(tags.status_tag)


# Forms


@register.simple_tag
def klas_control(field: BoundField) -> Control:
    """What the pack's templates need to know of a bound field."""
    return Control(field)


@register.filter
def outer_fields(form: BaseForm) -> list[BoundField]:
    """The fields of a form that no other field's choice reveals."""
    return form.outer_fields if hasattr(form, "outer_fields") else list(form)


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm) -> dict[str, Any]:
    """“Det finns ett problem”: every error of the forms, each a link to its control."""
    return {"problems": [problem for form in forms for problem in _problems(form)]}


def _problems(form: BaseForm) -> list[tuple[str, str]]:
    if not form.is_bound:
        return []
    found: list[tuple[str, str]] = [(str(error), "") for error in form.non_field_errors()]
    for name in form.fields:
        if name not in form.errors:
            continue
        bound = form[name]
        for error in form.errors[name].as_data():
            href = "" if bound.is_hidden else f"#{first_control_id(bound, error.code)}"
            found.extend((str(message), href) for message in error.messages)
    return found


@register.simple_tag(takes_context=True)
def error_prefix(context: Context) -> str:
    """“Fel: ” in the title when any form of the page has errors."""
    values = context.flatten().values()
    has_errors = any(isinstance(v, BaseForm) and v.is_bound and v.errors for v in values)
    return _("Fel:") + " " if has_errors else ""


@register.simple_tag
def idempotency_key() -> SafeString:
    """A hidden key, new each time: the form acts once however often it is sent (`klas.once`)."""
    return format_html('<input type="hidden" name="{}" value="{}">', KEY_FIELD, uuid.uuid4())


@register.simple_tag
def version_input(obj: Model) -> SafeString:
    """The hidden revision the form was opened at; `obj` has `revision`."""
    revision: int = obj.revision  # type: ignore[attr-defined]
    return format_html('<input type="hidden" name="{}" value="{}">', REVISION_FIELD, revision)


@register.simple_tag(takes_context=True)
def opened_by(context: Context) -> SafeString:
    """For whom a long form was opened: what they type is kept when their session ends."""
    value = kept_forms.opened_by(context["request"])
    return format_html('<input type="hidden" name="{}" value="{}">', kept_forms.BY, value)


@register.inclusion_tag("components/autosave_status.html")
def autosave_status() -> dict[str, Any]:
    """Where a form with `data-autosave-url` says “Sparat 09:41”. Put it inside the form."""
    return {}


# Facts


@register.inclusion_tag("components/summary_list.html")
def summary_list(rows: Sequence[Row], title: str = "") -> dict[str, Any]:
    """Questions and answers; with a title they become a card."""
    return {"rows": rows, "title": title, "has_actions": any(row.change_url for row in rows)}


@register.inclusion_tag("components/task_list.html")
def task_list(items: Sequence[Task], name: str = "task") -> dict[str, Any]:
    """The sections of a form and how far each has come. `name` keeps ids apart on one page."""
    return {"items": items, "name": name}


@register.inclusion_tag("components/timeline.html")
def timeline(events: Sequence[Event]) -> dict[str, Any]:
    """What has happened, newest first."""
    return {"events": newest_first(events)}


@register.inclusion_tag("components/panel.html")
def panel(title: str, body: str = "", reference: str = "") -> dict[str, Any]:
    """The confirmation on top of a receipt; its title is the page's h1."""
    return {"title": title, "body": body, "reference": reference}


@register.inclusion_tag("components/identity_bar.html")
def identity_bar(
    facts: Sequence[Row], action_url: str = "", action_text: str = ""
) -> dict[str, Any]:
    """What a case is, on each of its pages: the first fact is the name of it."""
    return {"facts": facts, "action_url": action_url, "action_text": action_text}


@register.inclusion_tag("components/warning_text.html")
def warning_text(text: str) -> dict[str, Any]:
    """One sentence that must not be missed."""
    return {"text": text}


@register.simple_block_tag
def details(content: str, summary: str) -> SafeString:
    """`{% details "Varför frågar vi?" %}…{% enddetails %}`"""
    return format_html(
        '<details class="govuk-details"><summary class="govuk-details__summary">'
        '<span class="govuk-details__summary-text">{}</span></summary>'
        '<div class="govuk-details__text">{}</div></details>',
        summary,
        content,
    )


@register.simple_block_tag
def inset_text(content: str) -> SafeString:
    """`{% inset_text %}…{% endinset_text %}`"""
    return format_html('<div class="govuk-inset-text">{}</div>', content)


@register.simple_block_tag
def empty_state(content: str, title: str) -> SafeString:
    """`{% empty_state "Inga ärenden" %}<p class="govuk-body">…</p>{% endempty_state %}`"""
    return format_html(
        '<div class="klas-empty"><h2 class="govuk-heading-m">{}</h2>{}</div>', title, content
    )


@register.simple_block_tag
def interruption(content: str, title: str, warning: bool = False) -> SafeString:
    """What an irreversible act will do, before its button; the title is the page's h1."""
    return format_html(
        '<div class="klas-interruption{}"><h1 class="govuk-heading-l">{}</h1>{}</div>',
        " klas-interruption--warning" if warning else "",
        title,
        content,
    )


# Lists


@register.inclusion_tag("components/tabs.html")
def tabs(items: Sequence[Tab], label: str) -> dict[str, Any]:
    """Tabs that are links, each with its count; `label` names the navigation."""
    return {"items": items, "label": label}


@register.inclusion_tag("components/side_navigation.html")
def side_navigation(items: Sequence[Tab], label: str) -> dict[str, Any]:
    """The sub-pages of a case or a profile."""
    return {"items": items, "label": label}


@register.inclusion_tag("components/export_links.html")
def export_links(address: str, query: str) -> dict[str, str]:
    """A list as a file: `address` answers by `klas.export`, `query` is the list's own, encoded."""
    return {"address": address, "query": query}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page_obj: Page[Any]) -> dict[str, Any]:
    """Links to the pages of a list; keeps the rest of the GET query."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()

    def address(page: int) -> str:
        query["page"] = str(page)
        return f"?{query.urlencode()}"

    pages = page_obj.paginator.get_elided_page_range(page_obj.number, on_each_side=1, on_ends=1)
    links = [(page, address(page)) if isinstance(page, int) else (None, "") for page in pages]
    return {
        "page_obj": page_obj,
        "links": links,
        "previous": address(page_obj.previous_page_number()) if page_obj.has_previous() else "",
        "next": address(page_obj.next_page_number()) if page_obj.has_next() else "",
    }


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(
    context: Context, key: str, label: str, current: str = "", numeric: bool = False
) -> dict[str, Any]:
    """`<th aria-sort>` with a link that sorts by `key`, or turns the order round.

    `current` is the list's order as it stands in the query: "due", "-due". The link keeps the rest
    of the query and goes to the first page.
    """
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    query.pop("page", None)
    query["sort"] = f"-{key}" if current == key else key
    direction = {key: "ascending", f"-{key}": "descending"}.get(current, "none")
    return {
        "label": label,
        "url": f"?{query.urlencode()}",
        "direction": direction,
        "numeric": numeric,
    }


@register.inclusion_tag("components/filter_chips.html", takes_context=True)
def filter_chips(context: Context, form: BaseForm) -> dict[str, Any]:
    """One chip per filter in use (the form is bound to `request.GET`); each link takes one away."""
    request: HttpRequest = context["request"]
    chips = []
    for bound in form:
        if bound.is_hidden:
            continue
        for value in filter(None, request.GET.getlist(bound.html_name)):
            query = request.GET.copy()
            query.pop("page", None)
            query.setlist(
                bound.html_name,
                [other for other in query.getlist(bound.html_name) if other != value],
            )
            chips.append((bound.label, _choice_label(bound, value), f"?{query.urlencode()}"))
    return {"chips": chips, "clear_url": request.path}


def _choice_label(bound: BoundField, value: str) -> str:
    choices = getattr(bound.field, "choices", None)
    if choices is None:
        return _("Ja") if value == "on" else value
    return next((str(label) for key, label in choices if str(key) == value), value)
