"""What the signed-in person wants e-mail about."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from accounts.models import User
from klas.once import once
from notifications.forms import MailForm
from notifications.queries import mail_groups
from notifications.services import mailing, reading


class MailSettingsView(View):
    """Says where e-mail goes; which groups are told of is chosen here."""

    def get(self, request: HttpRequest) -> HttpResponse:
        person = cast(User, request.user)
        return self._page(request, MailForm(initial={"groups": mail_groups(person)}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = MailForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=422)

        def choose() -> str:
            reading.choose_mail(form.cleaned_data["groups"], by=cast(User, request.user))
            messages.success(request, _("Ditt val är sparat."))
            return reverse("notifications:settings")

        return once(request, choose)

    def _page(self, request: HttpRequest, form: MailForm, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "address": cast(User, request.user).email,
            "mail_is_on": mailing.is_on(),
        }
        return render(request, "notifications/settings.html", context, status=status)
