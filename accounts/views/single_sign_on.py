"""To the identity provider and back."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import services
from accounts.models import Assignment
from accounts.oidc import flow, keys, leaving, people, providers
from accounts.oidc import pending as on_their_way
from accounts.oidc.pending import Pending
from accounts.oidc.providers import Provider
from accounts.oidc.trouble import TOLD, SignInTrouble, Trouble
from accounts.queries import usable_assignments
from accounts.views.addresses import AGAIN, AS_OTHER, NEXT, logger, own_address, safe_next, ways
from accounts.views.sign_in import choose_or_ask
from klas import limits
from klas.middleware import may_write

PROVIDER = "hos"


@login_not_required
@never_cache
@require_safe
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead to the provider. A link, not a form: the policy lets no form lead to another site."""
    provider = _provider(slug)
    limits.take(limits.SIGN_INS)
    goes_to = safe_next(request, request.GET.get(NEXT, ""))
    again = request.user.pk if AGAIN in request.GET else None
    try:
        address, state, pending = flow.begin(
            provider,
            redirect_uri=own_address(request, reverse("accounts:answer", args=[slug])),
            goes_to=goes_to,
            again=again,
            anew=again is not None or AS_OTHER in request.GET,
        )
    except SignInTrouble as error:
        return _told(error, provider, goes_to=goes_to, again=again is not None)
    on_their_way.put(request, state, pending)
    return redirect(address)


@login_not_required
@never_cache
@require_safe
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the provider leads the person back: by GET, so what signing in writes is let through.

    Nobody else can make a browser do anything here: the state must be one that this very browser
    set out with, and is used once.
    """
    provider = _provider(slug)
    pending = on_their_way.take(request, request.GET.get("state", ""), provider=slug)
    if pending is None and request.user.is_authenticated:
        return redirect("home")  # the back button, or the same answer twice
    try:
        if pending is None:
            raise SignInTrouble(Trouble.FAILED, "state")
        proof = flow.finish(provider, pending, request.GET.dict())
        with may_write("accounts_user"):
            if pending.again is not None:
                return _proven_again(request, proof, pending)
            return _signed_in(request, proof, pending)
    except SignInTrouble as error:
        goes_to, again = (pending.next, pending.again is not None) if pending else ("", False)
        return _told(error, provider, goes_to=goes_to, again=again)


def _signed_in(request: HttpRequest, proof: flow.Proof, pending: Pending) -> HttpResponse:
    if people.names_unknown_pharmacy(proof):
        raise SignInTrouble(Trouble.UNKNOWN_PHARMACY, "pharmacy")
    user = people.person_of(proof)
    if user is None:
        raise SignInTrouble(Trouble.NO_ASSIGNMENT, "unknown_person")
    people.bring_up_to_date(user, proof)
    assignments = list(usable_assignments(user, on=timezone.localdate()))
    if not assignments:
        raise SignInTrouble(Trouble.NO_ASSIGNMENT, "no_assignment")
    services.sign_in(request, user=user, how=_how(proof), proven_at=proof.proven_at)
    leaving.remember(request, proof)
    return choose_or_ask(request, _signed_in_for(proof, assignments), pending.next)


def _signed_in_for(proof: flow.Proof, assignments: list[Assignment]) -> list[Assignment]:
    """The assignments at the pharmacy that the person chose at the provider, if there are any."""
    there = [one for one in assignments if one.pharmacy and one.pharmacy.gln == proof.pharmacy]
    return there or assignments


def _proven_again(request: HttpRequest, proof: flow.Proof, pending: Pending) -> HttpResponse:
    user = people.person_of(proof)
    if user is None or user.pk != pending.again or user.pk != request.user.pk:
        raise SignInTrouble(Trouble.SOMEBODY_ELSE, "another_person")
    services.prove_again(request, how=_how(proof), proven_at=proof.proven_at)
    leaving.remember(request, proof)
    messages.success(request, _("Du har bekräftat vem du är. Kontrollera och tryck en gång till."))
    return redirect(pending.next or reverse("home"))


@login_not_required
@require_safe
def trouble(request: HttpRequest, trouble: str) -> HttpResponse:
    """The page about what stopped the sign-in, and what to do."""
    try:
        kind = Trouble(trouble)
    except ValueError as error:
        raise Http404 from error
    told = TOLD[kind]
    goes_to = safe_next(request, request.GET.get(NEXT, ""))
    options = {AS_OTHER: "1"} if told.as_other else {}
    if AGAIN in request.GET and request.user.is_authenticated:
        options[AGAIN] = "1"
    found = ways(goes_to, **options)
    used = [way for way in found if way.provider.slug == request.GET.get(PROVIDER)]
    context = {
        "title": told.title,
        "what": told.what % {"way": used[0].provider.way if used else _("inloggningen")},
        "do": told.do,
        "again": told.again,
        "used": used[0] if used else None,
        "others": [way for way in found if way not in used],
        "proving_again": AGAIN in options,
        "back": goes_to if AGAIN in options else "",
    }
    return render(request, "accounts/sign_in_trouble.html", context)


@login_not_required
@require_safe
def client_keys(request: HttpRequest) -> JsonResponse:
    """Our public keys (a JWK set), with which the providers check that it is we who ask."""
    try:
        return JsonResponse(keys.published())
    except providers.WrongSetup as error:
        raise Http404 from error


def _provider(slug: str) -> Provider:
    """Raises Http404 when it is not configured."""
    try:
        return keys.usable_providers()[slug]
    except (KeyError, providers.WrongSetup) as error:
        raise Http404 from error


def _how(proof: flow.Proof) -> str:
    return f"{proof.provider} {proof.acr}"


def _told(error: SignInTrouble, provider: Provider, *, goes_to: str, again: bool) -> HttpResponse:
    """Lead to the page about it, and leave a line in the log: never whom it was about."""
    logger.warning(
        "sign_in_failed",
        provider=provider.slug,
        trouble=error.trouble.value,
        reason=error.reason,
        again=again,
    )
    query = {PROVIDER: provider.slug}
    if goes_to:
        query[NEXT] = goes_to
    if again:
        query[AGAIN] = "1"
    return redirect(f"{reverse('accounts:trouble', args=[error.trouble])}?{urlencode(query)}")
