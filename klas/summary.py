"""What the components of a page are given: rows, events, tasks, tabs."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klas.presentation import number, swedish_date, swedish_datetime

Text = str | Promise


@dataclass(frozen=True)
class Row:
    """One row of a summary list: `{% summary_list rows %}`.

    Args:
        key: what it is, e.g. "Indikation".
        value: text, number, date, True/False, or a list of texts; empty shows “Inte angivet”.
        change_url: where it can be changed; "" leaves the link out.
        change_hidden: what is changed, for screen readers; the key in lower case when empty.
    """

    key: Text
    value: Any
    change_url: str = ""
    change_hidden: Text = ""

    @property
    def is_empty(self) -> bool:
        return self.value is None or self.value in ("", [], ())

    @property
    def is_list(self) -> bool:
        return isinstance(self.value, list | tuple)

    @property
    def shown(self) -> Any:
        """The value in words."""
        value = self.value
        if isinstance(value, bool):
            return _("Ja") if value else _("Nej")
        if isinstance(value, TextChoices):
            return value.label
        if isinstance(value, datetime.datetime):
            return swedish_datetime(value)
        if isinstance(value, datetime.date):
            return swedish_date(value)
        if isinstance(value, int | float | Decimal):
            return number(value)
        return value

    @property
    def change_text(self) -> str:
        return str(self.change_hidden or self.key).lower()


@dataclass(frozen=True)
class Change:
    """A question with two answers, beside each other: `components/compare.html`.

    `section` is where the question stands; "" when the page has one section only.
    """

    section: Text
    before: Row
    after: Row


@dataclass(frozen=True)
class Event:
    """One event of a timeline: `{% timeline events %}`. `time` is an aware datetime."""

    title: Text
    time: datetime.datetime
    by: str = ""
    text: str = ""


class TaskStatus(TextChoices):
    """How far a section of a form has come."""

    DONE = "done", gettext_lazy("Klar")
    STARTED = "started", gettext_lazy("Påbörjad")
    NOT_STARTED = "not_started", gettext_lazy("Inte påbörjad")
    CANNOT_START = "cannot_start", gettext_lazy("Kan inte påbörjas än")
    PROBLEM = "problem", gettext_lazy("Problem")


@dataclass(frozen=True)
class Task:
    """One row of a task list: `{% task_list tasks %}`. A task that cannot start gets no link."""

    name: Text
    url: str
    status: TaskStatus
    hint: Text = ""

    @property
    def has_link(self) -> bool:
        return bool(self.url) and self.status != TaskStatus.CANNOT_START

    @property
    def has_tag(self) -> bool:
        """“Klar” and “Kan inte påbörjas än” need nobody's attention and stand as plain text."""
        return self.status not in {TaskStatus.DONE, TaskStatus.CANNOT_START}


@dataclass(frozen=True)
class Tab:
    """One link of `{% tabs items label %}` or `{% side_navigation items label %}`."""

    text: Text
    url: str
    count: int | None = None
    current: bool = False


def newest_first(events: Sequence[Event]) -> list[Event]:
    """The events, latest on top; events of the same moment keep their reversed order."""
    ordered = sorted(events, key=lambda event: event.time)
    ordered.reverse()
    return ordered
