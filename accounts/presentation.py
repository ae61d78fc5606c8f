"""A person's own sessions as their profile shows them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import PersonSession

# In this order: Edge and Opera call themselves Chrome too, and Chrome calls itself Safari.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
# Likewise: Android calls itself Linux, an iPhone says Mac OS X.
_SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class OwnSession:
    """One place where the person is signed in.

    Attributes:
        browser: its family and where it runs, in words.
    """

    session: PersonSession
    browser: str
    is_this: bool


def own_session(session: PersonSession, *, this: str) -> OwnSession:
    """A session in words; `this` is the row key of the one that asks."""
    return OwnSession(session, browser_words(session.user_agent), session.pk == this)


def browser_words(user_agent: str) -> str:
    """“Firefox på Windows”, by what a browser calls itself."""
    browser = _first_in(user_agent, _BROWSERS) or _("Okänd webbläsare")
    system = _first_in(user_agent, _SYSTEMS)
    if not system:
        return browser
    return _("%(browser)s på %(system)s") % {"browser": browser, "system": system}


def _first_in(text: str, table: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in table if mark in text), "")
