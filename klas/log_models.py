"""Rows about the access log: its seals and signed heads, sample checks of it, and erasures."""

from django.db import models
from django.db.models.functions import Now
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from klas.frozen import append_only, frozen_when
from klas.sealed import SealedTextField


class LogSeal(models.Model):
    """One entry of the access log in the chain: number, which entry, and the chain's hash there.

    `digest` is SHA-256 of the digest before and the entry's canonical bytes (`klas.log_chain`). No
    foreign key: the entry may be pruned before its seal.
    """

    number = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField()
    entry_at = models.DateTimeField()
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            # With the time: the log's own key is both, and a forged row may repeat an id.
            models.UniqueConstraint(fields=["entry_id", "entry_at"], name="one_seal_per_entry")
        ]
        indexes = [models.Index(fields=["entry_at", "number"], name="log_seal_at")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"seal {self.number}"


class LogHead(models.Model):
    """The chain as far as it had come, signed (`klas.log_chain.Head` says what each field is)."""

    number = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)
    first = models.BigIntegerField(default=1)
    kept_from = models.DateTimeField(null=True)
    closed_to = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    key = models.CharField(max_length=64)
    signature = models.BinaryField(max_length=64)

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return f"head {self.number}"


class Verdict(models.TextChoices):
    """What the operator made of an access that was sampled."""

    FINE = "fine", _("Inget att anmärka")
    QUESTIONED = "questioned", _("Ifrågasatt")


class LogSample(models.Model):
    """A sample check: accesses of a period, drawn at random."""

    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey("accounts.Assignment", on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    among = models.PositiveIntegerField()

    class Meta:
        ordering = ("-drawn_at", "-pk")
        triggers = append_only()

    def __str__(self) -> str:
        return f"stickprov {self.pk}"


class SampledEntry(models.Model):
    """One access of a sample; its verdict and note are written once. The entry may be pruned."""

    sample = models.ForeignKey(LogSample, on_delete=models.PROTECT, related_name="entries")
    place = models.PositiveSmallIntegerField()
    entry_id = models.BigIntegerField()
    entry_at = models.DateTimeField()
    verdict = models.CharField(max_length=12, choices=Verdict, blank=True)
    note = SealedTextField(blank=True)
    checked_by = models.ForeignKey(
        "accounts.Assignment", on_delete=models.PROTECT, null=True, related_name="+"
    )
    checked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("place", "pk")
        constraints = [
            models.UniqueConstraint(fields=["sample", "place"], name="one_entry_per_place"),
            models.CheckConstraint(
                condition=models.Q(checked_at__isnull=True, checked_by__isnull=True, verdict="")
                | (
                    models.Q(checked_at__isnull=False, checked_by__isnull=False)
                    & ~models.Q(verdict="")
                ),
                name="sampled_verdict_iff_checked",
            ),
        ]
        triggers = frozen_when(checked_at__isnull=False)

    def __str__(self) -> str:
        return f"stickprov {self.sample_id}, {self.place}"


class TransactionId(models.Func):
    """The number of the transaction that writes."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


class TransactionTime(models.Func):
    """When the transaction that writes began."""

    template = "transaction_timestamp()"
    output_field = models.DateTimeField()


class Erasure(models.Model):
    """What was erased by a rule: the class, how much, and the manifest of its archive. No person.

    It is also what opens the way: frozen rows can be deleted only in the transaction that writes
    such a row, which `xid` and `began_at` tell (`klas.erasing`, docs/decisions/012). So nothing
    goes without a trace.
    """

    at = models.DateTimeField(db_default=Now())
    xid = models.BigIntegerField(db_default=TransactionId())
    began_at = models.DateTimeField(db_default=TransactionTime())
    kind = models.CharField(max_length=40)
    scope = models.CharField(max_length=40, blank=True)
    count = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    files = models.PositiveIntegerField(default=0)
    oldest = models.DateTimeField(null=True)
    # "" when the class is thrown away and not archived.
    archive = models.CharField(max_length=100, blank=True)
    manifest = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(
        "accounts.Assignment", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ("-at", "-pk")
        indexes = [models.Index(fields=["xid", "began_at"], name="erasure_transaction")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.kind}: {self.count}"

    @property
    def kind_display(self) -> str | Promise:
        """The class in words."""
        from klas.retention import title_of  # the registry stands above the models

        return title_of(self.kind)
