"""The letters' own words, versioned; a letter keeps the version it was written with.

Letters are always in Swedish, so these texts are not translated. What stands here is the base: the
agency changes a text in its library (`decisions.services.letter_texts`), from a day on. To change
one here, add its new wording under a new version and move `TEXT_VERSION` on. Of the wordings here
and in the library the youngest holds; letters ordered earlier keep theirs.
"""

from collections.abc import Mapping
from datetime import date
from string import Formatter

from django.db.models import Max

from decisions.models import LetterText

TEXT_VERSION = "2026-11"

# Text key → the version it came with → wording. {braces} are filled in by `decisions.letters`.
TEXTS: Mapping[str, Mapping[str, str]] = {
    "sender_name": {"2026-11": "Läkemedelsverket"},
    "sender_address": {"2026-11": "Box 26, 751 03 Uppsala"},
    "sender_email": {"2026-11": "licensgruppen@lakemedelsverket.se"},
    "sender_phone": {"2026-11": "018-17 46 60"},
    # What was decided
    "granted": {
        "2026-11": "Läkemedelsverket beviljar licens. Apoteket får sälja läkemedlet så som "
        "beslutet anger."
    },
    "granted_reduced": {
        "2026-11": "Läkemedelsverket beviljar licens, men för en mindre mängd eller en kortare tid "
        "än apoteket har ansökt om. I övrigt avslås ansökan. Apoteket får sälja läkemedlet så som "
        "beslutet anger."
    },
    "reserved_reduced": {
        "2026-11": "Licensen gäller en mindre mängd eller en kortare tid än apoteket har ansökt "
        "om. I övrigt avslås ansökan."
    },
    "granted_with_reservation": {
        "2026-11": "Läkemedelsverket beviljar licens med förbehåll. Apoteket får sälja läkemedlet "
        "så som beslutet och förbehållet anger."
    },
    "rejected": {
        "2026-11": "Läkemedelsverket avslår ansökan om licens. Apoteket får inte sälja läkemedlet."
    },
    "dismissed": {
        "2026-11": "Läkemedelsverket avvisar ansökan om licens. Ansökan prövas inte i sak."
    },
    "closed": {"2026-11": "Läkemedelsverket avskriver ärendet. Ansökan prövas inte i sak."},
    "scope": {
        "2026-11": "Licensen gäller bara det som står i beslutet. Läkemedlet får inte bytas ut mot "
        "ett annat, inte heller mot ett generiskt läkemedel. Apoteket ska dokumentera varje "
        "expediering som görs med stöd av licensen."
    },
    "route_prescription": {"2026-11": "Mot recept, på valfritt öppenvårdsapotek"},
    "route_requisition": {
        "2026-11": "Mot rekvisition, bara till den eller dem som licensen gäller. Inte på recept."
    },
    "heard": {
        "2026-11": "Apoteket har fått del av det som talar emot ansökan och har haft tid att svara."
    },
    "not_heard": {
        "2026-11": "Apoteket har inte fått tillfälle att yttra sig före beslutet. Skälet är: {why}"
    },
    "decided_alone": {"2026-11": "Beslutet har fattats av {decider}."},
    "decided_by_two": {
        "2026-11": "Beslutet har fattats av {decider}. {proposer} har varit föredragande."
    },
    "proposed": {
        "2026-11": "Beslutet föreslås av {proposer}. Den som fattar det anges när det är fattat."
    },
    # How to appeal
    "appeal_who": {
        "2026-11": "Beslutet går apoteket emot. Apoteket kan därför överklaga det till "
        "förvaltningsrätten."
    },
    "appeal_where": {
        "2026-11": "Ställ överklagandet till förvaltningsrätten men skicka det till "
        "Läkemedelsverket: {email} eller {address}."
    },
    "appeal_when": {
        "2026-11": "Överklagandet ska ha kommit in till Läkemedelsverket inom {weeks} från den dag "
        "då apoteket fick del av beslutet. Är sista dagen en lördag, söndag eller helgdag räcker "
        "det att överklagandet kommer in nästa vardag."
    },
    "appeal_medical": {
        "2026-11": "Bifoga det som stöder överklagandet. Vanligen behövs ett medicinskt underlag "
        "från förskrivaren."
    },
    "appeal_next": {
        "2026-11": "Läkemedelsverket prövar om överklagandet har kommit in i tid och om beslutet "
        "ska ändras. Ändras det inte så som apoteket vill lämnas överklagandet över till "
        "förvaltningsrätten."
    },
    # To the prescriber
    "prescriber_rejected": {
        "2026-11": "Du har skrivit licensmotivering {reference}. {pharmacy} har ansökt om licens "
        "med stöd av den. Läkemedelsverket avslog ansökan den {date}."
    },
    "prescriber_reservation": {
        "2026-11": "Du har skrivit licensmotivering {reference}. {pharmacy} har ansökt om licens "
        "med stöd av den. Läkemedelsverket beviljade licensen den {date}, men med ett förbehåll."
    },
    "prescriber_special_information": {
        "2026-11": "Du har skrivit licensmotivering {reference}. {pharmacy} har ansökt om licens "
        "med stöd av den. Läkemedelsverket beviljade licensen den {date} och vill att du får "
        "veta följande."
    },
    "prescriber_appeal": {
        "2026-11": "Det är apoteket som kan överklaga. Hur det går till står i apotekets beslut. "
        "Vanligen behövs ett medicinskt underlag från dig: kom överens med {pharmacy}{phone}."
    },
    "prescriber_new_motivation": {
        "2026-11": "Har du nya uppgifter som styrker behovet kan du skriva en ny licensmotivering "
        "i KLAS. Ett apotek kan då ansöka igen."
    },
    "prescriber_reservation_act": {
        "2026-11": "Läs förbehållet och planera behandlingen efter det. Du ansvarar som vanligt "
        "för dosering, uppföljning och för att rapportera biverkningar."
    },
    "prescriber_special_information_act": {
        "2026-11": "Licensen gäller, och du behöver inte svara på brevet. Du ansvarar som vanligt "
        "för dosering, uppföljning och för att rapportera biverkningar."
    },
    "prescriber_patient": {
        "2026-11": "Läkemedelsverket lämnar inget besked till patienten eller djurägaren. Det gör "
        "du eller apoteket."
    },
    "questions": {
        "2026-11": "Frågor om beslutet: {email} eller {agency_phone}. Ange diarienummer {dnr}."
    },
    # A question to the prescriber
    "prescriber_supplement": {
        "2026-11": "Du har skrivit licensmotivering {reference}. {pharmacy} har ansökt om licens "
        "med stöd av den. Läkemedelsverket behöver fler uppgifter för att kunna besluta."
    },
    "prescriber_supplement_how": {
        "2026-11": "Logga in i KLAS, öppna licensmotivering {reference} och svara där senast den "
        "{due}. Det du redan har skrivit finns kvar, och du ändrar eller lägger till det som "
        "behövs."
    },
    "prescriber_supplement_late": {
        "2026-11": "Handläggningen vilar tills ditt svar har kommit. Kommer det inget svar i tid "
        "kan Läkemedelsverket besluta på de uppgifter som finns."
    },
    # An injunction to the pharmacy
    "injunction": {
        "2026-11": "{pharmacy} har ansökt om licens på licensmotivering {reference}. "
        "Läkemedelsverket har begärt komplettering, men inget svar har kommit i tid. "
        "Läkemedelsverket förelägger er nu att komplettera ansökan senast den {due}."
    },
    "injunction_prescriber": {
        "2026-11": "Förskrivaren har inte svarat på de frågor som Läkemedelsverket har ställt om "
        "motiveringen. Frågorna framgår inte här, eftersom de kan röra patientens hälsa. Kontakta "
        "förskrivaren och be om ett svar i KLAS."
    },
    "injunction_how": {
        "2026-11": "Svara i KLAS, under Detta apotek, senast den {due}. Kan svaret inte lämnas "
        "till dess, hör av er före den dagen och säg varför."
    },
    "injunction_otherwise": {
        "2026-11": "Följs inte föreläggandet kan Läkemedelsverket avvisa ansökan, utan att pröva "
        "den i sak, eller besluta på det underlag som finns."
    },
    "injunction_provisions": {
        "2026-11": "Föreläggandet grundas på 20 § förvaltningslagen (2017:900)."
    },
    "injunction_by": {"2026-11": "Föreläggandet har beslutats av {officer}."},
    "asked_by": {"2026-11": "Frågorna ställs av {officer}."},
    "case_questions": {
        "2026-11": "Frågor om brevet: {email} eller {agency_phone}. Ange diarienummer {dnr}."
    },
    # A decision that is late
    "delay": {
        "2026-11": "Ni har ansökt om licens. Läkemedelsverket hinner inte besluta i den tid som "
        "ni har räknat med."
    },
    "delay_expected": {"2026-11": "Vi räknar med att besluta senast den {expected}."},
    "delay_act": {
        "2026-11": "Ni behöver inte göra något. Har behovet blivit mer brådskande, eller har något "
        "i ansökan ändrats, hör av er till oss. Berätta gärna för den som väntar på läkemedlet att "
        "beslutet dröjer."
    },
    # An appeal has come in
    "appeal_received": {
        "2026-11": "Ert överklagande av beslutet i ärende {decision} kom in till Läkemedelsverket "
        "den {received}."
    },
    "appeal_in_time": {"2026-11": "Överklagandet har kommit in i tid."},
    "appeal_in_time_next": {
        "2026-11": "Läkemedelsverket prövar nu om beslutet ska ändras. Ändras det inte så som ni "
        "vill lämnar vi över överklagandet och handlingarna i ärendet till förvaltningsrätten. Ni "
        "får besked vilket det blir."
    },
    "appeal_too_late": {
        "2026-11": "Överklagandet har kommit in efter att tiden för att överklaga gick ut."
    },
    "appeal_too_late_next": {
        "2026-11": "Ett överklagande som kommer in för sent avvisas. Ni får ett beslut om det, och "
        "i det står hur det kan överklagas."
    },
    "appeal_decision_applies": {
        "2026-11": "Beslutet gäller som det är tills Läkemedelsverket eller domstolen ändrar det."
    },
    # An appeal that came too late
    "appeal_rejected": {
        "2026-11": "Läkemedelsverket avvisar överklagande {number}, eftersom det har kommit in för "
        "sent. Överklagandet lämnas inte till förvaltningsrätten."
    },
    "appeal_rejected_when": {
        "2026-11": "Överklagandet skulle ha kommit in senast den {last}. Det kom in den {received}."
    },
    "appeal_rejected_provisions": {
        "2026-11": "44 och 45 §§ förvaltningslagen (2017:900), 2 § lagen (1930:173) om beräkning "
        "av lagstadgad tid."
    },
    # To the pharmacy after the decision
    "suspension_title": {"2026-11": "Licensen stoppas tills vidare"},
    "suspension": {
        "2026-11": "Läkemedelsverket stoppar licens {number} tills vidare. Stoppet gäller från och "
        "med nu. Inget apotek får lämna ut läkemedlet på licensen så länge det gäller."
    },
    "lifted_title": {"2026-11": "Licensen gäller igen"},
    "lifted": {
        "2026-11": "Läkemedelsverket häver stoppet av licens {number}. Läkemedlet får lämnas ut på "
        "licensen igen, så som beslutet anger."
    },
    "restored": {
        "2026-11": "Återkallelsen av licens {number} är upphävd efter ett överklagande. Läkemedlet "
        "får lämnas ut på licensen igen, så som beslutet anger."
    },
    "revocation": {
        "2026-11": "Läkemedelsverket återkallar licens {number}. Beslutet gäller genast. Inget "
        "apotek får längre lämna ut läkemedlet på licensen."
    },
    "revocation_clause": {
        "2026-11": "37 § andra stycket 1 förvaltningslagen (2017:900): det framgår av beslutet "
        "eller av de föreskrifter som det grundas på att det får återkallas under vissa "
        "förutsättningar."
    },
    "revocation_safety": {
        "2026-11": "37 § andra stycket 2 förvaltningslagen (2017:900): tvingande säkerhetsskäl "
        "kräver att beslutet ändras omedelbart."
    },
    "revocation_misled": {
        "2026-11": "37 § andra stycket 3 förvaltningslagen (2017:900): beslutet är fel på grund "
        "av att parten har lämnat oriktiga eller vilseledande uppgifter."
    },
    "revocation_heard": {
        "2026-11": "Apoteket har fått del av det som talar för att licensen återkallas och har "
        "haft tid att svara. {why}"
    },
    "correction": {
        "2026-11": "Läkemedelsverket rättar ett skrivfel i beslutet av den {decided} med stöd av "
        "36 § förvaltningslagen (2017:900)."
    },
    "correction_replaces": {
        "2026-11": "Det här brevet ersätter det tidigare brevet om beslutet. Använd inte det "
        "tidigare. Beslutet i rättad form står nedan."
    },
    "correction_heard": {
        "2026-11": "Apoteket har fått yttra sig innan beslutet rättades. {why}"
    },
    "correction_not_heard": {
        "2026-11": "Apoteket har inte hörts före rättelsen, eftersom det var uppenbart onödigt. "
        "Skälet är: {why}"
    },
    "corrected_by": {"2026-11": "Rättelsen har gjorts av {corrector}."},
    "code": {
        "2026-11": "Läs av QR-koden, eller gå till sidan och skriv numret och koden. Den svarar på "
        "om brevet är äkta och gäller, och inget annat."
    },
}  # fmt: skip


