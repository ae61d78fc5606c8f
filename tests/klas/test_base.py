"""What surrounds every page: person, navigation, language, messages, components."""

import datetime
import re
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.conf import settings as django_settings
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.paginator import Paginator
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import RequestFactory
from django.urls import include, path
from django.utils import translation

from klas import presentation, tags
from klas.access import ROLES, Permission, Role
from klas.forms import KlasForm
from klas.summary import Event, Row, Tab, Task, TaskStatus

BERLIN_TIME = datetime.timezone(datetime.timedelta(hours=1))


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def named(*names: str) -> list[Any]:
    return [path(f"{name}/", page, name=name) for name in names]


urlpatterns = [
    path("", page, name="start"),
    path("hem/", page, name="home"),
    path("tillganglighet/", page, name="accessibility"),
    path("sprak/", page, name="set_language"),
    path("k/", include((named("sign_in", "sign_out", "choose_assignment"), "accounts"))),
    path("m/", include((named("list"), "motivations"))),
    path("a/", include((named("search", "inbox"), "applications"))),
    path("d/", include((named("queue", "letters"), "decisions"))),
    path("l/", include((named("search"), "medicines"))),
    path("o/", include((named("access_log"), "klas"))),
]


@pytest.fixture(autouse=True)
def pages_only(settings: Any) -> Iterator[None]:
    settings.ROOT_URLCONF = __name__
    settings.STORAGES = {
        **django_settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with translation.override("sv"):
        yield


def acting_as(role: Role) -> SimpleNamespace:
    return SimpleNamespace(
        user=SimpleNamespace(name="Åsa Öhrström"),
        unit_name="Barnkliniken",
        get_role_display=lambda: role.label,
        has=lambda permission: permission in ROLES[role].permissions,
    )


def rendered(
    source: str, url: str = "/", acting: Any = None, told: str = "", **context: Any
) -> str:
    request = RequestFactory().get(url)
    request.acting = acting  # type: ignore[attr-defined]
    request.user = SimpleNamespace(is_authenticated=acting is not None)  # type: ignore[assignment]
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    if told:
        messages.success(request, told)
    return engines["django"].from_string(source).render(context, request)


BASE = (
    "{% extends 'base.html' %}{% block title %}Ärendekö{% endblock %}"
    "{% block content %}<h1>x</h1>{% endblock %}"
)


def navigation(html: str) -> list[str]:
    return re.findall(
        r'<a class="govuk-service-navigation__link"[^>]*>(?:<strong[^>]*>)?([^<]+)', html
    )


@pytest.mark.parametrize(
    ("role", "sections"),
    [
        (Role.PRESCRIBER, ["Mina ärenden", "Läkemedel"]),
        (Role.PHARMACIST, ["Sök motivering", "Detta apotek", "Läkemedel"]),
        (Role.CASEWORKER, ["Ärendekö", "Brev", "Läkemedel"]),
        (Role.ASSESSOR, ["Ärendekö", "Läkemedel"]),
        (Role.OPERATOR, ["Åtkomstlogg"]),
    ],
)
def test_each_role_sees_its_own_sections(role: Role, sections: list[str]) -> None:
    assert navigation(rendered(BASE, acting=acting_as(role))) == sections


def test_name_role_and_unit_are_always_shown_to_the_signed_in() -> None:
    html = rendered(BASE, acting=acting_as(Role.PRESCRIBER))
    for text in ("Åsa Öhrström", "Förskrivare", "Barnkliniken", "Byt uppdrag"):
        assert text in html


def test_signing_out_is_an_act_not_a_link() -> None:
    html = rendered(BASE, acting=acting_as(Role.PRESCRIBER))
    form = re.search(r'<form[^>]*action="/k/sign_out/".*?</form>', html, re.DOTALL)
    assert form is not None
    assert 'method="post"' in form[0]
    assert "csrfmiddlewaretoken" in form[0]
    assert "Logga ut" in form[0]


def test_visitors_are_offered_to_sign_in_and_see_no_sections() -> None:
    html = rendered(BASE)
    assert 'href="/k/sign_in/"' in html
    assert "Logga ut" not in html
    assert navigation(html) == []


@pytest.mark.parametrize(
    ("url", "current"),
    [("/a/inbox/", "Detta apotek"), ("/a/inbox/17/", "Detta apotek"), ("/l/search/", "Läkemedel")],
)
def test_the_section_one_is_in_is_marked(url: str, current: str) -> None:
    html = rendered(BASE, url, acting=acting_as(Role.PHARMACIST))
    marked = re.findall(r'aria-current="true"><strong[^>]*>([^<]+)', html)
    assert marked == [current]


def test_section_whose_pages_do_not_exist_yet_is_left_out(settings: Any) -> None:
    settings.ROOT_URLCONF = type("Bare", (), {"urlpatterns": [path("", page, name="start")]})
    html = rendered(BASE, acting=acting_as(Role.PRESCRIBER))
    assert navigation(html) == []
    assert "Åsa Öhrström" in html


def test_language_is_changed_by_a_form_that_leads_back_here() -> None:
    html = rendered(BASE, "/d/queue/?page=2")
    assert '<html lang="sv"' in html
    assert 'name="next" value="/d/queue/?page=2"' in html
    assert re.search(r'<button[^>]*name="language" value="en"[^>]*lang="en">English', html)
    with translation.override("en"):
        assert '<html lang="en"' in rendered(BASE)


def test_page_holds_no_inline_script_or_style_and_one_of_each_file() -> None:
    html = rendered(BASE, acting=acting_as(Role.CASEWORKER), told="Sparat")
    assert re.findall(r"<script[^>]*>", html) == ['<script type="module" src="/static/js/klas.js">']
    assert len(re.findall(r'<link rel="stylesheet"', html)) == 1
    assert not re.search(r"<style|\sstyle=|\son\w+=", html)


def test_title_begins_with_fel_only_when_a_form_has_errors() -> None:
    class Name(KlasForm):
        name = forms.CharField(label="Namn")

    assert "<title>Ärendekö – KLAS</title>" in rendered(BASE, form=Name())
    assert "<title>Fel: Ärendekö – KLAS</title>" in rendered(BASE, any_name=Name({}))


def test_messages_are_shown_once_in_a_banner() -> None:
    html = rendered(BASE, told="Licensmotiveringen är sparad.")
    assert html.count("Licensmotiveringen är sparad.") == 1
    assert "govuk-notification-banner--success" in html


@pytest.mark.parametrize("name", ["400.html", "403_csrf.html", "500.html"])
def test_fault_pages_need_neither_request_nor_database(name: str) -> None:
    html = engines["django"].get_template(name).render()
    assert "<h1" in html
    assert "<title>" in html


@pytest.mark.parametrize("name", ["403.html", "404.html"])
def test_refusals_keep_the_person_and_the_sections(name: str) -> None:
    source = f"{{% extends '{name}' %}}"
    html = rendered(source, acting=acting_as(Role.PRESCRIBER))
    assert "Barnkliniken" in html
    assert "Mina ärenden" in html
    assert "<h1" in rendered(source)


# Words


def test_dates_and_numbers_in_swedish_and_english() -> None:
    moment = datetime.datetime(2026, 11, 20, 8, 41, tzinfo=datetime.UTC)
    assert presentation.swedish_date(datetime.date(2026, 11, 20)) == "20 november 2026"
    assert presentation.swedish_datetime(moment) == "20 november 2026 kl. 09:41"
    assert presentation.swedish_date(None) == ""
    assert presentation.number(46500) == "46\u00a0500"
    assert presentation.number(Decimal("1234.50")) == "1\u00a0234,5"
    assert presentation.number(Decimal("1E+3")) == "1\u00a0000"
    assert presentation.number(-12) == "−12"
    assert presentation.number(None) == ""
    assert presentation.quantity(1200, "tabletter") == "1\u00a0200\u00a0tabletter"
    with translation.override("en"):
        assert presentation.number(Decimal("2.50")) == "2.5"


def test_late_evening_belongs_to_the_swedish_day() -> None:
    moment = datetime.datetime(2026, 7, 1, 22, 30, tzinfo=datetime.UTC)
    assert presentation.swedish_date(moment) == "2 juli 2026"


# Components


class Status(TextChoices):
    REJECTED = "rejected", "Avslag"
    ODD = "odd", "Något nytt"


STATUSES_OF_THE_PRODUCT = (
    "draft submitted in_case closed withdrawn lapsed sent in_review decided registered proposed "
    "pending issued printed posted delivered failed granted granted_with_reservation rejected "
    "dismissed normal urgent active expired revoked suspended"
)


def test_every_status_of_the_product_has_a_colour_that_the_stylesheet_knows() -> None:
    css = (django_settings.BASE_DIR / "static/dist/css/klas.css").read_text()
    for status in STATUSES_OF_THE_PRODUCT.split():
        assert f".govuk-tag--{tags.colour(status)}" in css


def test_a_status_without_a_colour_is_found_at_once() -> None:
    assert "govuk-tag--red" in tags.status_tag(Status.REJECTED)
    assert "Avslag" in tags.status_tag(Status.REJECTED)
    with pytest.raises(tags.UnknownStatus):
        tags.status_tag(Status.ODD)


def test_summary_list_says_what_was_left_out_and_names_what_is_changed() -> None:
    rows = [
        Row("Indikation", "", "/andra/", "indikationen"),
        Row("Vikt", Decimal("23.5")),
        Row("Bilagor", ["A.pdf", "<b>"]),
        Row("Informerad", True),
        Row("Antal", 0),
    ]
    html = rendered("{% summary_list rows %}", rows=rows)
    assert "Inte angivet" in html
    assert html.count("Inte angivet") == 1
    assert 'Ändra<span class="govuk-visually-hidden"> indikationen</span>' in html
    assert "23,5" in html
    assert "<li>A.pdf</li><li>&lt;b&gt;</li>" in html
    assert ">Ja<" in html
    assert ">0<" in html


def test_timeline_is_newest_first_in_machine_readable_swedish_time() -> None:
    first = datetime.datetime(2026, 11, 1, 10, 0, tzinfo=BERLIN_TIME)
    events = [
        Event("Registrerat", first, "Systemet"),
        Event("Öppnat", first),
        Event("Beslutat", first + datetime.timedelta(days=2), "Per P", "Rad 1\nRad 2"),
    ]
    html = rendered("{% timeline events %}", events=events)
    titles = re.findall(r'klas-timeline__title">([^<]+)', html)
    assert titles == ["Beslutat", "Öppnat", "Registrerat"]
    assert 'datetime="2026-11-01T10:00:00+01:00">1 november 2026 kl. 10:00' in html


def test_task_that_cannot_start_is_no_link() -> None:
    tasks = [
        Task("Patient", "/p/", TaskStatus.DONE),
        Task("Skicka", "/s/", TaskStatus.CANNOT_START),
        Task("Behandling", "/b/", TaskStatus.PROBLEM),
    ]
    html = rendered("{% task_list tasks %}", tasks=tasks)
    assert 'href="/p/"' in html
    assert 'href="/s/"' not in html
    assert "Kan inte påbörjas än" in html
    assert 'id="task-3-status"><strong class="govuk-tag govuk-tag--red">Problem' in html


def test_pagination_keeps_the_filter() -> None:
    page_obj = Paginator(range(312), 25).page(5)
    html = rendered("{% pagination page_obj %}", "/ko/?kind=v&page=5", page_obj=page_obj)
    assert 'href="?kind=v&amp;page=4" rel="prev"' in html
    assert 'href="?kind=v&amp;page=6" rel="next"' in html
    assert 'aria-label="Sida 5" aria-current="page"' in html
    one = Paginator(range(3), 25).page(1)
    assert "<nav" not in rendered("{% pagination page_obj %}", page_obj=one)


@pytest.mark.parametrize(
    ("current", "direction", "link"),
    [
        ("due", "ascending", "?kind=v&amp;sort=-due"),
        ("-due", "descending", "?kind=v&amp;sort=due"),
        ("dnr", "none", "?kind=v&amp;sort=due"),
    ],
)
def test_sort_header_says_the_order_and_turns_it(current: str, direction: str, link: str) -> None:
    source = "{% sort_header 'due' 'Beslut senast' current %}"
    html = rendered(source, "/ko/?kind=v&page=3", current=current)
    assert f'aria-sort="{direction}"' in html
    assert f'href="{link}"' in html


class Filter(KlasForm):
    mark_optional = False
    q = forms.CharField(label="Produkt", required=False)
    kind = forms.MultipleChoiceField(
        label="Typ", required=False, choices=[("i", "Enskild"), ("v", "Veterinär")]
    )


def test_each_chip_takes_away_its_own_filter_only() -> None:
    url = "/ko/?q=ospolot&kind=i&kind=v&page=3"
    form = Filter(RequestFactory().get(url).GET)
    html = rendered("{% filter_chips form %}{% crispy form %}", url, form=form)
    links = dict(re.findall(r'klas-chip" href="([^"]+)".*?</span>([^<]+)</span>', html))
    assert links == {
        "?kind=i&amp;kind=v": "ospolot",
        "?q=ospolot&amp;kind=v": "Enskild",
        "?q=ospolot&amp;kind=i": "Veterinär",
    }
    assert "valfritt" not in html


def test_tabs_are_links_with_counts() -> None:
    items = [Tab("Mina", "?tab=mine", 1204, current=True), Tab("Alla", "?tab=all")]
    html = rendered("{% tabs items 'Urval' %}", items=items)
    assert 'href="?tab=mine" aria-current="page">Mina <span class="klas-badge">1\u00a0204' in html
    assert html.count("aria-current") == 1


def test_hidden_inputs_for_acting_once_on_the_version_that_was_seen() -> None:
    source = "{% idempotency_key %}{% idempotency_key %}{% version_input obj %}"
    html = rendered(source, obj=SimpleNamespace(revision=7))
    keys = re.findall(r'name="_key" value="([0-9a-f-]{36})"', html)
    assert len(set(keys)) == 2
    assert '<input type="hidden" name="_version" value="7">' in html


def test_block_components_escape_titles_and_keep_content() -> None:
    html = rendered(
        "{% details odd %}<p>a</p>{% enddetails %}"
        "{% inset_text %}<p>b</p>{% endinset_text %}"
        "{% interruption 'Du avslår' warning=True %}<p>c</p>{% endinterruption %}"
        "{% empty_state 'Inget' %}<p>d</p>{% endempty_state %}"
        "{% warning_text 'Se upp' %}{% panel 'Klart' 'Nummer' 'KL-1' %}"
        "{% identity_bar facts '/x/' 'Besluta' %}{% autosave_status %}",
        odd="<b>?",
        facts=[Row("Diarienummer", "5.8.1-1"), Row("Senast", datetime.date(2026, 11, 20))],
    )
    assert "&lt;b&gt;?" in html
    for text in ("<p>a</p>", "<p>b</p>", "<p>c</p>", "<p>d</p>", "KL-1", "20 november 2026"):
        assert text in html
    assert html.count("<h1") == 2
    assert 'role="status"' in html


def test_navigation_table_asks_for_permissions_somebody_has() -> None:
    from klas.context import NAVIGATION

    held = set[Permission]().union(*(role.permissions for role in ROLES.values()))
    assert {permission for _name, _text, permission in NAVIGATION} <= held
