"""An appeal in words: its list, its page, and what is done with it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Assignment
from decisions.appealed import Appealed
from decisions.enums import (
    APPEALS_TO_HANDLE,
    ENDED_APPEALS,
    AppealMatter,
    AppealStatus,
    CourtOutcome,
)
from decisions.flow import APPEAL
from decisions.forms import appeals as forms
from decisions.models import Appeal, AppealEvent, Case, Decision
from decisions.services import appeal_acts
from decisions.services.appeal_acts import is_reinstated
from decisions.words import who
from klas.access import Permission
from klas.forms import KlasForm
from klas.presentation import swedish_date
from klas.summary import Event, Row
from motivations.enums import Outcome

TABS = {
    "att-gora": (gettext_lazy("Att hantera"), APPEALS_TO_HANDLE),
    "domstolen": (gettext_lazy("Hos domstolen"), (AppealStatus.FORWARDED,)),
    "avslutade": (gettext_lazy("Avslutade"), ENDED_APPEALS),
}


def visible_to(acting: Assignment) -> QuerySet[Appeal]:
    """The appeals that have come in, for the agency's officers; none for others."""
    if not acting.has(Permission.VIEW_QUEUE):
        return Appeal.objects.none()
    return Appeal.objects.exclude(status=AppealStatus.DRAFT).select_related(
        "case__application__motivation",
        "case__application__pharmacy",
        "case__application__product",
        "case__assignee__user",
        "decision__decided_by__user",
        "decision__proposed_by__user",
        "revocation__licence",
        "rejection",
        "received_by__user",
        "settled_by__user",
        "file",
    )


@dataclass(frozen=True)
class AppealRow:
    """One row of the list."""

    appeal: Appeal
    product: str
    title: str
    outcome: Outcome | None
    result: str | Promise


def appeal_rows(appeals: Iterable[Appeal]) -> list[AppealRow]:
    """Appeals of one page of the list, in words."""
    return [
        AppealRow(
            appeal,
            product=product.product_line if (product := appeal.case.application.product) else "",
            title=Appealed.by(appeal).title,
            outcome=Outcome(appeal.decision.outcome)
            if appeal.matter == AppealMatter.DECISION
            else None,
            result=CourtOutcome(appeal.court_outcome).label if appeal.court_outcome else "",
        )
        for appeal in appeals
    ]


def appeal_facts(appeal: Appeal) -> list[Row]:
    """When it came, whether in time, and how far it has come."""
    rows = [
        Row(_("Överklagar"), Appealed.by(appeal).words),
        Row(
            _("Kom in"),
            f"{swedish_date(appeal.received_on)}, {appeal.channel_words}",
        ),
        Row(_("I tid"), time_words(appeal)),
    ]
    if appeal.settled_at is not None and appeal.reasons:
        rows.append(Row(_("Skäl för Läkemedelsverkets beslut"), appeal.reasons))
    if appeal.forwarded_on is not None:
        rows.append(Row(_("Lämnat till förvaltningsrätten"), appeal.forwarded_on))
    if appeal.court_outcome:
        rows += [
            Row(_("Domstolens beslut"), CourtOutcome(appeal.court_outcome).label),
            Row(_("Beslutat"), appeal.court_on),
            Row(_("Målnummer"), appeal.court_number),
        ]
    return rows


def time_words(appeal: Appeal) -> str:
    """Whether an appeal is in time, and how that is counted."""
    answer = _("Ja.") if appeal.is_in_time else _("Nej, för sent.")
    if is_reinstated(appeal):
        return answer + " " + _("Att det avvisades är upphävt efter ett överklagande.")
    if appeal.last_on is None:
        return answer + " " + _("Beslutet var inte levererat än.")
    days = {"got": swedish_date(appeal.got_on), "last": swedish_date(appeal.last_on)}
    return answer + " " + _("Apoteket fick beslutet %(got)s. Sista dagen var %(last)s.") % days


