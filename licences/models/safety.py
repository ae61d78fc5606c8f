"""A safety action on many licences at once: the order, and what became of each licence."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Assignment
from decisions.models import Licence
from klas.frozen import append_only, frozen_fields
from licences.enums import ActedState, SafetyAct
from medicines.models import ExactProduct


class SafetyAction(models.Model):
    """What an officer has ordered; the worker does it licence by licence (`services.safety`).

    `product_line` names what was chosen, in the words of a notice.
    """

    act = models.CharField(max_length=10, choices=SafetyAct)
    products = models.ManyToManyField(ExactProduct, related_name="+")
    product_line = models.CharField(max_length=3100)
    reason = models.TextField()
    instruction = models.TextField(blank=True)
    by = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="safety_reasoned")]
        indexes = [models.Index(fields=["-at", "-id"], name="safety_newest")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.act} {self.product_line}"

    def get_absolute_url(self) -> str:
        return reverse("licences:safety_action", args=[self.pk])


class ActedLicence(models.Model):
    """One licence of a safety action: an order that the worker takes, and later what came of it.

    `problem` says why it could not be done.
    """

    action = models.ForeignKey(SafetyAction, on_delete=models.PROTECT, related_name="licences")
    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ActedState, default=ActedState.WAITING)
    problem = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["action", "licence"], name="licence_once_per_action"),
            models.CheckConstraint(
                condition=Q(state=ActedState.WAITING, done_at__isnull=True)
                | (~Q(state=ActedState.WAITING) & Q(done_at__isnull=False)),
                name="acted_done_at_iff_done",
            ),
            models.CheckConstraint(
                condition=Q(state=ActedState.FAILED) | Q(problem=""),
                name="acted_problem_only_when_failed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["attempts", "id"],
                condition=Q(state=ActedState.WAITING),
                name="acted_waiting",
            ),
            models.Index(fields=["action", "state", "id"], name="acted_of_action"),
            models.Index(fields=["licence", "-id"], name="acted_on_licence"),
        ]
        triggers = frozen_fields(
            "action", "licence", "state", "problem", "done_at", done_at__isnull=False
        )

    def __str__(self) -> str:
        return f"{self.action_id} {self.licence_id}"
