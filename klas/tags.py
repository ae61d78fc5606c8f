"""The colour of each status, in the whole product: one table.

Colour never stands alone: the tag always carries the status in words. Blue waits for somebody
else, yellow waits for you, green went well, red went against, grey is over.
"""

from django.db.models import TextChoices
from django.utils.html import format_html
from django.utils.safestring import SafeString

COLOURS: dict[str, str] = {
    # motivation, application, case
    "draft": "grey",
    "submitted": "blue",
    "in_case": "teal",
    "supplement": "yellow",
    "sent": "blue",
    "registered": "blue",
    "in_review": "teal",
    "proposed": "purple",
    "decided": "green",
    "closed": "grey",
    "withdrawn": "grey",
    "lapsed": "grey",
    # supplement request
    "open": "yellow",
    "requested": "yellow",
    "waiting": "yellow",
    "answered": "teal",
    "accepted": "green",
    "not_enough": "orange",
    "unanswered": "red",
    "overdue": "red",
    # whose answer an application waits for
    "prescriber": "blue",
    "pharmacy": "yellow",
    # letter
    "pending": "grey",
    "issued": "blue",
    "printed": "teal",
    "posted": "green",
    "delivered": "green",
    "failed": "red",
    "cancelled": "grey",
    # outcome
    "granted": "green",
    "granted_with_reservation": "yellow",
    "rejected": "red",
    "dismissed": "orange",
    # hand-over
    "offered": "yellow",
    "declined": "red",
    "taken_back": "grey",
    "ended": "grey",
    # appeal
    "received": "yellow",
    "reconsidered": "teal",
    "kept": "yellow",
    "forwarded": "blue",
    "changed": "green",
    # urgency
    "normal": "grey",
    "urgent": "red",
    # licence, product register
    "active": "green",
    "valid": "green",
    "not_yet": "blue",
    "used_up": "grey",
    "expired": "grey",
    "revoked": "red",
    "suspended": "orange",
    "withdrawn_by_authority": "red",
    "not_approved": "orange",
    "unknown": "grey",
    "shortage": "orange",
    "strained": "yellow",
    "discontinued": "grey",
    "available_again": "green",
    # section of a form
    "done": "green",
    "started": "teal",
    "not_started": "grey",
    "problem": "red",
    # attachment
    "clean": "green",
    "infected": "red",
    "unreadable": "red",
}


class UnknownStatus(LookupError):
    """A status that has no colour yet: add it to `COLOURS`."""


def colour(status: str) -> str:
    """The tag colour of a status value.

    Raises:
        UnknownStatus: the value is not in the table.
    """
    try:
        return COLOURS[str(status)]
    except KeyError as error:
        raise UnknownStatus(str(status)) from error


def status_tag(member: TextChoices) -> SafeString:
    """The pill for a status: its Swedish name on its colour.

    Raises:
        UnknownStatus: the value is not in the table.
    """
    return format_html(
        '<strong class="govuk-tag govuk-tag--{}">{}</strong>', colour(member.value), member.label
    )
