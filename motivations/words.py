"""What has happened to a motivation, in words for its author."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from klas.presentation import swedish_date
from klas.summary import Event
from motivations.enums import LicenceStop, Outcome
from motivations.kinds import Kind
from motivations.models import Motivation, MotivationEvent

Words = tuple[str, str]


def _submitted(event: MotivationEvent) -> Words:
    return _("Licensmotiveringen skickades"), ""


def _withdrawn(event: MotivationEvent) -> Words:
    return _("Du tog tillbaka licensmotiveringen"), event.reason


def _lapsed(event: MotivationEvent) -> Words:
    return _("Licensmotiveringen förföll"), _("Inget apotek ansökte i tid.")


def _application_sent(event: MotivationEvent) -> Words:
    pharmacy = event.data.get("pharmacy", "")
    if not pharmacy:
        return _("Ett apotek har ansökt om licens"), ""
    return _("%(pharmacy)s har ansökt om licens") % {"pharmacy": pharmacy}, ""


def _review_started(event: MotivationEvent) -> Words:
    return _("Läkemedelsverket har börjat handlägga ärendet"), ""


def _application_withdrawn(event: MotivationEvent) -> Words:
    return (
        _("Apoteket har återkallat ansökan"),
        _("Licensmotiveringen gäller fortfarande. Ett annat apotek kan ansöka."),
    )


def _application_handed_over(event: MotivationEvent) -> Words:
    return _("%(pharmacy)s har tagit över ansökan") % {"pharmacy": event.data["to"]}, ""


def _renewal_sent(event: MotivationEvent) -> Words:
    day = swedish_date(date.fromisoformat(event.data["asked_on"]))
    return (
        _("%(pharmacy)s har ansökt om att förnya licensen på samma licensmotivering")
        % {"pharmacy": event.data["pharmacy"]},
        _("Apoteket uppger att ni stämde av den %(day)s att inget har ändrats.") % {"day": day},
    )


def _renewal_withdrawn(event: MotivationEvent) -> Words:
    return _("Apoteket har återkallat ansökan om att förnya licensen"), ""


def _supplement_requested(event: MotivationEvent) -> Words:
    return _("Läkemedelsverket har begärt komplettering"), _due(event)


def _supplement_answered(event: MotivationEvent) -> Words:
    return (
        _("Kompletteringen skickades"),
        _("Licensmotiveringen har nu version %(number)s.") % {"number": event.data["version"]},
    )


def _supplement_closed(event: MotivationEvent) -> Words:
    return _("Läkemedelsverket behöver inte längre kompletteringen"), ""


def _enjoined(event: MotivationEvent) -> Words:
    return (
        _("Svarstiden gick ut. Apoteket har fått ett föreläggande"),
        _("Du kan fortfarande svara, senast %(day)s. Utan svar kan ansökan avvisas.")
        % {"day": _day(event)},
    )


def _due(event: MotivationEvent) -> str:
    return _("Svara senast %(day)s.") % {"day": _day(event)}


def _day(event: MotivationEvent) -> str:
    return swedish_date(date.fromisoformat(event.data["due_on"]))


def _decided(event: MotivationEvent) -> Words:
    outcome = Outcome(event.data["outcome"])
    return _("Läkemedelsverket har beslutat: %(outcome)s") % {"outcome": outcome.label}, ""


def _suspended(event: MotivationEvent) -> Words:
    return (
        _("Läkemedelsverket har stoppat licensen tills vidare"),
        _("Apotek får inte lämna ut läkemedlet. Skäl: %s") % event.reason,
    )


def _lifted(event: MotivationEvent) -> Words:
    return (
        _("Licensen gäller igen"),
        _("Apotek får lämna ut läkemedlet. Skäl: %s") % event.reason,
    )


def _revoked(event: MotivationEvent) -> Words:
    return (
        _("Läkemedelsverket har återkallat licensen"),
        _("Apotek får inte längre lämna ut läkemedlet. Skäl: %s") % event.reason,
    )


def _corrected(event: MotivationEvent) -> Words:
    return (
        _("Läkemedelsverket har rättat ett skrivfel i beslutet"),
        _("Rättat: %s.") % CORRECTED[event.data["part"]],
    )


def _safety_information(event: MotivationEvent) -> Words:
    return _("Läkemedelsverket har gett säkerhetsinformation om läkemedlet"), event.reason


def _appealed(event: MotivationEvent) -> Words:
    return (
        str(APPEALED[event.data.get("matter", "beslutet")]),
        _("Läkemedelsverket prövar nu om beslutet ska ändras. Du behöver inte göra något."),
    )


def _appeal_ended(event: MotivationEvent) -> Words:
    return _("Överklagandet är avslutat"), str(APPEAL_ENDED[event.data["appeal"]])


def _reopened(event: MotivationEvent) -> Words:
    return _("Ärendet är öppnat igen"), str(REOPENED[event.data["why"]])


# What is appealed, how that ended, and why a case is reopened, by the name they are told under.
APPEALED = {
    "beslutet": gettext_lazy("Beslutet är överklagat"),
    "aterkallelsen": gettext_lazy("Återkallelsen av licensen är överklagad"),
    "avvisningen": gettext_lazy("Avvisningen av överklagandet är överklagad"),
}
APPEAL_ENDED = {
    "upheld": gettext_lazy("Domstolen har avslagit överklagandet. Beslutet står fast."),
    "changed": gettext_lazy("Domstolen har ändrat beslutet."),
    "remitted": gettext_lazy("Domstolen har återförvisat ärendet till Läkemedelsverket."),
    "dismissed": gettext_lazy("Domstolen har avvisat överklagandet. Beslutet står fast."),
    "withdrawn": gettext_lazy("Överklagandet är återkallat. Beslutet står fast."),
    "restored": gettext_lazy("Läkemedelsverket har ändrat sig: licensen gäller igen."),
    "reinstated": gettext_lazy(
        "Läkemedelsverket har ändrat sig: överklagandet som avvisades prövas nu."
    ),
}
REOPENED = {
    "agency": gettext_lazy("Läkemedelsverket har omprövat beslutet och ska besluta på nytt."),
    "court": gettext_lazy("Läkemedelsverket ska besluta på nytt efter domstolens avgörande."),
}

# What the agency can have put right in a decision, by the name it is told under.
CORRECTED = {
    "quantity": gettext_lazy("mängden"),
    "period": gettext_lazy("giltighetstiden"),
    "product": gettext_lazy("läkemedlets uppgifter"),
    "subject": gettext_lazy("vem licensen gäller"),
    "text": gettext_lazy("en text i beslutet"),
}

TITLES: dict[str, Callable[[MotivationEvent], Words]] = {
    "submit": _submitted,
    "withdraw": _withdrawn,
    "lapse": _lapsed,
    "application_sent": _application_sent,
    "review_started": _review_started,
    "application_withdrawn": _application_withdrawn,
    "application_handed_over": _application_handed_over,
    "renewal_sent": _renewal_sent,
    "renewal_withdrawn": _renewal_withdrawn,
    "supplement_requested": _supplement_requested,
    "answer_supplement": _supplement_answered,
    "supplement_closed": _supplement_closed,
    "enjoined": _enjoined,
    "decided": _decided,
    "licence_suspended": _suspended,
    "licence_lifted": _lifted,
    "licence_revoked": _revoked,
    "decision_corrected": _corrected,
    "safety_information": _safety_information,
    "appealed": _appealed,
    "appeal_ended": _appeal_ended,
    "reopened": _reopened,
}


_BY_THE_AUTHOR = ("submit", "withdraw", "answer_supplement")


def events_for_author(motivation: Motivation) -> list[Event]:
    """The motivation's timeline as its author reads it, in the order it happened. One query."""
    return [_event(event) for event in motivation.events.select_related("actor__user")]


