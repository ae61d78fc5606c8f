"""What each notice says, and which group of e-mails it belongs to: one table.

The words are found when a notice is read, in its reader's language. Its title is the kind's name.
`%(…)s` in a text is filled in from `Notice.facts`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from klas.presentation import swedish_date
from notifications.enums import NoticeGroup, NoticeKind


@dataclass(frozen=True)
class Words:
    """The text of a kind of notice, and the group it can be turned off with."""

    group: NoticeGroup
    text: Promise


TABLE: Mapping[NoticeKind, Words] = {
    NoticeKind.DRAFT_READY: Words(
        NoticeGroup.DRAFTS,
        _(
            "%(colleague)s har förberett en licensmotivering åt dig. "
            "Läs igenom den och skicka den när den stämmer."
        ),
    ),
    NoticeKind.ATTACHMENT_STOPPED: Words(
        NoticeGroup.DRAFTS,
        _(
            "En fil som du laddade upp innehåller skadlig kod eller går inte att läsa. "
            "Ta bort den och ladda upp en annan."
        ),
    ),
    NoticeKind.SUPPLEMENT_REQUESTED: Words(
        NoticeGroup.SUPPLEMENTS,
        _("Läkemedelsverket behöver veta mer för att kunna besluta. Svara senast %(due_on)s."),
    ),
    NoticeKind.SUPPLEMENT_REMINDER: Words(
        NoticeGroup.SUPPLEMENTS,
        _(
            "Läkemedelsverket väntar på ditt svar. Svara senast %(due_on)s. "
            "Utan svar kan de besluta på det underlag som finns."
        ),
    ),
    NoticeKind.SUPPLEMENT_CLOSED: Words(
        NoticeGroup.SUPPLEMENTS,
        _("Läkemedelsverket behöver inte längre ditt svar. Du behöver inte göra något."),
    ),
    NoticeKind.INJUNCTION: Words(
        NoticeGroup.SUPPLEMENTS,
        _(
            "Läkemedelsverket har skickat ett föreläggande. Läs det och svara senast %(due_on)s. "
            "Annars kan ansökan avvisas."
        ),
    ),
    NoticeKind.WAITING_FOR_PHARMACY: Words(
        NoticeGroup.CASES,
        _(
            "Inget apotek har ansökt om licens för %(product)s på %(days)s arbetsdagar. "
            "Kontakta ett apotek och lämna referensnumret."
        ),
    ),
    NoticeKind.LAPSED: Words(
        NoticeGroup.CASES,
        _(
            "Inget apotek ansökte i tid om licens för %(product)s. Licensmotiveringen gäller "
            "inte längre. Behövs licensen fortfarande skriver du en ny."
        ),
    ),
    NoticeKind.APPLICATION_SENT: Words(
        NoticeGroup.CASES,
        _("%(pharmacy)s har ansökt om licens för %(product)s. Du behöver inte göra något just nu."),
    ),
    NoticeKind.APPLICATION_WITHDRAWN: Words(
        NoticeGroup.CASES,
        _(
            "Apoteket har återkallat sin ansökan om licens för %(product)s. "
            "Licensmotiveringen gäller fortfarande. Ett annat apotek kan ansöka."
        ),
    ),
    NoticeKind.HAND_OVER_OFFERED: Words(
        NoticeGroup.CASES,
        _(
            "%(pharmacy)s vill lämna över en ansökan om licens för %(product)s till er. "
            "Läs ansökan och svara ja eller nej."
        ),
    ),
    NoticeKind.HAND_OVER_DECLINED: Words(
        NoticeGroup.CASES,
        _(
            "%(pharmacy)s vill inte ta över ansökan om licens för %(product)s. "
            "Ansökan är kvar hos er."
        ),
    ),
    NoticeKind.HANDED_OVER: Words(
        NoticeGroup.CASES,
        _("%(pharmacy)s har tagit över ansökan om licens för %(product)s."),
    ),
    NoticeKind.RENEWAL_SENT: Words(
        NoticeGroup.CASES,
        _(
            "%(pharmacy)s har ansökt om att förnya licens %(licence)s för %(product)s på samma "
            "licensmotivering, och uppger att du eller en kollega bekräftade den %(asked_on)s att "
            "inget har ändrats. Stämmer det inte, kontakta apoteket."
        ),
    ),
    NoticeKind.RENEWAL_WITHDRAWN: Words(
        NoticeGroup.CASES,
        _(
            "Apoteket har återkallat sin ansökan om att förnya licens %(licence)s för %(product)s. "
            "Ska behandlingen fortsätta kan du skriva en ny licensmotivering."
        ),
    ),
    NoticeKind.DECIDED: Words(
        NoticeGroup.CASES,
        _("Läkemedelsverket har beslutat om licens för %(product)s. %(outcome)s"),
    ),
    NoticeKind.DECISION_DELAYED: Words(
        NoticeGroup.CASES,
        _(
            "Läkemedelsverket har inte hunnit besluta om licens för %(product)s. "
            "Beslut väntas senast %(expected_on)s. Läs varför i ansökan."
        ),
    ),
    NoticeKind.DECISION_REQUEST_REJECTED: Words(
        NoticeGroup.CASES,
        _(
            "Läkemedelsverket har avslagit er begäran om att ärendet om %(product)s avgörs nu. "
            "Beslutet går att överklaga."
        ),
    ),
    NoticeKind.HEARING_REQUESTED: Words(
        NoticeGroup.CASES,
        _(
            "Läkemedelsverket kan komma att besluta emot er ansökan. "
            "Läs vad som talar emot och svara senast %(due_on)s."
        ),
    ),
    NoticeKind.HEARING_ANSWERED: Words(
        NoticeGroup.CASES,
        _("%(pharmacy)s har svarat på det som talar emot ansökan. Ärendet kan beslutas."),
    ),
    NoticeKind.MENTIONED: Words(
        NoticeGroup.COLLEAGUES, _("%(colleague)s har nämnt dig i en anteckning i ärendet.")
    ),
    NoticeKind.REFERRED: Words(
        NoticeGroup.COLLEAGUES,
        _("%(colleague)s vill ha ditt yttrande senast %(due_on)s."),
    ),
    NoticeKind.OPINION_GIVEN: Words(
        NoticeGroup.COLLEAGUES, _("%(colleague)s har lämnat sitt yttrande i ärendet.")
    ),
    NoticeKind.APPEAL_RECEIVED: Words(
        NoticeGroup.CASES,
        _(
            "Ert överklagande kom in till Läkemedelsverket %(received_on)s. "
            "Läs vad som händer nu på sidan om överklagandet."
        ),
    ),
    NoticeKind.APPEAL_REJECTED: Words(
        NoticeGroup.CASES,
        _(
            "Läkemedelsverket har avvisat ert överklagande, eftersom det kom in för sent. "
            "Läs skälen i beslutet. Det går att överklaga."
        ),
    ),
    NoticeKind.APPEAL_FORWARDED: Words(
        NoticeGroup.CASES,
        _(
            "Läkemedelsverket ändrar inte beslutet. Ert överklagande lämnades till "
            "förvaltningsrätten %(forwarded_on)s."
        ),
    ),
    NoticeKind.APPEAL_ENDED: Words(
        NoticeGroup.CASES,
        _("Ert överklagande är avslutat. Läs hur det gick på sidan om överklagandet."),
    ),
    NoticeKind.CASE_REOPENED: Words(
        NoticeGroup.CASES,
        _(
            "Ärendet om licens för %(product)s är öppnat igen efter ett överklagande. "
            "Läkemedelsverket ska besluta på nytt."
        ),
    ),
    NoticeKind.LICENCE_ENDS: Words(
        NoticeGroup.LICENCES,
        _(
            "Licens %(licence)s för %(product)s gäller till och med %(valid_to)s. "
            "Ska behandlingen fortsätta, förnya licensen i god tid."
        ),
    ),
    NoticeKind.LICENCE_SUSPENDED: Words(
        NoticeGroup.SAFETY,
        _(
            "Läkemedelsverket har stoppat licens %(licence)s för %(product)s tills vidare. "
            "Apotek får inte lämna ut läkemedlet."
        ),
    ),
    NoticeKind.LICENCE_LIFTED: Words(
        NoticeGroup.SAFETY,
        _("Licens %(licence)s för %(product)s gäller igen. Apotek får lämna ut läkemedlet."),
    ),
    NoticeKind.LICENCE_REVOKED: Words(
        NoticeGroup.SAFETY,
        _(
            "Läkemedelsverket har återkallat licens %(licence)s för %(product)s. "
            "Apotek får inte längre lämna ut läkemedlet."
        ),
    ),
    NoticeKind.DECISION_CORRECTED: Words(
        NoticeGroup.CASES,
        _("Läkemedelsverket har rättat ett skrivfel i beslutet %(licence)s om %(product)s."),
    ),
    NoticeKind.SAFETY_INFORMATION: Words(
        NoticeGroup.SAFETY,
        _(
            "Läkemedelsverket har information om %(product)s som rör licens %(licence)s. "
            "Licensen gäller som förut."
        ),
    ),
    NoticeKind.SAFETY_SUSPENDED: Words(
        NoticeGroup.SAFETY,
        _(
            "Läkemedelsverket stoppar licenser för %(product)s tills vidare. "
            "Lämna inte ut läkemedlet. Se vilka licenser det gäller."
        ),
    ),
    NoticeKind.SAFETY_LIFTED: Words(
        NoticeGroup.SAFETY,
        _("Stoppade licenser för %(product)s gäller igen. Se vilka licenser det gäller."),
    ),
    NoticeKind.SAFETY_TOLD: Words(
        NoticeGroup.SAFETY,
        _("Läkemedelsverket har information om %(product)s. Läs den och se vilka licenser."),
    ),
    NoticeKind.BREAK_GLASS: Words(
        NoticeGroup.SAFETY,
        _(
            "%(colleague)s har loggat in med nödinloggningen. "
            "Känner du inte till det, stäng av den och läs åtkomstloggen."
        ),
    ),
    NoticeKind.RECALL: Words(
        NoticeGroup.RECALLS,
        _(
            "Batch %(batch)s av %(product)s dras in, och ert apotek har lämnat ut av den. "
            "Se vilka utlämnanden det gäller."
        ),
    ),
}

# The values of `motivations.enums.Outcome`, which stands above this app, each as a sentence.
OUTCOMES: Mapping[str, Promise] = {
    "granted": _("Licensen är beviljad."),
    "granted_with_reservation": _("Licensen är beviljad med förbehåll."),
    "rejected": _("Ansökan är avslagen."),
    "dismissed": _("Ansökan är avvisad: den har inte prövats."),
    "closed": _("Ärendet är avslutat utan beslut i sak."),
}


def _day(fact: str) -> str:
    return swedish_date(date.fromisoformat(fact))


# Facts that are worded when they are read; the others are shown as they are.
_IN_WORDS: Mapping[str, Callable[[str], str]] = {
    "asked_on": _day,
    "due_on": _day,
    "expected_on": _day,
    "forwarded_on": _day,
    "received_on": _day,
    "valid_to": _day,
    "outcome": lambda fact: str(OUTCOMES[fact]),
}


def group_of(kind: NoticeKind) -> NoticeGroup:
    """The group of e-mails that a kind of notice belongs to."""
    return TABLE[kind].group


def facts_needed(kind: NoticeKind) -> set[str]:
    """The names of the facts that the text of a kind is filled in with."""
    return set(re.findall(r"%\((\w+)\)s", str(TABLE[kind].text)))


def text_of(kind: NoticeKind, facts: Mapping[str, str]) -> str:
    """The text of a notice, in the language of the one who reads.

    Raises:
        LookupError, ValueError: a fact is missing, or is not what it should be.
    """
    worded = {name: _IN_WORDS.get(name, str)(fact) for name, fact in facts.items()}
    return str(TABLE[kind].text) % worded
