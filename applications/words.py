"""What an application's events are called on the pharmacy's pages."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.enums import WaitingFor
from applications.models import Application, ApplicationEvent
from klas.presentation import swedish_date
from klas.summary import Event
from motivations.enums import Outcome
from motivations.words import APPEAL_ENDED, APPEALED, REOPENED

AGENCY = "Läkemedelsverket"

ACTIONS = {
    "send": gettext_lazy("Ansökan skickad till Läkemedelsverket"),
    "withdraw": gettext_lazy("Ansökan återkallad"),
    "handed_over": gettext_lazy("Ansökan överlämnad till ett annat apotek"),
    "registered": gettext_lazy("Ansökan registrerad"),
    "review_started": gettext_lazy("Handläggningen har börjat"),
    "supplement_requested": gettext_lazy(
        "Läkemedelsverket har begärt komplettering av förskrivaren"
    ),
    "supplement_answered": gettext_lazy("Förskrivaren har svarat på kompletteringen"),
    "supplement_closed": gettext_lazy("Kompletteringen behövs inte längre"),
    "supplement_reminded": gettext_lazy("Läkemedelsverket har påmint om kompletteringen"),
    "answer_supplement": gettext_lazy("Vi svarade på Läkemedelsverkets frågor"),
    "enjoined": gettext_lazy("Läkemedelsverket har skickat ett föreläggande"),
    "hearing_requested": gettext_lazy(
        "Läkemedelsverket har berättat vad som talar emot ansökan och väntar på ert svar"
    ),
    "hearing_answered": gettext_lazy("Ni svarade på det som talar emot ansökan"),
    "hearing_closed": gettext_lazy("Läkemedelsverket väntar inte längre på ert svar"),
    "decided": gettext_lazy("Beslut fattat"),
    "delayed": gettext_lazy("Beslutet dröjer"),
    "decision_requested": gettext_lazy("Begäran om att ärendet avgörs"),
    "decision_request_rejected": gettext_lazy(
        "Läkemedelsverket har avslagit begäran om att ärendet avgörs"
    ),
    "licence_suspended": gettext_lazy("Licensen stoppad tills vidare"),
    "licence_lifted": gettext_lazy("Licensen gäller igen"),
    "licence_revoked": gettext_lazy("Licensen återkallad"),
    "decision_corrected": gettext_lazy("Skrivfel i beslutet rättat"),
    "safety_information": gettext_lazy("Säkerhetsinformation om läkemedlet"),
    "appealed": gettext_lazy("Beslutet är överklagat"),
    "appeal_rejected": gettext_lazy("Läkemedelsverket har avvisat överklagandet"),
    "appeal_forwarded": gettext_lazy("Överklagandet är lämnat till förvaltningsrätten"),
    "appeal_ended": gettext_lazy("Överklagandet är avslutat"),
    "reopened": gettext_lazy("Ärendet är öppnat igen"),
}
# The same when it is the pharmacy itself that is asked.
ASKED_US = {
    "supplement_requested": gettext_lazy("Läkemedelsverket har begärt komplettering av er"),
    "supplement_closed": gettext_lazy("Ert svar behövs inte längre"),
}
# After a withdrawal the agency has closed its case in the same moment.
CLOSED = gettext_lazy("Läkemedelsverket har avskrivit ärendet")
# What the pharmacy's own people do; the rest is the agency's, which has no names here.
_OURS = {"send", "withdraw", "decision_requested", "handed_over", "answer_supplement"}


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
    is_ours = event.data.get("asked") == WaitingFor.PHARMACY
    words = {**ACTIONS, **ASKED_US} if is_ours else ACTIONS
    if "matter" in event.data:
        words = {**words, "appealed": APPEALED[event.data["matter"]]}
    return Event(words.get(event.action, event.action), event.at, by=actor, text=_details(event))


def _details(event: ApplicationEvent) -> str:
    if event.action == "appealed":
        return _("Överklagande %(number)s") % {"number": event.data["number"]}
    if event.action == "appeal_forwarded":
        return swedish_date(date.fromisoformat(event.data["on"]))
    if event.action == "appeal_ended":
        return str(APPEAL_ENDED[event.data["appeal"]])
    if event.action == "reopened":
        return str(REOPENED[event.data["why"]])
    if event.action == "registered":
        return _("Diarienummer %(dnr)s") % {"dnr": event.data.get("dnr", "")}
    if event.action == "handed_over":
        return str(_("Från %(from)s till %(to)s.") % event.data)
    if event.action == "decided":
        return str(Outcome(event.data["outcome"]).label)
    if event.action == "delayed":
        return _("%(reason)s\nBeslut väntas senast %(day)s.") % {
            "reason": event.reason,
            "day": swedish_date(date.fromisoformat(event.data["expected_on"])),
        }
    if event.action == "decision_requested":
        return _("Läkemedelsverket ska svara senast %(day)s.") % {
            "day": swedish_date(date.fromisoformat(event.data["answer_by"]))
        }
    if event.action == "enjoined" or event.data.get("asked") == WaitingFor.PHARMACY:
        due_on = event.data.get("due_on")
        if not due_on:
            return ""
        return _("Svara senast %(day)s.") % {"day": swedish_date(date.fromisoformat(due_on))}
    return str(event.reason)
