from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CaseStatus(models.TextChoices):
    REGISTERED = "registered", _("Ej fördelat")
    IN_REVIEW = "in_review", _("Handläggs")
    WAITING = "waiting", _("Väntar på komplettering")
    PROPOSED = "proposed", _("Väntar på kontrasignering")
    DECIDED = "decided", _("Beslutat")
    CLOSED = "closed", _("Avskrivet")


OPEN_CASES = (
    CaseStatus.REGISTERED,
    CaseStatus.IN_REVIEW,
    CaseStatus.WAITING,
    CaseStatus.PROPOSED,
)

# Over, each with the day in `Case.decided_at`.
ENDED_CASES = (CaseStatus.DECIDED, CaseStatus.CLOSED)


class BulkAction(models.TextChoices):
    """What can be done to many cases at once."""

    ASSIGN = "assign", _("Fördela")
    REMIND = "remind", _("Påminn")
    RELEASE = "release", _("Lämna tillbaka till kön")


class Conclusion(models.TextChoices):
    """What the assessment of one requirement came to."""

    SHOWN = "shown", _("Styrkt")
    NOT_SHOWN = "not_shown", _("Inte styrkt")


class Hearing(models.TextChoices):
    """How the applicant was heard before a decision against it (FL 25 §)."""

    HEARD = "heard", _("Apoteket har fått del av det som talar emot och haft tid att svara")
    EXCEPTION = "exception", _("Undantag från kommunikation, se skälet")


class CommunicationStatus(models.TextChoices):
    """What has come of what was sent to the pharmacy before a decision."""

    OPEN = "open", _("Väntar på apoteket")
    ANSWERED = "answered", _("Besvarat")
    CLOSED = "closed", _("Avslutat")


class ReferralStatus(models.TextChoices):
    """What has come of a question to a consultant."""

    OPEN = "open", _("Väntar på yttrande")
    ANSWERED = "answered", _("Yttrande lämnat")
    WITHDRAWN = "withdrawn", _("Återtagen")


class Recipient(models.TextChoices):
    PHARMACY = "pharmacy", _("Apoteket")
    PRESCRIBER = "prescriber", _("Förskrivaren")


class TextPlace(models.TextChoices):
    """Where a ready-made text is used: in questions to somebody, or in a decision's field."""

    PHARMACY = "pharmacy", _("Frågor till apoteket")
    PRESCRIBER = "prescriber", _("Frågor till förskrivaren")
    REASONS = "reasons", _("Skäl för beslutet")
    CONDITIONS = "conditions", _("Villkor")
    SPECIAL_INFORMATION = "special_information", _("Särskild information till förskrivaren")


class LetterReason(models.TextChoices):
    """Why a letter is sent. The prescriber gets one in exactly four cases [seed]."""

    DECISION = "decision", _("Beslut")
    REJECTED = "rejected", _("Licensen avslås")
    RESERVATION = "reservation", _("Licensen beviljas med förbehåll")
    SPECIAL_INFORMATION = "special_information", _("Särskild information")
    SUPPLEMENT = "supplement", _("Komplettering begärs")
    # To the party on how its matter goes
    INJUNCTION = "injunction", _("Föreläggande")
    DELAY = "delay", _("Beslutet dröjer")
    APPEAL_RECEIVED = "appeal_received", _("Överklagandet har kommit in")
    APPEAL_REJECTED = "appeal_rejected", _("Överklagandet avvisas")
    # To the pharmacy, after the decision.
    SUSPENSION = "suspension", _("Licensen stoppas")
    LIFTED = "lifted", _("Licensen gäller igen")
    REVOCATION = "revocation", _("Licensen återkallas")
    CORRECTION = "correction", _("Beslutet rättas")


class Channel(models.TextChoices):
    ELECTRONIC = "electronic", _("Elektroniskt")
    POST = "post", _("Post")


class LetterStatus(models.TextChoices):
    PENDING = "pending", _("Skapas")
    ISSUED = "issued", _("Klart att skriva ut")
    PRINTED = "printed", _("Utskrivet")
    POSTED = "posted", _("Postat")
    DELIVERED = "delivered", _("Levererat")
    CANCELLED = "cancelled", _("Ska inte skickas")


class Verdict(models.TextChoices):
    """What the public page answers about a letter; it says nothing else."""

    GENUINE = "genuine", _("Brevet är äkta")
    NOT_GENUINE = "not_genuine", _("Vi känner inte igen brevet")
    REPLACED = "replaced", _("Brevet har ersatts")
    REVOKED = "revoked", _("Beslutet har återkallats")


class LicenceStatus(models.TextChoices):
    ACTIVE = "active", _("Gäller")
    REVOKED = "revoked", pgettext_lazy("licence", "Återkallad")
    SUSPENDED = "suspended", _("Tillfälligt stoppad")


