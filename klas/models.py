"""Rows that serve all apps: the access log, form keys, kept forms, limits and number series."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from klas.access import Role
from klas.frozen import append_only
from klas.log_models import Erasure, LogHead, LogSample, LogSeal, SampledEntry, Verdict
from klas.sealed import SealedJSONField


class AccessAction(models.TextChoices):
    READ = "read", _("Läste")
    SEARCH = "search", _("Sökte")
    WRITE = "write", _("Skrev")
    DOWNLOAD = "download", _("Hämtade")
    PRINT = "print", _("Skrev ut")
    SIGN_IN = "sign_in", _("Loggade in")
    SIGN_OUT = "sign_out", _("Loggade ut")


# The kinds of data that the log speaks of: `what` → words.
WHAT = {
    "session": _("Inloggning"),
    "reauthentication": _("Ny bekräftelse av identiteten"),
    "sessions_ended": _("Inloggningar i andra webbläsare, avslutade"),
    "motivation": _("Licensmotivering"),
    "motivation_with_clinical_text": _("Licensmotivering med klinisk text"),
    "motivation_by_reference": _("Licensmotivering på referensnummer"),
    "own_motivations": _("Egna licensmotiveringar"),
    "letter_list": _("Lista över brev"),
    "licence_list": _("Lista över licenser"),
    "own_motivations_about": _("Egna licensmotiveringar om en person"),
    "motivation_by_personal_number": _("Licensmotivering på personnummer"),
    "motivation_by_reserve_number": _("Licensmotivering på reservnummer"),
    "motivation_by_owner": _("Licensmotivering på djurägare"),
    "motivation_by_care_unit": _("Licensmotivering på vårdenhet"),
    "motivation_draft": _("Utkast till licensmotivering"),
    "motivation_draft_discarded": _("Utkast till licensmotivering, kastat"),
    "draft_share": _("Utkast delat med kollega"),
    "draft_share_ended": _("Utkast inte längre delat med kollega"),
    "draft_handed_over": _("Utkast lämnat till förskrivaren"),
    "workplace_motivations": _("Arbetsplatsens licensmotiveringar"),
    "motivation_document": _("Licensmotivering som PDF"),
    "attachment": _("Bilaga"),
    "supplement": _("Komplettering"),
    "injunction": _("Föreläggande"),
    "question_text": _("Färdig text"),
    "reason_template": _("Textmall"),
    "application": _("Ansökan"),
    "application_list": _("Lista över apotekets ärenden"),
    "chain_list": _("Lista över ärenden vid flera apotek"),
    "application_draft": _("Utkast till ansökan"),
    "application_assigned": _("Ansökan, ny ansvarig"),
    "application_withdrawn": _("Ansökan, återkallad"),
    "application_receipt": _("Kvitto på ansökan som PDF"),
    "hand_over": _("Överlämning av ansökan"),
    "application_discarded": _("Utkast till ansökan, kastat"),
    "duplicates": _("Jämförelse med andra licenser"),
    "case": _("Ärende"),
    "case_list": _("Lista över ärenden"),
    "delay_notice": _("Underrättelse om försening"),
    "decision_request": _("Begäran om avgörande"),
    "earlier_of_same": _("Tidigare ärenden för samma patient"),
    "precedents": _("Praxis"),
    "communication": _("Det som talar emot en ansökan"),
    "referral": _("Yttrande av kollega"),
    "note": _("Intern anteckning"),
    "assessment": _("Bedömning"),
    "decision": _("Beslut"),
    "letter": _("Brev"),
    "letter_preview": _("Brev, förhandsgranskning av text"),
    "letter_text": _("Brevtext"),
    "print_batch": _("Utskrift av brev"),
    "licence": _("Licens"),
    "licence_act": _("Åtgärd på licens"),
    "revocation": _("Återkallelse av licens"),
    "correction": _("Rättelse av beslut"),
    "appeal": _("Överklagande"),
    "appeal_list": _("Lista över överklaganden"),
    "appeal_file": _("Akt till domstolen"),
    "safety_action": _("Säkerhetsåtgärd på licenser"),
    "licence_by_number": _("Licens på nummer"),
    "dispensing": _("Uttag på licens"),
    "dispensing_permission": _("Särskilt tillstånd"),
    "recall": _("Indragning av batch"),
    "access_log": _("Åtkomstlogg"),
    "log_of_person": _("Vem har sett en persons uppgifter"),
    "log_sample": _("Stickprov i åtkomstloggen"),
    "retention": _("Gallring, förhandsvisning"),
    "erasure": _("Gallring"),
    "fee": _("Avgift"),
    "fee_list": _("Lista över avgifter"),
    "invoice_basis": _("Fakturaunderlag"),
    "disclosure": _("Utlämnande av handlingar"),
}


class AccessLogEntry(models.Model):
    """Who read, searched, wrote or downloaded what, when and why. Holds no health data.

    The table is partitioned by month (see the migration); the primary key there is (id, at).
    """

    at = models.DateTimeField(db_default=Now())
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    assignment = models.ForeignKey(
        "accounts.Assignment", on_delete=models.PROTECT, null=True, related_name="+"
    )
    role = models.CharField(max_length=30, blank=True)
    unit = models.CharField(max_length=200, blank=True)
    action = models.CharField(max_length=20, choices=AccessAction)
    what = models.CharField(max_length=60)
    object_id = models.BigIntegerField(null=True)
    # Whose data: a reference number or dnr, never a name or personnummer.
    whose = models.CharField(max_length=40, blank=True)
    purpose = models.CharField(max_length=60, blank=True)
    hit = models.BooleanField(null=True)
    request_id = models.CharField(max_length=36, blank=True)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="access_log_newest"),
            models.Index(fields=["whose", "-at"], name="access_log_whose"),
            models.Index(fields=["assignment", "-at"], name="access_log_assignment"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.what}"

    @property
    def role_display(self) -> str:
        """The role in words."""
        return str(Role(self.role).label) if self.role else ""

    @property
    def what_display(self) -> str:
        """The kind of data in words."""
        return str(WHAT.get(self.what, self.what))


class IdempotencyKey(models.Model):
    """A form that was sent, and the page it led to."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    key = models.UUIDField()
    answer = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_answer_per_form")]

    def __str__(self) -> str:
        return str(self.key)


