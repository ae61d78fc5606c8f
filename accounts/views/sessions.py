"""How long the session lasts, and where the person is signed in."""

import math
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import services
from accounts.models import User
from accounts.sessions import SessionStore
from accounts.views.sign_in import sign_out

OTHERS, ALL = "andra", "alla"


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def time_left(request: HttpRequest) -> JsonResponse:
    """Seconds until the session ends, 0 when it has. A GET leaves it as it is, a POST is a use.

    `last` is how many seconds it can last at most, and `token` what a POST takes.
    """
    session = cast(SessionStore, request.session)
    now = timezone.now()
    ends_at, last_at = session.ends_at(), session.last_at()
    if ends_at is None or last_at is None:
        return JsonResponse({"seconds": 0, "last": 0})
    # Never 0 while it is alive: then the page would send its form.
    left, last = (
        max(1, math.ceil((moment - now).total_seconds())) for moment in (ends_at, last_at)
    )
    return JsonResponse({"seconds": left, "last": last, "token": get_token(request)})


time_left.leaves_session = True  # type: ignore[attr-defined]


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """End one of the person's sessions, all others, or all of them."""
    user, this = cast(User, request.user), cast(SessionStore, request.session).row_key
    acting = request.acting  # type: ignore[attr-defined]
    which = request.POST.get("end", "")
    if which in (ALL, this):
        if which == ALL:
            services.end_sessions(user, by=acting, keep=this)
        return sign_out(request)
    only = None if which == OTHERS else which
    if services.end_sessions(user, by=acting, keep=this, only=only):
        messages.success(request, _("Utloggningen är klar. Den gäller genast."))
    return redirect("accounts:profile")
