from applications.models.application import Application, ApplicationSection
from applications.models.event import ApplicationEvent
from applications.models.hand_over import HandOver, HandOverEvent
from applications.models.hit import SearchHit

__all__ = [
    "Application",
    "ApplicationEvent",
    "ApplicationSection",
    "HandOver",
    "HandOverEvent",
    "SearchHit",
]
