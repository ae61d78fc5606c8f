from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DispensingKind(models.TextChoices):
    WITHDRAWAL = "withdrawal", _("Uttag")
    REVERSAL = "reversal", _("Rättelse")


class LicenceState(models.TextChoices):
    """Where a licence stands for one who is to hand out: status, dates and balance together."""

    VALID = "valid", _("Gäller")
    NOT_YET = "not_yet", _("Gäller inte än")
    EXPIRED = "expired", _("Har gått ut")
    USED_UP = "used_up", _("Slut")
    SUSPENDED = "suspended", _("Tillfälligt stoppad")
    REVOKED = "revoked", pgettext_lazy("licence", "Återkallad")


class FindPurpose(models.TextChoices):
    """Why a pharmacy looks a licence up; kept in the access log."""

    DISPENSE = "dispense", _("Jag ska lämna ut läkemedel på licensen")
    QUESTION = "question", _("En kund eller vårdenhet frågar om licensen")
    CORRECT = "correct", _("Jag ska rätta ett registrerat uttag")


class SafetyAct(models.TextChoices):
    """What a safety action does with each licence."""

    SUSPEND = "suspend", _("Stoppa licenserna tills vidare")
    LIFT = "lift", _("Låt stoppade licenser gälla igen")
    TELL = "tell", _("Bara informera. Licenserna gäller som förut")


class ActedState(models.TextChoices):
    """What has become of one licence of a safety action."""

    WAITING = "waiting", _("Väntar")
    DONE = "done", _("Klar")
    FAILED = "failed", _("Gick inte")
