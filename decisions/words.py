"""What has happened to a case, in the agency's words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Assignment
from decisions.queries import History
from klas.flow import EventModel
from klas.summary import Event
from motivations.enums import Outcome

Words = Mapping[str, str | Promise]

CASE: Words = {
    "register": gettext_lazy("Ärendet registrerades"),
    "take": gettext_lazy("Ärendet togs"),
    "release": gettext_lazy("Ärendet lämnades tillbaka till kön"),
    "request_supplement": gettext_lazy("Komplettering begärdes av förskrivaren"),
    "supplement_answered": gettext_lazy("Förskrivaren svarade på kompletteringen"),
    "close_supplement": gettext_lazy("Begäran om komplettering avslutades utan svar"),
    "communicate": gettext_lazy("Apoteket fick del av det som talar emot ansökan"),
    "refer": gettext_lazy("En kollega ombads yttra sig"),
    "propose": gettext_lazy("Beslut föreslogs"),
    "return": gettext_lazy("Förslaget skickades tillbaka"),
    "countersign": gettext_lazy("Beslutet kontrasignerades"),
    "decide": gettext_lazy("Ärendet beslutades"),
    "close": gettext_lazy("Ärendet avskrevs"),
}
APPLICATION: Words = {
    "send": gettext_lazy("Apoteket skickade ansökan"),
    "withdraw": gettext_lazy("Apoteket återkallade ansökan"),
}
MOTIVATION: Words = {
    "submit": gettext_lazy("Förskrivaren skickade licensmotiveringen"),
    "withdraw": gettext_lazy("Förskrivaren tog tillbaka licensmotiveringen"),
    "lapse": gettext_lazy("Licensmotiveringen förföll"),
    "application_withdrawn": gettext_lazy("Licensmotiveringen blev sökbar för apotek igen"),
}
# Echoes of what stands under another heading already.
UNTOLD = {
    "application": frozenset(
        {
            "registered",
            "review_started",
            "supplement_requested",
            "supplement_answered",
            "supplement_closed",
            "hearing_requested",
            "hearing_answered",
            "hearing_closed",
            "decided",
        }
    ),
    "motivation": frozenset(
        {
            "application_sent",
            "review_started",
            "supplement_requested",
            "answer_supplement",
            "supplement_closed",
            "decided",
        }
    ),
}


def timeline(history: History) -> list[Event]:
    """The events of a case, its application and its motivation; what one echoes is told once."""
    told = [
        *((event, CASE) for event in history.case),
        *((event, APPLICATION) for event in history.application),
        *((event, MOTIVATION) for event in history.motivation),
    ]
    return [
        Event(words[event.action], event.at, by=who(event.actor), text=_text(event))
        for event, words in told
        if event.action in words
    ]


def who(actor: Assignment | None) -> str:
    """A person with role and unit; the service by its name."""
    if actor is None:
        return _("KLAS")
    return f"{actor.user.name}, {actor.unit_name}"


def _text(event: EventModel) -> str:
    outcome = event.data.get("outcome")
    parts = (str(Outcome(outcome).label) if outcome else "", event.reason)
    return "\n".join(part for part in parts if part)
