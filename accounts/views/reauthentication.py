"""Proving who one is once more, before something is signed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from accounts.break_glass import HOW
from accounts.oidc import leaving
from accounts.services import HOW_KEY
from accounts.views.addresses import AGAIN, NEXT, address_of_emergency, safe_next, ways


class ReauthenticateView(View):
    """Leads to the provider that the person signed in with, which asks them anew, and back."""

    def get(self, request: HttpRequest) -> HttpResponse:
        goes_to = safe_next(request, request.GET.get(NEXT, ""))
        provider = leaving.provider_of(request)
        found = ways(goes_to, **{AGAIN: "1"})
        same = [way for way in found if provider and way.provider.slug == provider.slug]
        by_emergency = request.session.get(HOW_KEY) == HOW
        context = {
            "ways": same or found,
            "next": goes_to,
            "emergency_url": address_of_emergency(goes_to, **{AGAIN: "1"}) if by_emergency else "",
        }
        return render(request, "accounts/reauthenticate.html", context)
