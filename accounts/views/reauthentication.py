"""Proving who one is once more, before something is signed."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from accounts import services
from accounts.views.sign_in import NEXT, safe_next


class ReauthenticateView(View):
    """Asks the sign-in's own way; in the demo, to choose oneself again. POST leads back."""

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {"demo": settings.DEMO, "next": safe_next(request, request.GET.get(NEXT, ""))}
        return render(request, "accounts/reauthenticate.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        if request.POST.get("subject") != getattr(request.user, "subject", None):
            raise PermissionDenied
        services.prove_again(request)
        messages.success(
            request, _("Du har bekräftat vem du är. Kontrollera och tryck en gång till.")
        )
        return redirect(safe_next(request, request.POST.get(NEXT, "")) or reverse("home"))
