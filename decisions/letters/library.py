"""The texts of the letters in the order the library shows them, and where each is used."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from decisions.enums import LetterReason as R
from decisions.letters.texts import TEXTS

_TO_PRESCRIBER = (R.REJECTED, R.RESERVATION, R.SPECIAL_INFORMATION)
_ALL = tuple(R)


@dataclass(frozen=True)
class Group:
    """Texts that belong together, and the letters that hold any of them."""

    title: Promise
    letters: tuple[R, ...]
    keys: tuple[str, ...]


_GROUPS = (
    Group(
        _("Avsändare och avslutning"),
        _ALL,
        ("sender_name", "sender_address", "sender_email", "sender_phone", "code"),
    ),
    Group(
        _("Vad som har beslutats"),
        (R.DECISION,),
        ("granted", "granted_with_reservation", "rejected", "dismissed", "closed", "scope"),
    ),
    Group(
        _("Hur läkemedlet lämnas ut"),
        (R.DECISION, R.RESERVATION, R.SPECIAL_INFORMATION),
        ("route_prescription", "route_requisition"),
    ),
    Group(_("Hur apoteket har hörts"), (R.DECISION,), ("heard", "not_heard")),
    Group(
        _("Vem som har beslutat"),
        (R.DECISION, R.REVOCATION, R.APPEAL_REJECTED, *_TO_PRESCRIBER),
        ("decided_alone", "decided_by_two", "proposed"),
    ),
    Group(
        _("Så överklagar apoteket"),
        (R.DECISION, R.REVOCATION, R.APPEAL_REJECTED),
        ("appeal_who", "appeal_where", "appeal_when", "appeal_medical", "appeal_next"),
    ),
    Group(_("Till förskrivaren: avslag"), (R.REJECTED,), ("prescriber_rejected",)),
    Group(
        _("Till förskrivaren: förbehåll"),
        (R.RESERVATION,),
        ("prescriber_reservation", "prescriber_reservation_act"),
    ),
    Group(
        _("Till förskrivaren: särskild information"),
        (R.SPECIAL_INFORMATION,),
        ("prescriber_special_information", "prescriber_special_information_act"),
    ),
    Group(
        _("Till förskrivaren: vad du kan göra"),
        (R.REJECTED, R.RESERVATION),
        ("prescriber_appeal", "prescriber_new_motivation"),
    ),
    Group(_("Till förskrivaren: patienten"), _TO_PRESCRIBER, ("prescriber_patient",)),
    Group(
        _("Till förskrivaren: komplettering"),
        (R.SUPPLEMENT,),
        (
            "prescriber_supplement",
            "prescriber_supplement_how",
            "prescriber_supplement_late",
            "asked_by",
        ),
    ),
    Group(
        _("Föreläggande"),
        (R.INJUNCTION,),
        (
            "injunction",
            "injunction_prescriber",
            "injunction_how",
            "injunction_otherwise",
            "injunction_provisions",
            "injunction_by",
        ),
    ),
    Group(_("Beslutet dröjer"), (R.DELAY,), ("delay", "delay_expected", "delay_act")),
    Group(
        _("Överklagandet har kommit in"),
        (R.APPEAL_RECEIVED,),
        (
            "appeal_received",
            "appeal_in_time",
            "appeal_in_time_next",
            "appeal_too_late",
            "appeal_too_late_next",
            "appeal_decision_applies",
        ),
    ),
    Group(
        _("Överklagandet avvisas"),
        (R.APPEAL_REJECTED,),
        ("appeal_rejected", "appeal_rejected_when", "appeal_rejected_provisions"),
    ),
    Group(
        _("Frågor om beslutet"),
        (R.APPEAL_RECEIVED, R.APPEAL_REJECTED, *_TO_PRESCRIBER),
        ("questions",),
    ),
    Group(_("Frågor om brevet"), (R.SUPPLEMENT, R.INJUNCTION, R.DELAY), ("case_questions",)),
)


def groups() -> Iterator[Group]:
    """Every text of the library, each in one group."""
    yield from _GROUPS
    grouped = {key for group in _GROUPS for key in group.keys}
    others = tuple(key for key in TEXTS if key not in grouped)
    if others:
        yield Group(_("Andra texter"), _ALL, others)


def group_of(key: str) -> Group:
    """The group that a text belongs to.

    Raises:
        LookupError: there is no such text.
    """
    for group in groups():
        if key in group.keys:
            return group
    raise LookupError(key)
