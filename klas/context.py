"""What `base.html` needs on every page: who acts, where they can go, which language."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from klas.access import Permission

if TYPE_CHECKING:
    from accounts.models import Assignment

# The one table of the service navigation: url name, text, permission.
NAVIGATION: tuple[tuple[str, Promise, Permission], ...] = (
    ("motivations:list", _("Mina ärenden"), Permission.WRITE_MOTIVATIONS),
    ("applications:search", _("Sök motivering"), Permission.SEARCH_MOTIVATIONS),
    ("applications:inbox", _("Detta apotek"), Permission.APPLY),
    ("licences:own", _("Licenser"), Permission.VIEW_LICENCES),
    ("decisions:queue", _("Ärendekö"), Permission.VIEW_QUEUE),
    ("decisions:letters", _("Brev"), Permission.PRINT_LETTERS),
    ("decisions:appeals", _("Överklaganden"), Permission.VIEW_QUEUE),
    ("decisions:statistics", _("Statistik"), Permission.VIEW_STATISTICS),
    ("licences:oversight", _("Licenser"), Permission.VIEW_QUEUE),
    ("decisions:question_texts", _("Färdiga texter"), Permission.KEEP_QUESTIONS),
    ("licences:permissions", _("Tillstånd"), Permission.DECIDE),
    ("klas:access_log", _("Åtkomstlogg"), Permission.VIEW_ACCESS_LOG),
    ("klas:retention", _("Gallring"), Permission.VIEW_ACCESS_LOG),
    ("decisions:fees", _("Avgifter"), Permission.VIEW_FEES),
    ("licences:recall", _("Indragning"), Permission.RECALL),
    ("medicines:search", _("Läkemedel"), Permission.SEARCH_PRODUCTS),
)


@dataclass(frozen=True)
class NavigationItem:
    """One link of the service navigation."""

    text: Promise
    url: str
    current: bool


@dataclass(frozen=True)
class Language:
    """One language the pages can be read in."""

    code: str
    name: str
    current: bool


@dataclass(frozen=True)
class Shell:
    """What surrounds the content. Addresses that this installation lacks are ""."""

    acting: "Assignment | None"
    signed_in: bool
    navigation: list[NavigationItem]
    languages: list[Language]
    path: str
    language_code: str
    home_url: str
    start_url: str
    sign_in_url: str
    sign_out_url: str
    choose_url: str
    profile_url: str
    time_left_url: str
    language_url: str
    accessibility_url: str
    statistics_url: str
    verify_url: str


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell` for `base.html`. Asks the database nothing."""
    acting = getattr(request, "acting", None)
    user = getattr(request, "user", None)
    signed_in = acting is not None or bool(user is not None and user.is_authenticated)
    return {"shell": _shell(acting, signed_in=signed_in, path=request.get_full_path())}


def public_shell(path: str) -> Shell:
    """The shell of a page that is the same for everybody: no person, and no form in it."""
    return replace(_shell(None, signed_in=False, path=path), languages=[], language_url="")


def _shell(acting: "Assignment | None", *, signed_in: bool, path: str) -> Shell:
    language = get_language() or settings.LANGUAGE_CODE
    start = _address("start") or "/"
    return Shell(
        acting=acting,
        signed_in=signed_in,
        navigation=_navigation(acting, path),
        languages=[
            Language(code, name, current=code == language) for code, name in settings.LANGUAGES
        ],
        path=path,
        language_code=language,
        home_url=(_address("home") if acting else "") or start,
        start_url=start,
        sign_in_url=_address("accounts:sign_in"),
        sign_out_url=_address("accounts:sign_out"),
        choose_url=_address("accounts:choose_assignment"),
        profile_url=_address("accounts:profile"),
        time_left_url=_address("accounts:time_left"),
        language_url=_address("set_language"),
        accessibility_url=_address("accessibility"),
        statistics_url=_address("statistics:public"),
        verify_url=_address("verification:check"),
    )


def _navigation(acting: "Assignment | None", path: str) -> list[NavigationItem]:
    if acting is None:
        return []
    allowed = [
        (text, url)
        for name, text, permission in NAVIGATION
        if acting.has(permission) and (url := _address(name))
    ]
    # A sub-page belongs to the section whose address is the longest beginning of its own.
    sections = [url for _text, url in allowed if path.startswith(url)]
    current = max(sections, key=len, default="")
    return [NavigationItem(text, url, current=url == current) for text, url in allowed]


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