def outcome_meaning(outcome: str, kind: Kind) -> str:
    """What a decision means for the prescriber and the patient; "" while there is none."""
    meanings: dict[Any, str] = {
        Outcome.GRANTED: str(kind.words.granted),
        Outcome.GRANTED_WITH_RESERVATION: _(
            "Licensen är beviljad med förbehåll. Du får ett brev från Läkemedelsverket med det som "
            "gäller. Läs det innan du skriver recept eller rekvisition."
        ),
        Outcome.REJECTED: _(
            "Licensen är inte beviljad. Du får ett brev från Läkemedelsverket med skälen. Apoteket "
            "kan överklaga och behöver då ett intyg från dig."
        ),
        Outcome.DISMISSED: _(
            "Läkemedelsverket har inte prövat ansökan. Fråga apoteket om skälet och om ni ska "
            "ansöka igen."
        ),
        Outcome.CLOSED: _(
            "Ärendet är avslutat utan beslut i sak. Fråga apoteket om skälet och om ni ska ansöka "
            "igen."
        ),
    }
    return meanings.get(outcome, "")


def stop_meaning(stop: str) -> str:
    """What it means for prescriber and patient that a licence is stopped; "" when it is not."""
    meanings: dict[Any, str] = {
        LicenceStop.SUSPENDED: _(
            "Läkemedelsverket har stoppat licensen tills vidare. Apoteken lämnar inte ut "
            "läkemedlet. Tala med patienten eller djurägaren om vad som gäller under tiden. Du får "
            "en notis om licensen gäller igen."
        ),
        LicenceStop.REVOKED: _(
            "Läkemedelsverket har återkallat licensen. Apoteken lämnar inte ut läkemedlet. Planera "
            "en annan behandling. Är behovet kvar kan du skriva en ny licensmotivering."
        ),
    }
    return meanings.get(stop, "")


def days_left(motivation: Motivation, *, today: date) -> str:
    """How long the licence it led to still holds: “12 dagar kvar”; "" when it led to none."""
    if motivation.licence_valid_to is None:
        return ""
    days = (motivation.licence_valid_to - today).days
    if days < 0:
        return _("Har gått ut")
    if days == 0:
        return _("Sista dagen i dag")
    return ngettext("%(days)s dag kvar", "%(days)s dagar kvar", days) % {"days": days}


def _event(event: MotivationEvent) -> Event:
    title, text = TITLES[event.action](event)
    by = event.actor.user.name if event.actor and event.action in _BY_THE_AUTHOR else ""
    return Event(title=title, time=event.at, by=by, text=text)
