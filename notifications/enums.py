from django.db import models
from django.utils.translation import gettext_lazy as _


class NoticeKind(models.TextChoices):
    """What has happened, to one who is to know; the words stand in `notifications.words`."""

    DRAFT_READY = "draft_ready", _("Utkast att läsa igenom")
    WAITING_FOR_PHARMACY = "waiting_for_pharmacy", _("Inget apotek har ansökt än")
    LAPSED = "lapsed", _("Licensmotivering har förfallit")
    APPLICATION_SENT = "application_sent", _("Apotek har ansökt")
    APPLICATION_WITHDRAWN = "application_withdrawn", _("Apotek har återkallat sin ansökan")
    SUPPLEMENT_REQUESTED = "supplement_requested", _("Komplettering begärd")
    SUPPLEMENT_REMINDER = "supplement_reminder", _("Komplettering ska snart vara besvarad")
    SUPPLEMENT_CLOSED = "supplement_closed", _("Komplettering behövs inte längre")
    DECIDED = "decided", _("Beslut fattat")
    LICENCE_ENDS = "licence_ends", _("Licens upphör snart")
    HEARING_REQUESTED = "hearing_requested", _("Läs det som talar emot ansökan")
    HEARING_ANSWERED = "hearing_answered", _("Apoteket har svarat före beslut")
    MENTIONED = "mentioned", _("Du är nämnd i en anteckning")
    REFERRED = "referred", _("Ärende att yttra sig om")
    OPINION_GIVEN = "opinion_given", _("Yttrande lämnat")
    RECALL = "recall", _("Batch dras in")
    ATTACHMENT_STOPPED = "attachment_stopped", _("Bilaga stoppad")


class NoticeGroup(models.TextChoices):
    """What a person can choose to be told of by e-mail, or not."""

    DRAFTS = "drafts", _("Utkast och bilagor")
    SUPPLEMENTS = "supplements", _("Kompletteringar")
    CASES = "cases", _("Ansökan och beslut")
    LICENCES = "licences", _("Licenser som upphör")
    COLLEAGUES = "colleagues", _("Kollegor inom Läkemedelsverket")
    RECALLS = "recalls", _("Indragna batcher")


class MailState(models.TextChoices):
    """How far the e-mail about a notice has come."""

    NONE = "none", _("Ingen e-post")
    WAITING = "waiting", _("Väntar")
    SENDING = "sending", _("Skickas")
    SENT = "sent", _("Skickad")
    FAILED = "failed", _("Gick inte att skicka")
