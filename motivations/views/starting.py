"""Begin a motivation: whose it is, and which kind of licence it is for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property

from accounts.models import Assignment
from accounts.queries import prescribers_beside
from klas import clock
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.once import once
from motivations.forms import KindForm, PrescriberForm
from motivations.kinds import kind_of, kinds_for
from motivations.services import drafts

FOR = "for"


class NewMotivationView(ActingView):
    """The kinds that the prescriber may write; POST begins a draft and goes to its task list.

    A care colleague first chooses for which prescriber at the same care unit (GET ``for``).
    """

    permission = Permission.WRITE_MOTIVATIONS

    @cached_property
    def prescribers(self) -> list[Assignment]:
        """Those for whom a care colleague may begin."""
        return list(prescribers_beside(self.acting, on=clock.today()))

    @cached_property
    def author(self) -> Assignment | None:
        """Whose the motivation will be; None while a care colleague has not chosen."""
        if self.acting.has(Permission.SUBMIT_MOTIVATIONS):
            return self.acting
        if FOR not in self.request.GET:
            return self.prescribers[0] if len(self.prescribers) == 1 else None
        chosen = self.request.GET[FOR]
        return next((one for one in self.prescribers if str(one.pk) == chosen), None)

    def get(self, request: HttpRequest) -> HttpResponse:
        if self.author is None:
            return self._whose()
        kinds = kinds_for(self.author)
        initial = {"kind": kinds[0].code.value} if len(kinds) == 1 else {}
        return self._page(self.author, KindForm(kinds=kinds, initial=initial))

    def post(self, request: HttpRequest) -> HttpResponse:
        if self.author is None:
            return self._whose()
        author = self.author
        form = KindForm(request.POST, kinds=kinds_for(author))
        if not form.is_valid():
            return self._page(author, form, status=422)
        kind = kind_of(form.cleaned_data["kind"])
        try:
            return once(
                request,
                lambda: drafts.start(kind=kind, by=self.acting, author=author).get_absolute_url(),
            )
        except Refused as error:
            form.add_error(None, str(error))
            return self._page(author, form, status=409)

    def _whose(self) -> HttpResponse:
        form = PrescriberForm(self.request.GET or None, prescribers=self.prescribers)
        context = {"form": form, "prescribers": self.prescribers}
        status = 422 if form.errors else 200
        return render(self.request, "motivations/new_whose.html", context, status=status)

    def _page(self, author: Assignment, form: KindForm, status: int = 200) -> HttpResponse:
        kinds = kinds_for(author)
        context = {
            "form": form,
            "kinds": kinds,
            "only_kind": kinds[0] if len(kinds) == 1 else None,
            "no_licence": "" if author.user.licensed_to_practise else drafts.NO_LICENCE,
            "for_another": author.user.name if author != self.acting else "",
        }
        return render(self.request, "motivations/new.html", context, status=status)
