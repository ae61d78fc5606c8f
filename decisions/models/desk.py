"""What officers have round the queue: saved views, absence, what was done to many cases."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from decisions.enums import BulkAction


class SavedView(models.Model):
    """A filter of the queue that an officer has named; `query` is how it stands in the address."""

    owner = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="queue_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)
    is_start = models.BooleanField(default=False)

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_view_per_name"),
            models.UniqueConstraint(
                fields=["owner"], condition=Q(is_start=True), name="one_start_view"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('decisions:queue')}?{self.query}"


class Absence(models.Model):
    """An officer is away up to and including a day. Nothing says why."""

    officer = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="absence")
    until = models.DateField(_("Borta till och med"))
    said_by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.officer_id} – {self.until}"


class BulkAct(models.Model):
    """What was done to many cases in one act, and which of them it could not be done to.

    `done` holds keys of cases; `refused` pairs of a key and why, in words.
    """

    action = models.CharField(max_length=20, choices=BulkAction)
    by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    to = models.ForeignKey(Assignment, on_delete=models.PROTECT, null=True, related_name="+")
    done = models.JSONField(default=list)
    refused = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.action} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("decisions:bulk_done", args=[self.pk])
