from django.db import models
from django.utils.translation import gettext_lazy as _


class NoticeKind(models.TextChoices):
    """What has happened, to one who is to know; the words stand in `notifications.words`."""

    DRAFT_READY = "draft_ready", _("Utkast att läsa igenom")
    WAITING_FOR_PHARMACY = "waiting_for_pharmacy", _("Inget apotek har ansökt än")
    LAPSED = "lapsed", _("Licensmotivering har förfallit")
    APPLICATION_SENT = "application_sent", _("Apotek har ansökt")
    APPLICATION_WITHDRAWN = "application_withdrawn", _("Apotek har återkallat sin ansökan")
    HAND_OVER_OFFERED = "hand_over_offered", _("Ansökan att ta över")
    HAND_OVER_DECLINED = "hand_over_declined", _("Överlämning avböjd")
    HANDED_OVER = "handed_over", _("Ansökan har lämnats över")
    RENEWAL_SENT = "renewal_sent", _("Apotek förnyar en licens")
    RENEWAL_WITHDRAWN = "renewal_withdrawn", _("Apotek förnyar inte längre licensen")
    SUPPLEMENT_REQUESTED = "supplement_requested", _("Komplettering begärd")
    SUPPLEMENT_REMINDER = "supplement_reminder", _("Komplettering ska snart vara besvarad")
    SUPPLEMENT_CLOSED = "supplement_closed", _("Komplettering behövs inte längre")
    INJUNCTION = "injunction", _("Föreläggande")
    DECIDED = "decided", _("Beslut fattat")
    DECISION_DELAYED = "decision_delayed", _("Beslutet dröjer")
    DECISION_REQUEST_REJECTED = (
        "decision_request_rejected",
        _("Begäran om avgörande har avslagits"),
    )
    LICENCE_ENDS = "licence_ends", _("Licens upphör snart")
    LICENCE_SUSPENDED = "licence_suspended", _("Licens stoppad tills vidare")
    LICENCE_LIFTED = "licence_lifted", _("Stoppad licens gäller igen")
    LICENCE_REVOKED = "licence_revoked", _("Licens återkallad")
    APPEAL_RECEIVED = "appeal_received", _("Överklagandet har kommit in")
    APPEAL_REJECTED = "appeal_rejected", _("Överklagandet har avvisats")
    APPEAL_FORWARDED = "appeal_forwarded", _("Överklagandet är lämnat till domstolen")
    APPEAL_ENDED = "appeal_ended", _("Överklagandet är avslutat")
    CASE_REOPENED = "case_reopened", _("Ärendet är öppnat igen")
    DECISION_CORRECTED = "decision_corrected", _("Skrivfel i beslut rättat")
    SAFETY_INFORMATION = "safety_information", _("Säkerhetsinformation")
    SAFETY_SUSPENDED = "safety_suspended", _("Licenser stoppade tills vidare")
    SAFETY_LIFTED = "safety_lifted", _("Stoppade licenser gäller igen")
    SAFETY_TOLD = "safety_told", _("Säkerhetsinformation om licenser")
    HEARING_REQUESTED = "hearing_requested", _("Läs det som talar emot ansökan")
    HEARING_ANSWERED = "hearing_answered", _("Apoteket har svarat före beslut")
    MENTIONED = "mentioned", _("Du är nämnd i en anteckning")
    REFERRED = "referred", _("Ärende att yttra sig om")
    OPINION_GIVEN = "opinion_given", _("Yttrande lämnat")
    RECALL = "recall", _("Batch dras in")
    BREAK_GLASS = "break_glass", _("Någon har använt nödinloggningen")
    ATTACHMENT_STOPPED = "attachment_stopped", _("Bilaga stoppad")


class NoticeGroup(models.TextChoices):
    """What a person can choose to be told of by e-mail, or not."""

    DRAFTS = "drafts", _("Utkast och bilagor")
    SUPPLEMENTS = "supplements", _("Kompletteringar")
    CASES = "cases", _("Ansökan och beslut")
    LICENCES = "licences", _("Licenser som upphör")
    SAFETY = "safety", _("Stoppade licenser och säkerhet")
    COLLEAGUES = "colleagues", _("Kollegor inom Läkemedelsverket")
    RECALLS = "recalls", _("Indragna batcher")


class MailState(models.TextChoices):
    """How far the e-mail about a notice has come."""

    NONE = "none", _("Ingen e-post")
    WAITING = "waiting", _("Väntar")
    SENDING = "sending", _("Skickas")
    SENT = "sent", _("Skickad")
    FAILED = "failed", _("Gick inte att skicka")
