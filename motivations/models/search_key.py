"""What a pharmacy may find a motivation by, as bytes that say nothing."""

from django.db import models

from motivations.enums import SearchedBy
from motivations.models.version import MotivationVersion


class SearchKey(models.Model):
    """One fact that a motivation's newest version is found by (`motivations.services.search_keys`).

    `key` is the fact's blind index (`klas.blind`), made with the index's key `key_number`. A
    supplement replaces the rows of the versions before it: who is no longer the patient no longer
    leads to the motivation.
    """

    version = models.ForeignKey(
        MotivationVersion, on_delete=models.PROTECT, related_name="search_keys"
    )
    kind = models.CharField(max_length=20, choices=SearchedBy)
    key = models.BinaryField(max_length=32)
    key_number = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            # Also the index of the search, newest last.
            models.UniqueConstraint(
                fields=["kind", "key", "version"], name="search_key_once_per_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of version {self.version_id}"