class RevocationGround(models.TextChoices):
    """When a decision in somebody's favour may be changed against them (FL 37 §)."""

    CLAUSE = "clause", _("Beslutet eller reglerna säger att licensen får återkallas")
    SAFETY = "safety", _("Tvingande säkerhetsskäl kräver det omedelbart")
    MISLED = "misled", _("Beslutet är fel eftersom uppgifter från parten var oriktiga")


class CorrectedPart(models.TextChoices):
    """What in a decision can hold an obvious error (FL 36 §); the values are its fields."""

    QUANTITY = "quantity", _("Mängd")
    UNIT = "unit", _("Enhet")
    VALID_FROM = "valid_from", _("Gäller från och med")
    VALID_TO = "valid_to", _("Gäller till och med")
    SUBJECT = "subject_line", _("Vem licensen gäller")
    PRODUCT_NAME = "name", _("Läkemedlets namn")
    PRODUCT_SUBSTANCES = "substances", _("Läkemedlets aktiva substans")
    PRODUCT_FORM = "form", _("Läkemedelsform")
    PRODUCT_STRENGTH = "strength", _("Styrka")
    PRODUCT_MAH = "mah", _("Läkemedlets företag")
    CONDITIONS = "conditions", _("Villkor")
    RESERVATION = "reservation", _("Förbehåll")
    SPECIAL_INFORMATION = "special_information", _("Särskild information")
    REVOCATION_CLAUSE = "revocation_clause", _("När licensen får återkallas")
    REASONS = "reasons", _("Skäl")
    PROVISIONS = "provisions", _("Bestämmelser")


class CorrectionHearing(models.TextChoices):
    """How the party was heard before a correction."""

    HEARD = "heard", _("Apoteket har fått yttra sig om rättelsen")
    NEEDLESS = "needless", _("Det är uppenbart onödigt att höra apoteket, se skälet")


class SecrecyGround(models.TextChoices):
    """Why something is masked when documents are given out: provisions of the secrecy act (OSL)."""

    HEALTH = "25:1", _("OSL 25 kap. 1 §, hälsa och andra personliga förhållanden")
    HEALTH_ANYWHERE = "21:1", _("OSL 21 kap. 1 §, hälsa och sexualliv")
    CONTACT = "21:3", _("OSL 21 kap. 3 §, adress, telefon och liknande")
    PROTECTED = "22:1", _("OSL 22 kap. 1 §, skyddade personuppgifter")
    SUPERVISION = "30:23", _("OSL 30 kap. 23 §, affärs- och driftförhållanden")
    BUSINESS = "31:16", _("OSL 31 kap. 16 §, affärsförhållanden hos den som har en förbindelse")


class AppealStatus(models.TextChoices):
    """How far an appeal has come."""

    DRAFT = "draft", _("Utkast")
    RECEIVED = "received", _("Inkommet")
    RECONSIDERED = "reconsidered", _("Omprövas")
    KEPT = "kept", _("Ska lämnas till domstolen")
    FORWARDED = "forwarded", _("Hos förvaltningsrätten")
    CHANGED = "changed", _("Beslutet ändras")
    REJECTED = "rejected", _("Avvisat")
    ENDED = "ended", _("Avgjort av domstolen")
    WITHDRAWN = "withdrawn", _("Återkallat")


# The agency has something to do.
APPEALS_TO_HANDLE = (AppealStatus.RECEIVED, AppealStatus.RECONSIDERED, AppealStatus.KEPT)
ENDED_APPEALS = (
    AppealStatus.CHANGED,
    AppealStatus.REJECTED,
    AppealStatus.ENDED,
    AppealStatus.WITHDRAWN,
)


class AppealMatter(models.TextChoices):
    """What is appealed; the values are its name in addresses."""

    DECISION = "beslutet", _("Beslutet om licens")
    REVOCATION = "aterkallelsen", _("Återkallelsen av licensen")
    REJECTION = "avvisningen", _("Avvisningen av ett överklagande")


class AppealChannel(models.TextChoices):
    """How an appeal came in."""

    KLAS = "klas", _("I KLAS")
    POST = "post", _("Med post")


class AppealDocumentKind(models.TextChoices):
    APPEAL = "appeal", _("Överklagandet")
    STATEMENT = "statement", _("Förskrivarens medicinska utlåtande")
    OTHER = "other", _("Annan handling")


class CourtOutcome(models.TextChoices):
    """What the court came to."""

    UPHELD = "upheld", _("Domstolen avslår överklagandet")
    CHANGED = "changed", _("Domstolen ändrar beslutet")
    REMITTED = "remitted", _("Domstolen återförvisar ärendet")
    DISMISSED = "dismissed", _("Domstolen avvisar överklagandet")
    WITHDRAWN = "withdrawn", _("Målet avskrivs: överklagandet är återkallat")


# The agency decides again.
REOPENING = (CourtOutcome.CHANGED, CourtOutcome.REMITTED)
