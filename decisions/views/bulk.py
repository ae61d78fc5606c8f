"""One act on many cases: choose in the queue, confirm here, and see how it went."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from decisions import queries
from decisions.enums import BulkAction
from decisions.forms import ActForm, AssignForm, QueueFilter
from decisions.models import BulkAct, Case
from decisions.presentation import queue_rows
from decisions.services import bulk
from klas import clock
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.once import once
from klas.policy import policy
from klas.presentation import number


@dataclass(frozen=True)
class Chosen:
    """The cases to act on; `is_cut` when the filter shows more than one act takes."""

    cases: list[Case]
    is_cut: bool = False


class BulkView(ActingView):
    """What the confirmation pages share: which cases were chosen.

    In the address stand the cases that were ticked (`case`), or `alla` with the queue's own filter
    (`urval`). The form of the confirmation carries the cases it shows, so that what is done is what
    was confirmed.
    """

    permission = Permission.HANDLE_CASES

    def chosen(self) -> Chosen:
        query = self.request.POST if self.request.method == "POST" else self.request.GET
        most = policy.queue_most_at_once
        if query.get("alla"):
            form = QueueFilter(QueryDict(query.get("urval", "")), officers=queries.officers())
            found = form.wanted().cases(self.acting, today=clock.today())[: most + 1]
            return Chosen(list(found)[:most], is_cut=len(found) > most)
        keys = {int(key) for key in query.getlist("case") if key.isdigit() and len(key) < 19}
        found = queries.for_list(self.acting).filter(pk__in=keys).order_by("due_on", "pk")
        return Chosen(list(found[:most]), is_cut=len(keys) > most)

    def back(self) -> str:
        """The queue as it was."""
        query = QueryDict(self.request.GET.get("urval", ""))
        return f"{reverse('decisions:queue')}?{query.urlencode()}"

    def nothing_chosen(self) -> HttpResponse:
        messages.error(self.request, _("Välj minst ett ärende i listan."))
        return redirect(self.back())

    def done(self, act: BulkAct) -> str:
        """Where to go: to the case when it was one and went well, else to what happened."""
        if len(act.done) == 1 and not act.refused:
            messages.success(self.request, done_words(act))
            return reverse("decisions:case", args=act.done)
        return act.get_absolute_url()


class BulkAssignView(BulkView):
    """Gives the chosen cases to an officer."""

    def get(self, request: HttpRequest) -> HttpResponse:
        chosen = self.chosen()
        if not chosen.cases:
            return self.nothing_chosen()
        taken = any(case.assignee_id is not None for case in chosen.cases)
        return self.page(chosen, AssignForm(officers=queries.officers(), taken=taken))

    def post(self, request: HttpRequest) -> HttpResponse:
        chosen = self.chosen()
        if not chosen.cases:
            return self.nothing_chosen()
        # As the page was: a case taken since then is refused by itself, not for want of a reason.
        taken = "reason" in request.POST
        form = AssignForm(request.POST, officers=queries.officers(), taken=taken)
        if not form.is_valid():
            return self.page(chosen, form, status=422)

        def act() -> str:
            return self.done(
                bulk.assign(
                    [case.pk for case in chosen.cases],
                    to=form.chosen(),
                    reason=form.cleaned_data.get("reason", ""),
                    by=self.acting,
                )
            )

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            return self.page(chosen, form, status=409)

    def page(self, chosen: Chosen, form: AssignForm, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "chosen": chosen,
            "rows": queue_rows(chosen.cases, today=clock.today()),
            "back": self.back(),
        }
        return render(self.request, "decisions/bulk_assign.html", context, status=status)


class BulkRemindView(BulkView):
    """Reminds those whom the chosen cases wait for."""

    def get(self, request: HttpRequest) -> HttpResponse:
        chosen = self.chosen()
        return self.page(chosen) if chosen.cases else self.nothing_chosen()

    def post(self, request: HttpRequest) -> HttpResponse:
        chosen = self.chosen()
        if not chosen.cases:
            return self.nothing_chosen()
        keys = [case.pk for case in chosen.cases]
        try:
            return once(request, lambda: self.done(bulk.remind(keys, by=self.acting)))
        except Refused as error:
            return self.page(chosen, act=ActForm.refused(error), status=409)

    def page(
        self, chosen: Chosen, *, act: ActForm | None = None, status: int = 200
    ) -> HttpResponse:
        context = {
            "act": act or ActForm(),
            "chosen": chosen,
            "rows": queue_rows(chosen.cases, today=clock.today()),
            "back": self.back(),
        }
        return render(self.request, "decisions/bulk_remind.html", context, status=status)


class BulkDoneView(ActingView):
    """What was done in one act, and what could not be done and why; to the one who did it."""

    permission = Permission.HANDLE_CASES

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        act = get_object_or_404(BulkAct.objects.select_related("to__user"), by=self.acting, pk=pk)
        keys = [*act.done, *(key for key, _why in act.refused)]
        cases = queries.for_list(self.acting).filter(pk__in=keys).in_bulk()
        context = {
            "title": done_words(act),
            "done": [cases[key] for key in act.done],
            "refused": [(cases[key], why) for key, why in act.refused],
        }
        return render(request, "decisions/bulk_done.html", context)


def done_words(act: BulkAct) -> str:
    """What was done to how many cases, as a heading."""
    n, name = len(act.done), act.to.user.name if act.to else ""
    if act.refused and not n:
        return _("Det gick inte i något av ärendena")
    words = {
        BulkAction.ASSIGN: ngettext(
            "%(name)s har fått ett ärende", "%(name)s har fått %(n)s ärenden", n
        ),
        BulkAction.REMIND: ngettext("En påminnelse är skickad", "%(n)s påminnelser är skickade", n),
        BulkAction.RELEASE: ngettext(
            "%(name)s är anmäld som borta, och ett ärende är tillbaka i kön",
            "%(name)s är anmäld som borta, och %(n)s ärenden är tillbaka i kön",
            n,
        ),
    }
    return words[BulkAction(act.action)] % {"n": number(n), "name": name}
