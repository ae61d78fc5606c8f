from applications.models.application import Application, ApplicationSection
from applications.models.event import ApplicationEvent
from applications.models.hit import SearchHit
from applications.models.supplement import (
    ApplicationSupplement,
    ApplicationSupplementEvent,
    ApplicationVersion,
)

__all__ = [
    "Application",
    "ApplicationEvent",
    "ApplicationSection",
    "ApplicationSupplement",
    "ApplicationSupplementEvent",
    "ApplicationVersion",
    "SearchHit",
]
