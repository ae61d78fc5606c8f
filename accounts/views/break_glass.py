"""The emergency sign-in's page; there is none while it is off."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from accounts import break_glass, services
from accounts.forms import BreakGlassForm
from accounts.models import User
from accounts.queries import usable_assignments
from accounts.views.addresses import AGAIN, NEXT, safe_next
from accounts.views.sign_in import choose_or_ask
from klas import audit
from klas.errors import Refused


@method_decorator([login_not_required, never_cache], name="dispatch")
class BreakGlassView(View):
    """Password and one-time code: to sign in, or (`igen`) to prove once more who one is."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.KLAS_BREAK_GLASS:
            raise Http404
        self.again = AGAIN in request.GET and request.user.is_authenticated
        self.goes_to = safe_next(request, request.GET.get(NEXT, ""))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, BreakGlassForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = BreakGlassForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=422)
        try:
            user = break_glass.prove(
                form.cleaned_data["subject"],
                form.cleaned_data["password"],
                form.cleaned_data["code"],
                address=audit.request_address.get() or "",
            )
            if self.again and user != cast(User, request.user):
                raise Refused(_("Du är inloggad som någon annan. Logga ut först."))
        except Refused as error:
            form.add_error(None, str(error))
            return self._page(request, form, status=422)
        if self.again:
            services.prove_again(request, how=break_glass.HOW)
            messages.success(
                request, _("Du har bekräftat vem du är. Kontrollera och tryck en gång till.")
            )
            return redirect(self.goes_to or reverse("home"))
        services.sign_in(request, user=user, how=break_glass.HOW)
        assignments = list(usable_assignments(user, on=timezone.localdate()))
        return choose_or_ask(request, assignments, self.goes_to)

    def _page(self, request: HttpRequest, form: BreakGlassForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "again": self.again}
        return render(request, "accounts/break_glass.html", context, status=status)
