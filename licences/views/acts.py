"""What an officer does with one licence: stop, lift, revoke by two."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from decisions.corrections import as_corrected
from decisions.enums import Hearing, LicenceStatus, RevocationGround
from decisions.flow import LICENCE
from decisions.forms import ActForm, SendBackForm
from decisions.models import Licence, Revocation
from klas.access import Permission
from klas.errors import Refused
from klas.forms import KlasForm
from klas.once import once, opened_revision
from klas.summary import Row
from licences.act_forms import LiftForm, RevokeForm, SuspendForm
from licences.oversight import count_touched, visible_to
from licences.services import revoking, stopping
from licences.views.oversight import OnOversight


def address_of(licence: Licence) -> str:
    """The agency's page of a licence."""
    return reverse("licences:oversee", args=[licence.pk])


class _StopView(OnOversight):
    """A reason and an instruction, on an interruption page."""

    permission = Permission.DECIDE
    action: str
    form_class: type[KlasForm]
    template: str

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        licence = self.licence()
        if not LICENCE.allows(licence, self.action, by=self.acting):
            return redirect(address_of(licence))
        return self._page(licence, self.form_class())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        licence = self.licence()
        form = self.form_class(request.POST)
        if not form.is_valid():
            return self._page(licence, form, status=422)
        try:
            return once(request, lambda: self.act(licence, form))
        except Refused as error:
            form.add_error(None, str(error))
            return self._page(self.licence(), form, status=409)

    def act(self, licence: Licence, form: KlasForm) -> str:
        raise NotImplementedError

    def _page(self, licence: Licence, form: KlasForm, *, status: int = 200) -> HttpResponse:
        touched = count_touched(visible_to(self.acting).filter(pk=licence.pk))
        context = {**self.facts(licence), "form": form, "touched": touched}
        return render(self.request, self.template, context, status=status)


class SuspendView(_StopView):
    """Stops a licence from now on."""

    action, form_class, template = "suspend", SuspendForm, "licences/suspend.html"

    def act(self, licence: Licence, form: KlasForm) -> str:
        stopping.suspend(
            licence,
            **form.cleaned_data,
            by=self.acting,
            opened_revision=opened_revision(self.request),
        )
        messages.success(
            self.request, _("Licensen är stoppad. Inget apotek kan lämna ut på den längre.")
        )
        return address_of(licence)


class LiftView(_StopView):
    """Lets a stopped licence be used again."""

    action, form_class, template = "lift", LiftForm, "licences/lift.html"

    def act(self, licence: Licence, form: KlasForm) -> str:
        stopping.lift(
            licence,
            **form.cleaned_data,
            by=self.acting,
            opened_revision=opened_revision(self.request),
        )
        messages.success(self.request, _("Stoppet är hävt. Licensen gäller igen."))
        return address_of(licence)


class RevokeView(OnOversight):
    """Proposes that a licence is revoked."""

    permission = Permission.DECIDE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        licence = self.licence()
        if licence.status == LicenceStatus.REVOKED or revoking.live_proposal(licence) is not None:
            return redirect(address_of(licence))
        return self._page(licence, self._form(licence))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        licence = self.licence()
        form = self._form(licence, request.POST)
        if not form.is_valid():
            return self._page(licence, form, status=422)

        def act() -> str:
            revoking.propose(
                licence,
                form.facts(),
                suspend_meanwhile=form.cleaned_data.get("suspend_meanwhile", False),
                by=self.acting,
                opened_revision=opened_revision(request),
            )
            messages.success(
                request,
                _("Förslaget är skickat till kontrasignering. Inget beslut har skickats än."),
            )
            return address_of(licence)

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            return self._page(self.licence(), form, status=409)

    def _form(self, licence: Licence, data: Any = None) -> RevokeForm:
        return RevokeForm(
            data,
            has_clause=bool(as_corrected(licence.decision).revocation_clause),
            is_active=licence.status == LicenceStatus.ACTIVE,
        )

    def _page(self, licence: Licence, form: RevokeForm, *, status: int = 200) -> HttpResponse:
        clause = as_corrected(licence.decision).revocation_clause
        context = {**self.facts(licence), "form": form, "clause": clause}
        return render(self.request, "licences/revoke.html", context, status=status)


class SignRevocationView(OnOversight):
    """The second person reads the proposal and signs or ends it; its author may take it back."""

    permission = Permission.DECIDE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        licence = self.licence()
        proposal = revoking.live_proposal(licence)
        if proposal is None:
            return redirect(address_of(licence))
        return self._page(licence, proposal)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        licence = self.licence()
        back = SendBackForm(request.POST) if "_back" in request.POST else SendBackForm()
        act: Callable[[], str]
        if back.is_bound:
            if not back.is_valid():
                return self._page(licence, revoking.live_proposal(licence), back=back, status=422)
            act = lambda: self._send_back(licence, back)  # noqa: E731
        else:
            act = lambda: self._sign(licence)  # noqa: E731
        try:
            return once(request, act)
        except Refused as error:
            refused = ActForm.refused(error)
            licence = self.licence()
            proposal = revoking.live_proposal(licence)
            return self._page(licence, proposal, act=refused, back=back, status=409)

    def _sign(self, licence: Licence) -> str:
        revoking.countersign(licence, by=self.acting, opened_revision=opened_revision(self.request))
        messages.success(self.request, _("Licensen är återkallad. Brevet till apoteket skapas nu."))
        return address_of(licence)

    def _send_back(self, licence: Licence, back: SendBackForm) -> str:
        revoking.send_back(licence, reason=back.cleaned_data["reason"], by=self.acting)
        still = _("Licensen är fortfarande stoppad. Häv stoppet om den ska gälla igen.")
        done = _("Förslaget är borta. Licensen är inte återkallad.")
        is_stopped = licence.status == LicenceStatus.SUSPENDED
        messages.success(self.request, f"{done} {still}" if is_stopped else done)
        return address_of(licence)

    def _page(
        self,
        licence: Licence,
        proposal: Revocation | None,
        *,
        act: ActForm | None = None,
        back: SendBackForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        is_own = proposal is not None and proposal.proposed_by.user_id == self.acting.user_id
        context = {
            **self.facts(licence),
            "proposal_rows": _proposal_rows(proposal) if proposal else [],
            "act": act or ActForm(),
            "back": back or SendBackForm(),
            "is_own": is_own,
            "may_sign": proposal is not None
            and not is_own
            and self.acting.has(Permission.COUNTERSIGN),
            "may_end": is_own or self.acting.has(Permission.COUNTERSIGN),
        }
        return render(self.request, "licences/sign_revocation.html", context, status=status)


def _proposal_rows(proposal: Revocation) -> list[Row]:
    return [
        Row(_("Grund (37 § förvaltningslagen)"), RevocationGround(proposal.ground)),
        Row(_("Skäl"), proposal.reasons),
        Row(_("Apoteket har hörts"), proposal.hearing == Hearing.HEARD),
        Row(_("Hur och när, eller skälet för undantag"), proposal.hearing_text),
        Row(_("Det här ska apoteket göra"), proposal.instruction),
        Row(_("Föreslaget av"), proposal.proposed_by.user.name),
        Row(_("Föreslaget"), proposal.proposed_at),
    ]
