from django.db import models
from django.utils.translation import gettext_lazy as _


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


class Conclusion(models.TextChoices):
    """What the assessment of one requirement came to."""

    SHOWN = "shown", _("Styrkt")
    NOT_SHOWN = "not_shown", _("Inte styrkt")


class Hearing(models.TextChoices):
    """How the applicant was heard before a decision against it (FL 25 §)."""

    HEARD = "heard", _("Apoteket har fått del av det som talar emot och haft tid att svara")
    EXCEPTION = "exception", _("Undantag från kommunikation, se skälet")


class Recipient(models.TextChoices):
    PHARMACY = "pharmacy", _("Apoteket")
    PRESCRIBER = "prescriber", _("Förskrivaren")


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


class Channel(models.TextChoices):
    ELECTRONIC = "electronic", _("Elektroniskt")
    POST = "post", _("Post")


class LetterStatus(models.TextChoices):
    PENDING = "pending", _("Skapas")
    ISSUED = "issued", _("Klart att skriva ut")
    PRINTED = "printed", _("Utskrivet")
    POSTED = "posted", _("Postat")
    DELIVERED = "delivered", _("Levererat")


class Verdict(models.TextChoices):
    """What the public page answers about a letter; it says nothing else."""

    GENUINE = "genuine", _("Brevet är äkta")
    NOT_GENUINE = "not_genuine", _("Vi känner inte igen brevet")
    REPLACED = "replaced", _("Brevet har ersatts")
    REVOKED = "revoked", _("Beslutet har återkallats")


class LicenceStatus(models.TextChoices):
    ACTIVE = "active", _("Gäller")
    REVOKED = "revoked", _("Återkallad")
    SUSPENDED = "suspended", _("Tillfälligt stoppad")
