"""The texts of the letters in the order the library shows them, and where each is used."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from decisions.enums import LetterReason as R

_TO_PRESCRIBER = (R.REJECTED, R.RESERVATION, R.SPECIAL_INFORMATION)
_ALL = tuple(R)
_AFTERWARDS = (R.SUSPENSION, R.LIFTED, R.REVOCATION, R.CORRECTION)
# A correction gives the whole decision as corrected.
_DECISION = (R.DECISION, R.CORRECTION)


@dataclass(frozen=True)
class Group:
    """Texts that belong together, and the letters that hold any of them.

    `titles` are the texts' keys with what each is called: in Swedish, as the texts are.
    """

    title: Promise
    letters: tuple[R, ...]
    titles: Mapping[str, str]


GROUPS = (
    Group(
        _("Avsändare och avslutning"),
        _ALL,
        {
            "sender_name": "Verkets namn",
            "sender_address": "Postadress",
            "sender_email": "E-postadress",
            "sender_phone": "Telefonnummer",
            "code": "Så kontrolleras att brevet är äkta",
        },
    ),
    Group(
        _("Vad som har beslutats"),
        _DECISION,
        {
            "granted": "Bifall",
            "granted_reduced": "Bifall till mindre eller kortare",
            "granted_with_reservation": "Bifall med förbehåll",
            "reserved_reduced": "Förbehåll, och mindre eller kortare",
            "rejected": "Avslag",
            "dismissed": "Avvisning",
            "closed": "Avskrivning",
            "scope": "Vad licensen omfattar",
        },
    ),
    Group(
        _("Hur läkemedlet lämnas ut"),
        (*_DECISION, R.RESERVATION, R.SPECIAL_INFORMATION),
        {
            "route_prescription": "Mot recept",
            "route_requisition": "Mot rekvisition",
        },
    ),
    Group(
        _("Hur apoteket har hörts"),
        (*_DECISION, R.REVOCATION),
        {
            "heard": "Apoteket har hörts",
            "not_heard": "Apoteket har inte hörts",
        },
    ),
    Group(
        _("Vem som har beslutat"),
        (
            *_DECISION,
            *_TO_PRESCRIBER,
            R.SUSPENSION,
            R.LIFTED,
            R.REVOCATION,
            R.APPEAL_REJECTED,
        ),
        {
            "decided_alone": "En person har beslutat",
            "decided_by_two": "En har beslutat, en varit föredragande",
            "proposed": "Förslag som inte är beslutat",
        },
    ),
    Group(
        _("Så överklagar apoteket"),
        (*_DECISION, R.REVOCATION, R.APPEAL_REJECTED),
        {
            "appeal_who": "Vem som kan överklaga",
            "appeal_where": "Vart överklagandet skickas",
            "appeal_when": "När det ska ha kommit in",
            "appeal_medical": "Medicinskt underlag",
            "appeal_next": "Vad som händer sedan",
        },
    ),
    Group(
        _("Till förskrivaren: avslag"),
        (R.REJECTED,),
        {
            "prescriber_rejected": "Ansökan är avslagen",
        },
    ),
    Group(
        _("Till förskrivaren: förbehåll"),
        (R.RESERVATION,),
        {
            "prescriber_reservation": "Licensen har ett förbehåll",
            "prescriber_reservation_act": "Vad förskrivaren ska göra",
        },
    ),
    Group(
        _("Till förskrivaren: särskild information"),
        (R.SPECIAL_INFORMATION,),
        {
            "prescriber_special_information": "Licensen är beviljad",
            "prescriber_special_information_act": "Vad förskrivaren ska göra",
        },
    ),
    Group(
        _("Till förskrivaren: vad du kan göra"),
        (R.REJECTED, R.RESERVATION),
        {
            "prescriber_appeal": "Apoteket kan överklaga",
            "prescriber_new_motivation": "En ny licensmotivering",
        },
    ),
    Group(
        _("Till förskrivaren: patienten"),
        _TO_PRESCRIBER,
        {
            "prescriber_patient": "Vem som ger besked till patienten",
        },
    ),
    Group(
        _("Till förskrivaren: komplettering"),
        (R.SUPPLEMENT,),
        {
            "prescriber_supplement": "Fler uppgifter behövs",
            "prescriber_supplement_how": "Så svarar förskrivaren",
            "prescriber_supplement_late": "Om inget svar kommer",
            "asked_by": "Vem som frågar",
        },
    ),
    Group(
        _("Föreläggande"),
        (R.INJUNCTION,),
        {
            "injunction": "Vad som föreläggs",
            "injunction_prescriber": "När förskrivaren inte har svarat",
            "injunction_how": "Så svarar apoteket",
            "injunction_otherwise": "Om föreläggandet inte följs",
            "injunction_provisions": "Bestämmelser",
            "injunction_by": "Vem som har beslutat",
        },
    ),
    Group(
        _("Beslutet dröjer"),
        (R.DELAY,),
        {
            "delay": "Beslutet dröjer",
            "delay_expected": "När beslutet väntas",
            "delay_act": "Vad apoteket kan göra",
        },
    ),
    Group(
        _("Överklagandet har kommit in"),
        (R.APPEAL_RECEIVED,),
        {
            "appeal_received": "Överklagandet har kommit in",
            "appeal_in_time": "Det kom in i tid",
            "appeal_in_time_next": "I tid: vad som händer nu",
            "appeal_too_late": "Det kom in för sent",
            "appeal_too_late_next": "För sent: vad som händer nu",
            "appeal_decision_applies": "Beslutet gäller så länge",
        },
    ),
    Group(
        _("Överklagandet avvisas"),
        (R.APPEAL_REJECTED,),
        {
            "appeal_rejected": "Överklagandet avvisas",
            "appeal_rejected_when": "När det skulle ha kommit in",
            "appeal_rejected_provisions": "Bestämmelser",
        },
    ),
    Group(
        _("Licensen stoppas"),
        (R.SUSPENSION,),
        {"suspension_title": "Rubrik: stopp", "suspension": "Licensen stoppas"},
    ),
    Group(
        _("Licensen gäller igen"),
        (R.LIFTED,),
        {
            "lifted_title": "Rubrik: gäller igen",
            "lifted": "Stoppet hävs",
            "restored": "Återkallelsen upphävs",
        },
    ),
    Group(
        _("Licensen återkallas"),
        (R.REVOCATION,),
        {
            "revocation": "Licensen återkallas",
            "revocation_clause": "Grund: återkallelseförbehåll",
            "revocation_safety": "Grund: tvingande säkerhetsskäl",
            "revocation_misled": "Grund: oriktiga uppgifter",
            "revocation_heard": "Apoteket har hörts om återkallelsen",
        },
    ),
    Group(
        _("Beslutet rättas"),
        (R.CORRECTION,),
        {
            "correction": "Vad som rättas",
            "correction_replaces": "Brevet ersätter det tidigare",
            "correction_heard": "Apoteket har hörts om rättelsen",
            "correction_not_heard": "Apoteket har inte hörts om rättelsen",
            "corrected_by": "Vem som har rättat",
        },
    ),
    Group(
        _("Frågor om beslutet"),
        (R.APPEAL_RECEIVED, R.APPEAL_REJECTED, *_TO_PRESCRIBER, *_AFTERWARDS),
        {
            "questions": "Vem som svarar på frågor",
        },
    ),
    Group(
        _("Frågor om brevet"),
        (R.SUPPLEMENT, R.INJUNCTION, R.DELAY),
        {
            "case_questions": "Vem som svarar på frågor",
        },
    ),
)


def group_of(key: str) -> Group:
    """The group that a text belongs to.

    Raises:
        LookupError: there is no such text.
    """
    for group in GROUPS:
        if key in group.titles:
            return group
    raise LookupError(key)
