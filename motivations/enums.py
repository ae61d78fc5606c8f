from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LicenceKind(models.TextChoices):
    INDIVIDUAL = "individual", _("Enskild licens")
    GENERAL = "general", _("Generell licens")
    VETERINARY = "veterinary", _("Veterinär licens")
    PREPAREDNESS = "preparedness", _("Beredskapslicens")


class MotivationStatus(models.TextChoices):
    DRAFT = "draft", _("Utkast")
    SUBMITTED = "submitted", _("Väntar på apotek")
    IN_CASE = "in_case", _("Ansökan skickad")
    SUPPLEMENT = "supplement", _("Komplettering begärd")
    CLOSED = "closed", _("Avslutad")
    WITHDRAWN = "withdrawn", _("Återtagen")
    LAPSED = "lapsed", _("Förfallen")


class SearchedBy(models.TextChoices):
    """What a pharmacy may find a motivation by, besides its number (domain §5)."""

    PERSONAL_NUMBER = "personal_number", _("Personnummer eller samordningsnummer")
    RESERVE_NUMBER = "reserve_number", _("Reservnummer")
    OWNER = "owner", _("Djurägarens namn")
    CARE_UNIT = "care_unit", _("Vårdenhet")


# Not over yet.
UNDER_WAY = (
    MotivationStatus.DRAFT,
    MotivationStatus.SUBMITTED,
    MotivationStatus.IN_CASE,
    MotivationStatus.SUPPLEMENT,
)


class Urgency(models.TextChoices):
    NORMAL = "normal", _("Normal")
    URGENT = "urgent", _("Medicinskt brådskande")


class Outcome(models.TextChoices):
    """How a case ended; told downwards to application and motivation."""

    GRANTED = "granted", _("Bifall")
    GRANTED_WITH_RESERVATION = "granted_with_reservation", _("Bifall med förbehåll")
    REJECTED = "rejected", _("Avslag")
    DISMISSED = "dismissed", _("Avvisning")
    CLOSED = "closed", _("Avskrivning")


class LicenceStop(models.TextChoices):
    """What the agency has done to a licence that a motivation led to."""

    SUSPENDED = "suspended", _("Tillfälligt stoppad")
    REVOKED = "revoked", pgettext_lazy("licence", "Återkallad")


class Audience(models.TextChoices):
    """For whom a motivation's PDF is made."""

    FULL = "full", _("Förskrivaren och Läkemedelsverket")
    PHARMACY = "pharmacy", _("Apotek")
    # A slip to take home: no personal data, nothing of the treatment.
    PATIENT = "patient", _("Patienten eller djurägaren")


class AttachmentKind(models.TextChoices):
    SPC = "spc", _("Produktresumé (SPC)")
    PRODUCT_DOCUMENTATION = "product_documentation", _("Produktdokumentation")
    ARTICLE = "article", _("Vetenskaplig artikel")
    CERTIFICATE = "certificate", _("Certifikat")
    OTHER = "other", _("Annat")


class AttachmentClass(models.TextChoices):
    CLINICAL = "clinical", _("Innehåller uppgifter om patienten")
    PRODUCT = "product", _("Handlar bara om läkemedlet")


class ScanState(models.TextChoices):
    """What is known of an uploaded file; only a clean one can be opened."""

    PENDING = "pending", _("Kontrolleras")
    CLEAN = "clean", _("Kontrollerad")
    INFECTED = "infected", _("Innehåller skadlig kod")
    UNREADABLE = "unreadable", _("Gick inte att läsa")


# These files are gone; their rows tell of it.
STOPPED = (ScanState.INFECTED, ScanState.UNREADABLE)


class SupplementStatus(models.TextChoices):
    """What has come of a question that the agency put."""

    OPEN = "open", _("Väntar på svar")
    ANSWERED = "answered", _("Besvarad")
    ACCEPTED = "accepted", _("Besvarad och godtagen")
    # Asked again.
    NOT_ENOUGH = "not_enough", _("Svaret räckte inte")
    CLOSED = "closed", _("Avslutad utan svar")
    UNANSWERED = "unanswered", _("Inget svar i tid")


# There is an answer.
ANSWERED = (SupplementStatus.ANSWERED, SupplementStatus.ACCEPTED, SupplementStatus.NOT_ENOUGH)


class QuantityUnit(models.TextChoices):
    """What a quantity is counted in."""

    TABLET = "tablet", _("tabletter")
    CAPSULE = "capsule", _("kapslar")
    MILLILITRE = "ml", _("ml")
    GRAM = "g", _("g")
    MILLIGRAM = "mg", _("mg")
    DOSE = "dose", _("doser")
    AMPOULE = "ampoule", _("ampuller eller flaskor")
    PLASTER = "plaster", _("plåster")
    SUPPOSITORY = "suppository", _("suppositorier")
    SACHET = "sachet", _("dospåsar")
    PACK = "pack", _("förpackningar")
