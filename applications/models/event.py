from django.db import models

from applications.models.application import Application
from klas.flow import EventModel
from klas.frozen import append_only


class ApplicationEvent(EventModel):
    """One step in an application's life."""

    subject = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="events")

    class Meta(EventModel.Meta):
        indexes = [models.Index(fields=["subject", "at", "id"], name="application_event_order")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.subject_id} {self.action}"
