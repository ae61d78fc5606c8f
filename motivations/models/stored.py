"""What every kind of uploaded file has: for motivations, and for what stands above them."""

import uuid

from django.apps import apps
from django.db import models

from accounts.models import Assignment, User
from klas.sealed import SealedTextField
from motivations.enums import STOPPED, ScanState


class StoredFile(models.Model):
    """An uploaded file, parsed and rebuilt before anybody may open it.

    `stored_as` is a random key below the media folder; the name shown is the person's own.
    `quarantined_as` is where the file as it was uploaded waits to be checked; `scan` is moved on
    by `motivations.services.scanning` only.
    """

    name = SealedTextField()
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    # Of what is stored; a Word document has nothing stored before it has become a PDF.
    sha256 = models.CharField(max_length=64, blank=True)
    uploaded_sha256 = models.CharField(max_length=64, blank=True)
    from_word = models.BooleanField(default=False)
    stored_as = models.UUIDField(default=uuid.uuid4, unique=True)
    scan = models.CharField(max_length=20, choices=ScanState, default=ScanState.CLEAN)
    quarantined_as = models.UUIDField(null=True, unique=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    @classmethod
    def constraints_named(cls, name: str) -> list[models.BaseConstraint]:
        """For a subclass's `Meta.constraints`."""
        return [
            models.CheckConstraint(
                condition=models.Q(scan=ScanState.PENDING, quarantined_as__isnull=False)
                | (~models.Q(scan=ScanState.PENDING) & models.Q(quarantined_as__isnull=True)),
                name=f"{name}_quarantined_iff_pending",
            ),
            models.CheckConstraint(
                condition=~models.Q(scan=ScanState.CLEAN, sha256=""),
                name=f"{name}_clean_is_hashed",
            ),
        ]

    @classmethod
    def index_named(cls, name: str) -> models.Index:
        """For a subclass's `Meta.indexes`: what waits to be checked."""
        return models.Index(
            fields=["attempts", "id"],
            condition=models.Q(scan=ScanState.PENDING),
            name=f"{name}_waiting",
        )

    @property
    def whose(self) -> str:
        """The reference number or dnr that it belongs to; "" for a draft's."""
        raise NotImplementedError

    @property
    def written_at(self) -> str:
        """The address where it can be replaced or taken away."""
        raise NotImplementedError

    @property
    def owners(self) -> set[User]:
        """Those who are told when the check stops it."""
        raise NotImplementedError

    @property
    def state(self) -> ScanState:
        """What is known of it, for `status_tag`."""
        return ScanState(self.scan)

    @property
    def is_clean(self) -> bool:
        """Whether it can be opened, by those who may."""
        return self.scan == ScanState.CLEAN

    @property
    def is_stopped(self) -> bool:
        """Whether the file is gone because of what the check found."""
        return self.scan in STOPPED


def stored_models() -> list[type[StoredFile]]:
    """Every kind of uploaded file there is, in whichever app."""
    return [model for model in apps.get_models() if issubclass(model, StoredFile)]
