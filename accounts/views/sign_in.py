"""Sign-in, choice of assignment, sign-out."""

from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View
from django.views.decorators.http import require_POST

from accounts import demo, services
from accounts.models import User
from accounts.queries import usable_assignments

NEXT = "next"


@method_decorator(login_not_required, name="dispatch")
class SignInView(View):
    """The ways in. With `KLAS_DEMO=1` a list of example people; otherwise what is configured."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(
            request,
            "accounts/sign_in.html",
            {
                "demo": settings.DEMO,
                "groups": demo.people_by_group() if settings.DEMO else [],
                "next": safe_next(request, request.GET.get(NEXT, "")),
            },
        )


@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as an example person. Exists in the demo only."""
    if not settings.DEMO:
        raise Http404
    user = get_object_or_404(User, subject=request.POST.get("subject", ""), is_active=True)
    services.sign_in(request, user=user)
    return _choose_or_ask(request, user)


class ChooseAssignmentView(View):
    """“Välj uppdrag”, for those who have more than one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(
            request,
            "accounts/choose_assignment.html",
            {
                "assignments": usable_assignments(request.user, on=timezone.localdate()),
                "next": safe_next(request, request.GET.get(NEXT, "")),
            },
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        assignment = get_object_or_404(
            usable_assignments(request.user, on=timezone.localdate()),
            pk=request.POST.get("assignment") or None,
        )
        services.choose_assignment(request, assignment=assignment)
        return redirect(safe_next(request, request.POST.get(NEXT, "")) or reverse("home"))


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    services.sign_out(request)
    return redirect("start")


def _choose_or_ask(request: HttpRequest, user: User) -> HttpResponse:
    destination = safe_next(request, request.POST.get(NEXT, ""))
    assignments = list(usable_assignments(user, on=timezone.localdate()))
    if len(assignments) == 1:
        services.choose_assignment(request, assignment=assignments[0])
        return redirect(destination or reverse("home"))
    query = f"?{NEXT}={quote(destination)}" if destination else ""
    return redirect(f"{reverse('accounts:choose_assignment')}{query}")


def safe_next(request: HttpRequest, url: str) -> str:
    """An address to go on to, if it is one of ours; else ""."""
    allowed = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()})
    return url if allowed else ""
