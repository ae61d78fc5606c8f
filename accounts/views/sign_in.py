"""The ways in, choice of assignment, and the way out."""

from urllib.parse import urlencode, urlsplit

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_POST, require_safe

from accounts import services
from accounts.models import Assignment
from accounts.oidc import leaving
from accounts.queries import usable_assignments
from accounts.views.addresses import NEXT, address_of_emergency, own_address, safe_next, ways
from klas import kept_forms
from klas.access import Role
from klas.middleware import ENDED
from klas.policy import policy

# Roles in which nobody may write or send anything without a licence to practise.
LICENSED_ROLES = (Role.PRESCRIBER,)


@method_decorator(login_not_required, name="dispatch")
class SignInView(View):
    """The ways in, side by side; without any, whom to ask."""

    def get(self, request: HttpRequest) -> HttpResponse:
        goes_to = safe_next(request, request.GET.get(NEXT, ""))
        has_ended = ENDED in request.GET and not request.user.is_authenticated
        path = urlsplit(goes_to).path
        context = {
            "ways": ways(goes_to),
            "has_ended": has_ended,
            "has_kept": has_ended and kept_forms.is_waiting(request, path=path),
            "policy": policy,
            "emergency_url": address_of_emergency(goes_to),
        }
        return render(request, "accounts/sign_in.html", context)


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
        return act_as(request, assignment, safe_next(request, request.POST.get(NEXT, "")))


class NoLicenceView(View):
    """Told after choosing: the register knows no valid licence to practise for this person."""

    def get(self, request: HttpRequest) -> HttpResponse:
        goes_to = safe_next(request, request.GET.get(NEXT, "")) or reverse("home")
        return render(request, "accounts/no_licence.html", {"next": goes_to})


def choose_or_ask(
    request: HttpRequest, assignments: list[Assignment], goes_to: str
) -> HttpResponse:
    """Act as the only assignment, or let the person choose; then go on to `goes_to`."""
    if len(assignments) == 1:
        return act_as(request, assignments[0], goes_to)
    query = f"?{urlencode({NEXT: goes_to}, safe='/')}" if goes_to else ""
    return redirect(f"{reverse('accounts:choose_assignment')}{query}")


def act_as(request: HttpRequest, assignment: Assignment, goes_to: str) -> HttpResponse:
    """Choose the assignment; who lacks the licence that it takes is told so before going on."""
    services.choose_assignment(request, assignment=assignment)
    if assignment.role in LICENSED_ROLES and not assignment.user.licensed_to_practise:
        query = f"?{urlencode({NEXT: goes_to})}" if goes_to else ""
        return redirect(f"{reverse('accounts:no_licence')}{query}")
    return redirect(goes_to or reverse("home"))


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session here, then at the provider.

    The policy's `form-action` stops a form from leading to another site, so this answers with a
    page of ours that goes on there by itself.
    """
    provider = leaving.provider_of(request)
    back = own_address(request, reverse("accounts:signed_out"))
    way_out = leaving.way_out(request, back=back)
    services.sign_out(request)
    if provider is None:
        return redirect("accounts:signed_out")
    context = {"provider": provider, "way_out": way_out, "ways": []}
    answer = render(request, "accounts/signed_out.html", context)
    if way_out:
        answer["Refresh"] = f"0;url={way_out}"
    return answer


@login_not_required
@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    """“Du är utloggad”: where the provider leads back to."""
    context = {"provider": None, "way_out": "", "ways": ways("")}
    return render(request, "accounts/signed_out.html", context)
