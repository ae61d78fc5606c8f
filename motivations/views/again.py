"""The same once more: copy a motivation, renew a licence, and the licences that end soon."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from klas import clock
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.once import once
from klas.policy import policy
from motivations.enums import MotivationStatus
from motivations.models import Motivation
from motivations.queries import ending_licences
from motivations.services import again
from motivations.services.again import Begun
from motivations.services.drafts import startable_by
from motivations.views.own import OwnMotivationView
from motivations.words import days_left


class CopyView(OwnMotivationView):
    """Begins a draft with what one's own motivation says (POST), and opens it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect(self.motivation)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            return once(request, self._act)
        except Refused as error:
            messages.error(request, str(error))
            return redirect(self.motivation)

    def _act(self) -> str:
        begun = again.copy(self.motivation, by=self.acting)
        self._tell(
            begun,
            _(
                "Utkastet är en kopia. Läs igenom svaren. Hur bråttom det är och det du intygar "
                "fyller du i på nytt."
            ),
        )
        return begun.draft.get_absolute_url()

    def _tell(self, begun: Begun, done: str) -> None:
        messages.success(self.request, done)
        if begun.changed_facts:
            messages.info(
                self.request,
                _("Läkemedelsregistret har ändrats sedan sist, och utkastet har fått det nya: %s.")
                % ", ".join(begun.changed_facts),
            )
        if begun.left_out:
            messages.info(
                self.request,
                _("De här filerna är inte kontrollerade och följde inte med: %s.")
                % ", ".join(begun.left_out),
            )


class RenewView(CopyView):
    """Begins the renewal of a licence (POST), or opens the one that is begun."""

    def _act(self) -> str:
        begun = again.renew(self.motivation, by=self.acting)
        if begun.is_new:
            self._tell(
                begun,
                _(
                    "Utkastet förnyar licens %s. Läs igenom svaren, och skriv vilken effekt "
                    "behandlingen har haft och vad som har ändrats."
                )
                % self.motivation.licence_number,
            )
        else:
            messages.info(self.request, _("Licensen förnyas redan. Här är förnyelsen."))
        return begun.draft.get_absolute_url()


@dataclass(frozen=True)
class EndingLine:
    """One licence that ends soon."""

    motivation: Motivation
    days_left: str
    renewal: Motivation | None
    may_renew: bool

    @property
    def renewal_status(self) -> MotivationStatus | None:
        return MotivationStatus(self.renewal.status) if self.renewal else None


class EndingLicencesView(ActingView):
    """“Licenser som går ut”: soonest first, each with its renewal or the button that begins it."""

    permission = Permission.WRITE_MOTIVATIONS

    def get(self, request: HttpRequest) -> HttpResponse:
        today, kinds = clock.today(), startable_by(self.acting)
        licences = ending_licences(self.acting, today=today)
        page = Paginator(licences, policy.page_size).get_page(request.GET.get("page"))
        lines = [
            EndingLine(
                item,
                days_left(item, today=today),
                next(iter(item.renewals.all()), None),
                may_renew=item.kind in kinds,
            )
            for item in page.object_list
        ]
        context = {"page_obj": page, "lines": lines, "days": policy.renewal_offered_days}
        return render(request, "motivations/ending_licences.html", context)
