"""The signed-in person's own profile."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from accounts.forms import ProfileForm
from accounts.models import User
from accounts.presentation import own_session
from accounts.queries import sessions_of
from accounts.sessions import SessionStore
from klas.policy import policy
from klas.summary import Row


class ProfileView(View):
    """What KLAS knows of the person; phone and e-mail can be changed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, ProfileForm(instance=request.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ProfileForm(request.POST, instance=request.user)
        if not form.is_valid():
            return self._page(request, form, status=422)
        form.save()
        messages.success(request, _("Dina uppgifter är sparade."))
        return redirect("accounts:profile")

    def _page(self, request: HttpRequest, form: ProfileForm, status: int = 200) -> HttpResponse:
        user, this = cast(User, request.user), cast(SessionStore, request.session).row_key
        context = {
            "form": form,
            "rows": _register_rows(user),
            "sessions": [own_session(one, this=this) for one in sessions_of(user)],
            "policy": policy,
        }
        return render(request, "accounts/profile.html", context, status=status)


def _register_rows(user: User) -> list[Row]:
    return [
        Row(_("Namn"), user.name),
        Row(_("HSA-id"), user.subject),
        Row(_("Yrke"), user.get_profession_display()),
        Row(_("Förskrivarkod"), user.prescriber_code),
        Row(_("Legitimation"), _("Giltig") if user.licensed_to_practise else _("Ingen giltig")),
        Row(_("Legitimation kontrollerad"), user.licence_checked_at),
    ]