class KeptForm(models.Model):
    """What a person typed into a page when their session had ended (`klas.kept_forms`).

    `token_hash` is of the token that their browser has; `path` the page's address, without query.
    """

    token_hash = models.CharField(max_length=64)
    path = models.CharField(max_length=200)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    assignment = models.ForeignKey(
        "accounts.Assignment", on_delete=models.CASCADE, related_name="+"
    )
    fields = SealedJSONField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token_hash", "path"], name="one_kept_form_per_page")
        ]
        indexes = [
            models.Index(fields=["user", "-kept_at"], name="kept_form_of_person"),
            models.Index(fields=["kept_at"], name="kept_form_oldest"),
        ]

    def __str__(self) -> str:
        return f"kept {self.kept_at:%Y-%m-%d %H:%M}"


class Bucket(models.Model):
    """How much somebody has done lately of what is limited (`klas.limits`).

    The table is unlogged: nothing in it is worth more than the minutes it is kept.
    """

    # A keyed hash of the limit's name and of whom it counts.
    key = models.BinaryField(max_length=32, primary_key=True)
    full_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.full_at:%Y-%m-%d %H:%M:%S}"


class Series(models.Model):
    """The last number given in a series and year."""

    name = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "year"], name="one_row_per_series")]

    def __str__(self) -> str:
        return f"{self.name} {self.year}: {self.last}"


__all__ = [
    "WHAT",
    "AccessAction",
    "AccessLogEntry",
    "Erasure",
    "IdempotencyKey",
    "KeptForm",
    "LogHead",
    "LogSample",
    "LogSeal",
    "SampledEntry",
    "Series",
    "Verdict",
]
