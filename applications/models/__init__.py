from applications.models.application import Application, ApplicationSection
from applications.models.document import ApplicationReceipt, QualityDocument
from applications.models.event import ApplicationEvent
from applications.models.hand_over import HandOver, HandOverEvent
from applications.models.hit import SearchHit

__all__ = [
    "Application",
    "ApplicationEvent",
    "ApplicationReceipt",
    "ApplicationSection",
    "HandOver",
    "HandOverEvent",
    "QualityDocument",
    "SearchHit",
]