def written_rows(appeal: Appeal) -> list[Row]:
    """What the party has written."""
    said: dict[str, Any] = appeal.text
    rows = [
        Row(_("Vad som ska ändras"), said.get("change", "")),
        Row(_("Hur beslutet ska ändras"), said.get("how", "")),
        Row(_("Skäl"), said.get("reasons", "")),
    ]
    return [row for row in rows if appeal.is_draft or not row.is_empty]


_EVENTS = {
    "lodge": gettext_lazy("Apoteket överklagade"),
    "register": gettext_lazy("Överklagandet kom med post och registrerades"),
    "judge_time": gettext_lazy("Tiden bedömdes på nytt"),
    "reject": gettext_lazy("Överklagandet avvisades"),
    "reconsider": gettext_lazy("Omprövningen började"),
    "change": gettext_lazy("Omprövat: ändras som apoteket vill"),
    "keep": gettext_lazy("Omprövat: ändras inte. Akten till domstolen beställdes"),
    "reinstate": gettext_lazy("Avvisningen upphävdes. Överklagandet prövas"),
    "forward": gettext_lazy("Överklagandet lämnades till förvaltningsrätten"),
    "conclude": gettext_lazy("Domstolens beslut registrerades"),
    "withdraw": gettext_lazy("Apoteket återkallade överklagandet"),
}


def events_of(appeal: Appeal) -> list[Event]:
    """The appeal's own timeline, for the agency."""
    happened: Iterable[AppealEvent] = appeal.events.select_related(
        "actor__user", "actor__pharmacy", "actor__care_unit"
    )
    return [_event(event) for event in happened]


def _event(event: AppealEvent) -> Event:
    outcome = event.data.get("outcome")
    parts = [event.reason, str(CourtOutcome(outcome).label) if outcome else ""]
    if event.data.get("misled"):
        parts.append(_("Förseningen beror på fel upplysning från Läkemedelsverket."))
    text = "\n".join(part for part in parts if part)
    return Event(_EVENTS[event.action], event.at, by=who(event.actor), text=text)


@dataclass(frozen=True)
class Act:
    """Something an officer does with an appeal: the words of its page, its form and its service."""

    action: str
    link: str | Promise
    lead: str | Promise
    button: str | Promise
    form: type[KlasForm]
    perform: Callable[..., Appeal]
    done: str | Promise
    warns: bool = False


