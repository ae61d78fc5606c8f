"""Begin a motivation: which kind of licence it is for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.once import once
from motivations.forms import KindForm
from motivations.kinds import kind_of, kinds_for
from motivations.services import drafts


class NewMotivationView(ActingView):
    """The kinds the person may write; POST begins a draft and goes to its task list."""

    permission = Permission.WRITE_MOTIVATIONS

    def get(self, request: HttpRequest) -> HttpResponse:
        kinds = kinds_for(self.acting)
        initial = {"kind": kinds[0].code.value} if len(kinds) == 1 else {}
        return self._page(KindForm(kinds=kinds, initial=initial))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = KindForm(request.POST, kinds=kinds_for(self.acting))
        if not form.is_valid():
            return self._page(form, status=422)
        kind = kind_of(form.cleaned_data["kind"])
        try:
            return once(request, lambda: drafts.start(kind=kind, by=self.acting).get_absolute_url())
        except Refused as error:
            form.add_error(None, str(error))
            return self._page(form, status=409)

    def _page(self, form: KindForm, status: int = 200) -> HttpResponse:
        user = self.acting.user
        kinds = kinds_for(self.acting)
        context = {
            "form": form,
            "kinds": kinds,
            "only_kind": kinds[0] if len(kinds) == 1 else None,
            "no_licence": "" if user.licensed_to_practise else drafts.NO_LICENCE,
        }
        return render(self.request, "motivations/new.html", context, status=status)