def version_in_force(day: date) -> str:
    """The version that a letter ordered on a day is written with.

    That of the code; once something has been published in the library also the day and the number
    of the last text published: ``"2026-11/2026-12-01/3"``. Texts published later, even from an
    earlier day, are none of its.
    """
    number = LetterText.objects.aggregate(last=Max("number"))["last"]
    return TEXT_VERSION if number is None else f"{TEXT_VERSION}/{day.isoformat()}/{number}"


def texts(version: str) -> dict[str, str]:
    """The wording of every text in a version: the youngest that it has.

    Args:
        version: as `version_in_force` writes it, or year and month alone.

    Raises:
        LookupError: a text is younger than the version.
    """
    code, *library = version.split("/")
    published: dict[str, dict[str, str]] = {}
    if library:
        day, number = library
        rows = LetterText.objects.filter(number__lte=int(number), from_day__lte=day)
        # Of two from the same day the one published last holds.
        for row in rows.order_by("number"):
            published.setdefault(row.key, {})[row.from_day.isoformat()] = row.wording
    found = {}
    for key, wordings in TEXTS.items():
        until = {since: text for since, text in wordings.items() if since <= code}
        if not until:
            raise LookupError(f"letter text {key!r} has no wording in version {version}")
        until |= published.get(key, {})
        found[key] = until[max(until)]
    return found


def braces(wording: str) -> set[str]:
    """What is filled in in a wording: ``{"due", "reference"}``.

    Raises:
        ValueError: a brace is not closed, or holds more than a name.
    """
    names = set()
    for _text, name, form, conversion in Formatter().parse(wording):
        if name is None:
            continue
        if form or conversion or not name.isidentifier():
            raise ValueError(name)
        names.add(name)
    return names


def fillable(key: str) -> set[str]:
    """What a wording of a text is to fill in: what the youngest in the code does."""
    return braces(TEXTS[key][max(TEXTS[key])])
