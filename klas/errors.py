"""What a service answers when it will not do what was asked. Messages are shown to the user."""


class Refused(Exception):
    """The act cannot be done now; `str(error)` says why and what to do, in the user's language."""


class WrongState(Refused):
    """The object has moved on since the page was opened."""


class Stale(Refused):
    """Somebody else changed the object since the page was opened."""


class NotAllowed(Exception):
    """The acting assignment may never do this; the page would not have offered it (→ 403)."""
