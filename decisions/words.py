"""What has happened to a case, in the agency's words."""

from collections.abc import Mapping
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Assignment
from applications.enums import WaitingFor
from decisions.enums import AppealMatter
from decisions.queries import History
from klas.flow import EventModel
from klas.presentation import swedish_date
from klas.summary import Event
from motivations.enums import Outcome

Words = Mapping[str, str | Promise]

CASE: Words = {
    "register": gettext_lazy("Ärendet registrerades"),
    "take": gettext_lazy("Ärendet togs"),
    "release": gettext_lazy("Ärendet lämnades tillbaka till kön"),
    "assign": gettext_lazy("Ärendet fördelades"),
    "reassign": gettext_lazy("Ärendet bytte handläggare"),
    "reassign_waiting": gettext_lazy("Ärendet bytte handläggare"),
    "release_absent": gettext_lazy("Ärendet gick tillbaka till kön"),
    "supplement_reminded": gettext_lazy("Påminnelse om kompletteringen skickades"),
    "delay_told": gettext_lazy("Apoteket underrättades om att beslutet dröjer"),
    "decision_requested": gettext_lazy("Apoteket begärde att ärendet avgörs"),
    "decision_request_rejected": gettext_lazy("Begäran om att ärendet avgörs avslogs"),
    "request_supplement": gettext_lazy("Komplettering begärdes av förskrivaren"),
    "supplement_answered": gettext_lazy("Förskrivaren svarade på kompletteringen"),
    "close_supplement": gettext_lazy("Begäran om komplettering avslutades utan svar"),
    "supplement_answered_in_part": gettext_lazy("Förskrivaren svarade på kompletteringen"),
    "close_supplement_in_part": gettext_lazy("Begäran om komplettering avslutades utan svar"),
    "accept_supplement": gettext_lazy("Förskrivarens svar godtogs"),
    "send_injunction": gettext_lazy("Föreläggande skickades till apoteket"),
    "communicate": gettext_lazy("Apoteket fick del av det som talar emot ansökan"),
    "refer": gettext_lazy("En kollega ombads yttra sig"),
    "propose": gettext_lazy("Beslut föreslogs"),
    "return": gettext_lazy("Förslaget skickades tillbaka"),
    "countersign": gettext_lazy("Beslutet kontrasignerades"),
    "decide": gettext_lazy("Ärendet beslutades"),
    "applicant_changed": gettext_lazy("Sökanden byttes: ett annat apotek tog över ansökan"),
    "proposal_lapsed": gettext_lazy("Förslaget till beslut togs tillbaka"),
    "disclosed": gettext_lazy("Handlingarna lämnades ut"),
    "close": gettext_lazy("Ärendet avskrevs"),
    "appealed": gettext_lazy("Beslutet överklagades"),
    "appeal_rejected": gettext_lazy("Överklagandet avvisades: för sent inkommet"),
    "appeal_changed": gettext_lazy("Beslutet omprövades och ska ändras"),
    "appeal_kept": gettext_lazy("Beslutet omprövades och ändras inte"),
    "appeal_forwarded": gettext_lazy("Överklagandet lämnades till förvaltningsrätten"),
    "appeal_ended": gettext_lazy("Överklagandet avslutades"),
    "reopen": gettext_lazy("Ärendet öppnades igen för ett nytt beslut"),
}
# What was appealed.
APPEALED: Words = {
    AppealMatter.DECISION: gettext_lazy("Beslutet överklagades"),
    AppealMatter.REVOCATION: gettext_lazy("Återkallelsen av licensen överklagades"),
    AppealMatter.REJECTION: gettext_lazy("Avvisningen av överklagandet överklagades"),
}
# The same when it is the pharmacy that is asked.
OF_PHARMACY: Words = {
    "request_supplement": gettext_lazy("Komplettering begärdes av apoteket"),
    "supplement_answered": gettext_lazy("Apoteket svarade på kompletteringen"),
    "supplement_answered_in_part": gettext_lazy("Apoteket svarade på kompletteringen"),
    "accept_supplement": gettext_lazy("Apotekets svar godtogs"),
}
APPLICATION: Words = {
    "send": gettext_lazy("Apoteket skickade ansökan"),
    "withdraw": gettext_lazy("Apoteket återkallade ansökan"),
    "licence_suspended": gettext_lazy("Licensen stoppades tills vidare"),
    "licence_lifted": gettext_lazy("Stoppet av licensen hävdes"),
    "licence_revoked": gettext_lazy("Licensen återkallades"),
    "decision_corrected": gettext_lazy("Ett skrivfel i beslutet rättades"),
    "safety_information": gettext_lazy("Apoteket fick säkerhetsinformation"),
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
            "delayed",
            "decision_requested",
            "decision_request_rejected",
            "appealed",
            "appeal_rejected",
            "appeal_forwarded",
            "appeal_ended",
            "registered",
            "handed_over",
            "review_started",
            "supplement_requested",
            "supplement_answered",
            "supplement_closed",
            "supplement_reminded",
            "answer_supplement",
            "enjoined",
            "hearing_requested",
            "hearing_answered",
            "hearing_closed",
            "decided",
            "reopened",
        }
    ),
    "motivation": frozenset(
        {
            "licence_suspended",
            "licence_lifted",
            "licence_revoked",
            "decision_corrected",
            "safety_information",
            "application_sent",
            "application_handed_over",
            "renewal_sent",
            "renewal_withdrawn",
            "review_started",
            "supplement_requested",
            "answer_supplement",
            "supplement_closed",
            "enjoined",
            "decided",
            "appealed",
            "appeal_ended",
            "reopened",
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
        Event(_title(event, words), event.at, by=who(event.actor), text=_text(event))
        for event, words in told
        if event.action in words
    ]


def who(actor: Assignment | None) -> str:
    """A person with role and unit; the service by its name."""
    if actor is None:
        return _("KLAS")
    return f"{actor.user.name}, {actor.unit_name}"


def _title(event: EventModel, words: Words) -> str | Promise:
    if event.data.get("asked") == WaitingFor.PHARMACY:
        words = {**words, **OF_PHARMACY}
    if event.action == "appealed":
        return APPEALED[event.data.get("matter", AppealMatter.DECISION)]
    return words[event.action]


def _text(event: EventModel) -> str:
    outcome = event.data.get("outcome")
    to, day = event.data.get("to"), event.data.get("expected_on") or event.data.get("answer_by")
    is_change = event.action == "applicant_changed"
    parts = (
        str(Outcome(outcome).label) if outcome else "",
        _("Från %(from)s till %(to)s.") % event.data if is_change else "",
        _("Till %(name)s.") % {"name": to} if to and not is_change else "",
        event.reason,
        _("Senast %(day)s.") % {"day": swedish_date(date.fromisoformat(day))} if day else "",
    )
    return "\n".join(part for part in parts if part)