# Where each act is found below the appeal's address.
ACTS: dict[str, Act] = {
    "omprova": Act(
        "reconsider",
        gettext_lazy("Börja ompröva beslutet"),
        gettext_lazy(
            "Överklagandet har kommit in i tid. Läs det och ärendet. En beslutsfattare avgör sedan "
            "om beslutet ska ändras eller om överklagandet ska till domstolen."
        ),
        gettext_lazy("Börja ompröva"),
        forms.NothingForm,
        appeal_acts.reconsider,
        gettext_lazy("Omprövningen har börjat."),
    ),
    "andra": Act(
        "change",
        gettext_lazy("Beslutet ska ändras som apoteket vill"),
        gettext_lazy(
            "Gäller överklagandet beslutet om licens öppnas ärendet igen hos den som hade det, och "
            "det gamla beslutet gäller tills det nya är fattat. Gäller det en återkallelse börjar "
            "licensen gälla igen. Gäller det en avvisning prövas överklagandet som avvisades (38 "
            "och 39 §§ förvaltningslagen)."
        ),
        gettext_lazy("Ändra beslutet"),
        forms.ReasonsForm,
        appeal_acts.change,
        gettext_lazy("Beslutet ändras. Apoteket får besked."),
        warns=True,
    ),
    "lamna-over": Act(
        "keep",
        gettext_lazy("Beslutet ändras inte, eller inte som apoteket vill"),
        gettext_lazy(
            "Överklagandet ska då lämnas till förvaltningsrätten utan dröjsmål (46 § "
            "förvaltningslagen). Akten med alla handlingar skapas. Skälen står i den."
        ),
        gettext_lazy("Skapa akten till domstolen"),
        forms.ReasonsForm,
        appeal_acts.keep,
        gettext_lazy("Akten till domstolen skapas nu."),
    ),
    "avvisa": Act(
        "reject",
        gettext_lazy("Avvisa överklagandet: det kom för sent"),
        gettext_lazy(
            "Apoteket får ett eget beslut om det, med skäl. Det går att överklaga (45 § "
            "förvaltningslagen)."
        ),
        gettext_lazy("Avvisa överklagandet"),
        forms.ReasonsForm,
        appeal_acts.reject,
        gettext_lazy("Överklagandet är avvisat. Apoteket får beslutet elektroniskt."),
        warns=True,
    ),
    "tid": Act(
        "judge_time",
        gettext_lazy("Bedöm tiden på nytt"),
        gettext_lazy(
            "Tiden räknas från den dag apoteket fick del av beslutet: den dag då det levererades, "
            "om inget annat är känt (44 § förvaltningslagen)."
        ),
        gettext_lazy("Spara bedömningen"),
        forms.JudgeTimeForm,
        appeal_acts.judge_time,
        gettext_lazy("Bedömningen är sparad."),
    ),
    "till-domstolen": Act(
        "forward",
        gettext_lazy("Registrera att akten är lämnad till domstolen"),
        gettext_lazy("Apoteket får veta att överklagandet är hos förvaltningsrätten."),
        gettext_lazy("Spara"),
        forms.ForwardForm,
        appeal_acts.forward,
        gettext_lazy("Överklagandet är lämnat till förvaltningsrätten."),
    ),
    "domstolens-beslut": Act(
        "conclude",
        gettext_lazy("Registrera domstolens beslut"),
        gettext_lazy(
            "Har domstolen ändrat beslutet eller återförvisat ärendet öppnas ärendet igen, så att "
            "ett nytt beslut kan fattas. Är det en återkallelse eller avvisning som domstolen har "
            "ändrat upphävs den. Apoteket och förskrivaren får veta det."
        ),
        gettext_lazy("Spara domstolens beslut"),
        forms.CourtForm,
        appeal_acts.conclude,
        gettext_lazy("Domstolens beslut är sparat."),
    ),
    "aterkallat": Act(
        "withdraw",
        gettext_lazy("Apoteket har återkallat överklagandet"),
        gettext_lazy("Överklagandet avslutas och beslutet står fast."),
        gettext_lazy("Avsluta överklagandet"),
        forms.WithdrawnForm,
        appeal_acts.withdraw,
        gettext_lazy("Överklagandet är avslutat."),
        warns=True,
    ),
}


@dataclass(frozen=True)
class ActLink:
    """An act that can be done now."""

    text: str | Promise
    url: str


def links(appeal: Appeal, *, by: Assignment) -> list[ActLink]:
    """What `by` can do with an appeal now, the usual thing first."""
    return [
        ActLink(act.link, reverse("decisions:appeal_act", args=[appeal.pk, slug]))
        for slug, act in ACTS.items()
        if is_open_to(act, appeal, by=by)
    ]


def is_open_to(act: Act, appeal: Appeal, *, by: Assignment) -> bool:
    """Whether an act can be done now."""
    if act.action == "judge_time" and is_reinstated(appeal):
        return False
    if act.action in ("reject", "reconsider") and (act.action == "reject") == appeal.is_in_time:
        return False
    return APPEAL.allows(appeal, act.action, by=by)


def waits_for(appeal: Appeal, *, by: Assignment) -> str:
    """Who has to do something now, when it is not `by`; "" when nobody has."""
    decides = by.has(Permission.COUNTERSIGN)
    if appeal.status == AppealStatus.RECONSIDERED and not decides:
        return _("En beslutsfattare avgör om beslutet ska ändras.")
    if appeal.status == AppealStatus.RECEIVED and not appeal.is_in_time and not decides:
        return _("En beslutsfattare avgör om överklagandet ska avvisas.")
    if appeal.status == AppealStatus.FORWARDED:
        return _("Överklagandet är hos förvaltningsrätten.")
    return ""


