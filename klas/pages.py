"""Pages that belong to no app: what KLAS is, how accessible it is, home, a form that is too old."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import csrf
from django.views.decorators.http import require_safe

from klas import kept_forms
from klas.context import NAVIGATION

AGENCY_URL = "https://www.lakemedelsverket.se/"
# One page of the agency leads to both forms, for human medicines and for animals.
REPORT_HUMAN_URL = "https://www.lakemedelsverket.se/sv/rapportera-biverkningar"
REPORT_ANIMAL_URL = REPORT_HUMAN_URL
SUPERVISION_URL = "https://www.digg.se/tdosanmalan"


@login_not_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The public start page: who does what and who answers what (domain §2)."""
    return render(
        request,
        "start.html",
        {
            "agency_url": AGENCY_URL,
            "report_human_url": REPORT_HUMAN_URL,
            "report_animal_url": REPORT_ANIMAL_URL,
        },
    )


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Tillgänglighetsredogörelse (lag 2018:1937 om tillgänglighet till digital service)."""
    return render(request, "accessibility.html", {"supervision_url": SUPERVISION_URL})


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Where the acting assignment has its work; those without one are asked to choose."""
    acting = request.acting  # type: ignore[attr-defined]
    if acting is None:
        return redirect("accounts:choose_assignment")
    for name, _text, permission in NAVIGATION:
        if acting.has(permission):
            return redirect(name)
    return redirect("accounts:profile")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page opened before the latest sign-in in this browser: its form is not acted on.

    What the very same person had typed into a long form is shown again, to be saved from there.
    """
    opener = kept_forms.opener(request)
    if opener is not None and opener.user_id == request.user.pk:
        return kept_forms.keep(request, redirect(request.get_full_path()))
    return csrf.csrf_failure(request, reason=reason)
