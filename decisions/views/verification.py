"""The public page that says whether a letter is genuine."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from decisions.enums import Verdict
from decisions.forms import VerifyForm
from decisions.services import verification
from klas import audit
from klas.errors import Refused


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """GET: the form, filled in by a letter's QR code. POST: the answer, one word of `Verdict`.

    A button is pressed also by who has read the QR code: asking is counted, and GET only reads.
    """
    if request.method != "POST":
        given = {name: request.GET.get(name, "")[:40] for name in VerifyForm.base_fields}
        return _page(request, VerifyForm(initial=given))
    form = VerifyForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        verdict = verification.verify(
            form.cleaned_data["n"],
            form.cleaned_data["k"],
            address=audit.request_address.get() or "",
        )
    except Refused as error:
        form.add_error(None, str(error))
        return _page(request, form, status=429)
    return _page(request, form, verdict=verdict)


def _page(
    request: HttpRequest, form: VerifyForm, *, verdict: Verdict | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "verdict": verdict}
    return render(request, "decisions/verify.html", context, status=status)