_NEXT = {
    AppealStatus.RECEIVED: gettext_lazy(
        "Läkemedelsverket prövar först om överklagandet har kommit in i tid, och sedan om beslutet "
        "ska ändras."
    ),
    AppealStatus.RECONSIDERED: gettext_lazy("Läkemedelsverket omprövar nu beslutet."),
    AppealStatus.KEPT: gettext_lazy(
        "Läkemedelsverket ändrar inte beslutet så som ni vill. Överklagandet och alla handlingar i "
        "ärendet lämnas till förvaltningsrätten."
    ),
    AppealStatus.FORWARDED: gettext_lazy(
        "Överklagandet är hos förvaltningsrätten. Domstolen hör av sig till er om den behöver mer."
    ),
    AppealStatus.CHANGED: gettext_lazy(
        "Läkemedelsverket har omprövat beslutet och ska besluta på nytt. Ni får det nya beslutet "
        "här."
    ),
    AppealStatus.REJECTED: gettext_lazy(
        "Överklagandet kom in för sent och är avvisat. Skälen, och hur ni överklagar det, står i "
        "beslutet."
    ),
    AppealStatus.ENDED: gettext_lazy("Domstolen har avgjort överklagandet."),
    AppealStatus.WITHDRAWN: gettext_lazy("Överklagandet är återkallat. Beslutet står fast."),
}


_UNDONE = {
    AppealMatter.REVOCATION: gettext_lazy(
        "Läkemedelsverket har omprövat återkallelsen och upphävt den. Licensen gäller igen."
    ),
    AppealMatter.REJECTION: gettext_lazy(
        "Läkemedelsverket har omprövat avvisningen och upphävt den. Överklagandet som avvisades "
        "prövas nu."
    ),
}


def next_words(appeal: Appeal) -> str | Promise:
    """What happens next, in words for the pharmacy."""
    if appeal.status == AppealStatus.CHANGED and appeal.matter in _UNDONE:
        return _UNDONE[appeal.matter]
    return _NEXT[AppealStatus(appeal.status)]


def appeal_part(case: Case) -> dict[str, Any]:
    """What the review page shows of appeals, and of decisions from before a case was reopened."""
    appeals = (
        Appeal.objects.filter(case=case)
        .exclude(status=AppealStatus.DRAFT)
        .select_related("decision", "revocation__licence", "rejection")
    )
    earlier = Decision.objects.filter(
        case=case, round__lt=case.round, decided_at__isnull=False
    ).select_related(
        "product", "case__application__pharmacy", "proposed_by__user", "decided_by__user"
    )
    return {
        "appeals": [
            {"appeal": appeal, "title": Appealed.by(appeal).title}
            for appeal in appeals.order_by("pk")
        ],
        "rounds": [
            {"decision": decision, "outcome": Outcome(decision.outcome)}
            for decision in (earlier.order_by("-round") if case.round > 1 else ())
        ],
    }


APPEAL_TITLES = {
    AppealMatter.DECISION: gettext_lazy("Överklaga beslutet"),
    AppealMatter.REVOCATION: gettext_lazy("Överklaga återkallelsen"),
    AppealMatter.REJECTION: gettext_lazy("Överklaga avvisningen"),
}


def appeal_links(found: Iterable[Appealed], *, by: Assignment) -> list[ActLink]:
    """What a pharmacist can appeal now, each with its page."""
    if not by.has(Permission.SEND_APPLICATIONS):
        return []
    return [
        ActLink(
            APPEAL_TITLES[one.matter],
            reverse("decisions:appeal_write", args=[one.decision.case.application_id, one.matter]),
        )
        for one in found
    ]


def deadline_words(last_on: date | None) -> str:
    """Until when a pharmacy can appeal."""
    if last_on is None:
        return _("Ni kan överklaga inom tre veckor från den dag ni fick beslutet.")
    return _("Överklaga senast %(day)s.") % {"day": swedish_date(last_on)}
