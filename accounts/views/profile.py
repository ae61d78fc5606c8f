"""The signed-in person's own profile."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.contrib import messages
from django.views import View

from accounts.forms import ProfileForm


class ProfileView(View):
    """What KLAS knows of the person; phone and e-mail can be changed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, ProfileForm(instance=request.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ProfileForm(request.POST, instance=request.user)
        if not form.is_valid():
            return self._page(request, form)
        form.save()
        messages.success(request, _("Dina uppgifter är sparade."))
        return redirect("accounts:profile")

    def _page(self, request: HttpRequest, form: ProfileForm) -> HttpResponse:
        return render(request, "accounts/profile.html", {"form": form, "person": request.user})
