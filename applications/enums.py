from django.db import models
from django.utils.translation import gettext_lazy as _


class ApplicationStatus(models.TextChoices):
    DRAFT = "draft", _("Utkast")
    SENT = "sent", _("Registrerad")
    IN_REVIEW = "in_review", _("Handläggs")
    DECIDED = "decided", _("Beslutad")
    WITHDRAWN = "withdrawn", _("Återkallad")


class WaitingFor(models.TextChoices):
    """Whose answer the agency waits for, while it has asked for a supplement."""

    PRESCRIBER = "prescriber", _("Väntar på förskrivaren")
    PHARMACY = "pharmacy", _("Väntar på apoteket")


class SearchPurpose(models.TextChoices):
    """Why a pharmacy searches; kept in the access log."""

    CUSTOMER = "customer", _("En kund är här eller har ringt")
    PRESCRIBER = "prescriber", _("Förskrivaren har hört av sig")
    ADDRESSED = "addressed", _("Motiveringen är skickad till oss")
    FOLLOW_UP = "follow_up", _("Jag följer upp ett pågående ärende")


class SearchWay(models.TextChoices):
    """What a pharmacy searches by. All but the number are a `motivations.enums.SearchedBy`."""

    REFERENCE = "reference", _("Numret på kundens lapp")
    PERSONAL_NUMBER = "personal_number", _("Patientens personnummer och en uppgift till")
    RESERVE_NUMBER = "reserve_number", _("Patientens reservnummer och en uppgift till")
    OWNER = "owner", _("Djurägarens namn och läkemedel")
    CARE_UNIT = "care_unit", _("Vårdenhet")


class ContactWay(models.TextChoices):
    PHONE = "phone", _("Telefon")
    MESSAGE = "message", _("Meddelande i journalsystem eller e-post")
    IN_PERSON = "in_person", _("Personligen")
