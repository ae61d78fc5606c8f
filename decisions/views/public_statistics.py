"""Statistics for everybody: a page, and open data.

The same for everybody who reads it, from what was once published: no session, no cookie, so that
any cache may keep it. English is another address.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from decisions.models import PublishedYear, StatisticsState
from decisions.statistics import open_data, public_page
from decisions.statistics.publishing import Document, running_months
from klas import clock
from klas.context import public_shell
from klas.policy import policy
from klas.summary import Tab

KEPT_SECONDS = 60 * 60
View = Callable[..., HttpResponse]


def _public(view: View) -> View:
    """For everybody, read only, kept by any cache for an hour."""
    kept = cache_control(public=True, max_age=KEPT_SECONDS)(view)
    public: View = login_not_required(require_safe(kept))
    return public


@_public
def page(request: HttpRequest, language: str = "sv") -> HttpResponse:
    """A published year, the latest unless `?ar=` says, and the months of the running one."""
    years, running, is_example = _published()
    asked = request.GET.get("ar", "")
    shown = next((year for year in years if str(year["year"]) == asked), None)
    if shown is None and years:
        shown = years[0]
    with translation.override(language):
        address = reverse(
            "statistics:public" if language == "sv" else "statistics:public_in_english"
        )
        this_year = [month for month in running if month["year"] == clock.today().year]
        context: dict[str, Any] = {
            "shell": public_shell(request.path),
            "language": language,
            "years": [
                Tab(str(year["year"]), f"{address}?ar={year['year']}", None, year is shown)
                for year in years
            ],
            "year": shown,
            "running": public_page.months_section(this_year, clock.today().year)
            if this_year
            else None,
            "headline": public_page.headline(shown) if shown else "",
            "sections": public_page.sections(shown) if shown else [],
            "is_example": is_example,
            "least": policy.statistics_least_published,
            "most_withheld": policy.statistics_least_published - 1,
            "licence_url": open_data.LICENCE,
        }
        response = HttpResponse(render_to_string("statistics/public.html", context))
    response["Content-Language"] = language
    return response


@_public
def json_file(request: HttpRequest) -> HttpResponse:
    """All that is published, as JSON."""
    response = JsonResponse(_data(), json_dumps_params={"ensure_ascii": False})
    return _open(response, "klas-licenser.json")


@_public
def csv_file(request: HttpRequest) -> HttpResponse:
    """All that is published, as CSV (RFC 4180)."""
    response = HttpResponse(open_data.as_csv(_data()), content_type="text/csv; charset=utf-8")
    return _open(response, "klas-licenser.csv")


def _published() -> tuple[list[Document], list[Document], bool]:
    """The published years that are told of, newest first; the running months; if it is example."""
    rows = list(PublishedYear.objects.order_by("-year"))
    years = [row.document for row in rows if not row.document["withheld"]]
    has_examples = StatisticsState.objects.filter(has_examples=True).exists()
    is_example = has_examples or any(row.is_example for row in rows)
    return years, running_months(today=clock.today()), is_example


def _data() -> dict[str, Any]:
    years, running, is_example = _published()
    return open_data.dataset(years, running, example=is_example)


def _open(response: HttpResponse, filename: str) -> HttpResponse:
    """Any page anywhere may fetch it."""
    response["Content-Disposition"] = f'inline; filename="{filename}"'
    response["Access-Control-Allow-Origin"] = "*"
    response["Link"] = f'<{open_data.LICENCE}>; rel="license"'
    return response
