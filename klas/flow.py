"""One table, one door: how the state of a thing changes.

Each life cycle is one declared table in its app's `flow.py`:

    MOTIVATION = Flow(model=Motivation, events=MotivationEvent, table={
        "submit": Transition(sources=("draft",), target="submitted",
                             permission=Permission.SUBMIT_MOTIVATIONS, guard=by_author),
    })

`Flow.perform` is the only place in the house that assigns a status.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from klas import clock
from klas.access import Actor, Permission
from klas.errors import NotAllowed, Stale, WrongState
from klas.sealed import SealedJSONField, SealedTextField

Subject = TypeVar("Subject", bound="StatefulModel")
Guard = Callable[[Any, Actor, Mapping[str, Any]], None]


class StatefulModel(models.Model):
    """A row with a status that only its flow changes, and a revision that counts the changes."""

    status: Any
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


class EventModel(models.Model):
    """One transition that happened. Never changed, never removed.

    A concrete model adds `subject`, a foreign key with `related_name="events"`.
    """

    action = models.CharField(max_length=40)
    from_state = models.CharField(max_length=40)
    to_state = models.CharField(max_length=40)
    actor = models.ForeignKey(
        "accounts.Assignment", on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()
    reason = SealedTextField(blank=True)
    data = SealedJSONField(default=dict)

    class Meta:
        abstract = True
        ordering = ("at", "pk")


@dataclass(frozen=True)
class Transition:
    """One cell of the table.

    Attributes:
        sources: states it may start from.
        target: the state it leads to; None: it stays where it is.
        permission: what the actor must have; None means that the service itself does it, as a
            consequence of what somebody did elsewhere or of time.
        guard: further conditions; raises `Refused` or `NotAllowed`.
    """

    sources: tuple[str, ...]
    target: str | None
    permission: Permission | None
    guard: Guard | None = None


class Flow(Generic[Subject]):
    """The life cycle of one model."""

    def __init__(
        self,
        *,
        model: type[Subject],
        events: type[EventModel],
        table: Mapping[str, Transition],
    ) -> None:
        self.model = model
        self.events = events
        self.table = table

    def perform(
        self,
        subject: Subject,
        action: str,
        *,
        by: Actor,
        opened_revision: int | None = None,
        reason: str = "",
        data: Mapping[str, Any] | None = None,
        **changes: Any,
    ) -> Subject:
        """Move `subject` along one transition and return it, locked and fresh.

        Args:
            subject: the row; only its primary key is trusted.
            action: a key of the table.
            by: the acting assignment, or `SYSTEM`.
            opened_revision: the revision shown on the page the person acted from.
            reason: the person's words, kept on the event.
            data: JSON facts kept on the event.
            changes: other fields changed in the same statement.

        Raises:
            NotAllowed: the actor lacks the permission.
            WrongState: the subject is in none of the transition's source states.
            Stale: somebody changed it since the page was opened.
            Refused: the guard says no.
        """
        transition = self.table[action]
        with transaction.atomic():
            locked = self.model._default_manager.select_for_update().get(pk=subject.pk)
            self._check(locked, transition, by=by, opened_revision=opened_revision)
            if transition.guard is not None:
                transition.guard(locked, by, {**(data or {}), **changes, "reason": reason})
            from_state = str(locked.status)
            to_state = transition.target or from_state
            locked.status = to_state
            locked.revision += 1
            for field, value in changes.items():
                setattr(locked, field, value)
            locked.save(update_fields=["status", "revision", *changes])
            self.events._default_manager.create(
                subject=locked,  # type: ignore[misc]  # every concrete event has it
                action=action,
                from_state=from_state,
                to_state=to_state,
                actor_id=by.assignment_id,
                at=clock.now(),
                reason=reason,
                data=dict(data or {}),
            )
        return locked

    def allows(self, subject: Subject, action: str, *, by: Actor) -> bool:
        """Whether state and permission let `by` do this (guards are asked only when it is done)."""
        transition = self.table[action]
        return str(subject.status) in transition.sources and _may(by, transition)

    def _check(
        self, locked: Subject, transition: Transition, *, by: Actor, opened_revision: int | None
    ) -> None:
        if not _may(by, transition):
            raise NotAllowed
        if str(locked.status) not in transition.sources:
            raise WrongState(
                _(
                    "Det går inte längre: status är nu ”%(status)s”. "
                    "Någon kan ha hunnit före dig. Läs sidan igen innan du fortsätter."
                )
                % {"status": locked.get_status_display()}  # type: ignore[attr-defined]
            )
        if opened_revision is not None and opened_revision != locked.revision:
            raise Stale(
                _(
                    "Någon annan har ändrat här sedan du öppnade sidan. "
                    "Det du skrev finns kvar. Läs vad som ändrats och skicka igen."
                )
            )


def _may(by: Actor, transition: Transition) -> bool:
    return transition.permission is None or by.has(transition.permission)
