from django.db import models

from klas.flow import EventModel
from klas.frozen import append_only
from motivations.models.motivation import Motivation


class MotivationEvent(EventModel):
    """One step in a motivation's life."""

    subject = models.ForeignKey(Motivation, on_delete=models.PROTECT, related_name="events")

    class Meta(EventModel.Meta):
        indexes = [models.Index(fields=["subject", "at", "id"], name="motivation_event_order")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.subject_id} {self.action}"
