"""What an application's events are called on the pharmacy's pages."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import Application, ApplicationEvent
from klas.summary import Event
from motivations.enums import Outcome

AGENCY = "Läkemedelsverket"

ACTIONS = {
    "send": gettext_lazy("Ansökan skickad till Läkemedelsverket"),
    "withdraw": gettext_lazy("Ansökan återkallad"),
    "registered": gettext_lazy("Ansökan registrerad"),
    "review_started": gettext_lazy("Handläggningen har börjat"),
    "supplement_requested": gettext_lazy(
        "Läkemedelsverket har begärt komplettering av förskrivaren"
    ),
    "supplement_answered": gettext_lazy("Förskrivaren har svarat på kompletteringen"),
    "supplement_closed": gettext_lazy("Kompletteringen behövs inte längre"),
    "hearing_requested": gettext_lazy(
        "Läkemedelsverket har berättat vad som talar emot ansökan och väntar på ert svar"
    ),
    "hearing_answered": gettext_lazy("Ni svarade på det som talar emot ansökan"),
    "hearing_closed": gettext_lazy("Läkemedelsverket väntar inte längre på ert svar"),
    "decided": gettext_lazy("Beslut fattat"),
}
# After a withdrawal the agency has closed its case in the same moment.
CLOSED = gettext_lazy("Läkemedelsverket har avskrivit ärendet")
# What the pharmacy's own people do; the rest is the agency's, which has no names here.
_OURS = {"send", "withdraw"}


def events(application: Application) -> list[Event]:
    """The application's timeline in the pharmacy's words: begun, sent, registered … decided."""
    happened = application.events.select_related("actor__user").all()
    begun = Event(
        _("Ansökan påbörjad"), application.created_at, by=application.created_by.user.name
    )
    told = [begun, *(_event(event) for event in happened)]
    if application.withdrawn_at is not None:
        told.append(Event(str(CLOSED), told[-1].time, by=AGENCY))
    return told


def _event(event: ApplicationEvent) -> Event:
    actor = event.actor.user.name if event.action in _OURS and event.actor else AGENCY
    return Event(ACTIONS.get(event.action, event.action), event.at, by=actor, text=_details(event))


def _details(event: ApplicationEvent) -> str:
    if event.action == "registered":
        return _("Diarienummer %(dnr)s") % {"dnr": event.data.get("dnr", "")}
    if event.action == "decided":
        return str(Outcome(event.data["outcome"]).label)
    return event.reason
