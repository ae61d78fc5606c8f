from applications.models.application import Application, ApplicationSection
from applications.models.document import ApplicationReceipt, QualityDocument
from applications.models.event import ApplicationEvent
from applications.models.hand_over import HandOver, HandOverEvent
from applications.models.hit import SearchHit
from applications.models.supplement import (
    ApplicationSupplement,
    ApplicationSupplementEvent,
    ApplicationVersion,
)

__all__ = [
    "Application",
    "ApplicationEvent",
    "ApplicationReceipt",
    "ApplicationSection",
    "ApplicationSupplement",
    "ApplicationSupplementEvent",
    "ApplicationVersion",
    "HandOver",
    "HandOverEvent",
    "QualityDocument",
    "SearchHit",
]
