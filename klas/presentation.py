"""Dates, numbers and quantities as they are written for people, in Swedish or English."""

import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

NO_BREAK_SPACE = "\u00a0"


def swedish_date(value: datetime.date | datetime.datetime | None) -> str:
    """A day in words: “20 november 2026”; moments are moved to Swedish time, None gives ""."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return date_format(value, "j F Y")


def swedish_time(value: datetime.datetime | None) -> str:
    """A time of day in Swedish time: “09:41”. None gives ""."""
    if value is None:
        return ""
    return date_format(timezone.localtime(value) if timezone.is_aware(value) else value, "H:i")


def swedish_datetime(value: datetime.datetime | None) -> str:
    """A moment in words, Swedish time: “20 november 2026 kl. 09:41”. None gives ""."""
    if value is None:
        return ""
    return _("%(date)s kl. %(time)s") % {"date": swedish_date(value), "time": swedish_time(value)}


def number(value: int | float | Decimal | None) -> str:
    """A number with thousands apart: “46 500”, “2,5”; decimals that are zero are left out.

    None gives "". The spaces do not break over lines.
    """
    if value is None:
        return ""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    text = f"{exact:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    whole, point, decimals = text.partition(".")
    separator = "." if get_language() == "en" else ","
    sign = "−" if whole.startswith("-") else ""
    whole = whole.removeprefix("-").replace(",", NO_BREAK_SPACE)
    return f"{sign}{whole}{separator if point else ''}{decimals}"


def quantity(amount: int | float | Decimal | None, unit: object = "") -> str:
    """An amount with its unit: “1 200 tabletter”. No amount gives ""."""
    if amount is None:
        return ""
    return f"{number(amount)}{NO_BREAK_SPACE}{unit}" if unit else number(amount)
