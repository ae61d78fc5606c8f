"""Letters: those to post, and each one as PDF."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from decisions import letter_queries
from decisions.enums import LetterStatus
from decisions.forms import LetterFilter, PostedForm, PrintForm
from decisions.presentation import letter_rows
from decisions.services import letters as services
from klas import clock
from klas.access import Permission
from klas.acting import ActingView
from klas.download import pdf_response
from klas.errors import Refused
from klas.once import once
from klas.policy import policy
from klas.summary import Tab

TABS = {"waiting": _("Att skriva ut"), "printed": _("Att posta"), "posted": _("Postade")}
CONFIRM, CHANGE = "_confirm", "_change"


class LettersView(ActingView):
    """The letters that go by post: to print, to mark as posted, posted (domain §6, “Letters”)."""

    permission = Permission.PRINT_LETTERS

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page()

    def post(self, request: HttpRequest) -> HttpResponse:
        # What was chosen may have been posted by a colleague since: the service says which.
        letters = letter_queries.letters_by_post(self.acting)
        if CONFIRM not in request.POST:
            letters = letters.filter(status=LetterStatus.PRINTED)
        form = PostedForm(request.POST, letters=letters)
        if not form.is_valid():
            return self.page(form, status=422)
        chosen = list(form.cleaned_data["letters"])
        posted_on = form.cleaned_data["posted_on"]
        if CHANGE in request.POST:
            return self.page(form)
        if CONFIRM not in request.POST:
            context = {"rows": letter_rows(chosen), "posted_on": posted_on, "count": len(chosen)}
            return render(request, "decisions/letters_confirm.html", context)

        def act() -> str:
            count = services.mark_all_posted(chosen, posted_on=posted_on, by=self.acting)
            words = ngettext(
                "%(count)s brev är markerat som postat.",
                "%(count)s brev är markerade som postade.",
                count,
            )
            messages.success(request, words % {"count": count})
            return f"{reverse('decisions:letters')}?flik=posted"

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            return self.page(form, status=409)

    def page(
        self, form: PostedForm | PrintForm | None = None, *, status: int = 200
    ) -> HttpResponse:
        """The list, with the form of its tab; a form that is given says which."""
        query = self.request.GET
        tab = query.get("flik", "")
        tab = tab if tab in TABS else "waiting"
        if form is not None:
            tab = "waiting" if isinstance(form, PrintForm) else "printed"
        filters = LetterFilter(query)
        found = letter_queries.letters_on_tab(self.acting, tab)
        if filters.is_valid() and filters.cleaned_data["dnr"].strip():
            found = found.filter(case__dnr__icontains=filters.cleaned_data["dnr"].strip())
        page = Paginator(found, policy.page_size).get_page(query.get("page"))
        form = form or PostedForm(initial={"posted_on": clock.today()}, letters=found)
        chosen = {str(pk) for pk in form["letters"].data or ()} if form.is_bound else set()
        context = {
            "tab": tab,
            "tab_title": TABS[tab],
            "tabs": [
                Tab(text, f"?flik={name}", current=name == tab) for name, text in TABS.items()
            ],
            "filters": filters,
            "page_obj": page,
            "rows": letter_rows(page.object_list, chosen=chosen),
            "form": form,
            "print_most": min(policy.print_batch_most, page.paginator.count),
            "may_edit_texts": self.acting.has(Permission.EDIT_LETTER_TEXTS),
        }
        return render(self.request, "decisions/letters.html", context, status=status)


class LetterView(ActingView):
    """A letter as PDF, for the agency's officers."""

    permission = Permission.VIEW_QUEUE

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        letter = get_object_or_404(letter_queries.letters_visible_to(self.acting), pk=pk)
        return pdf_response(
            request,
            letter,
            by=self.acting,
            what="letter",
            whose=letter.case.dnr,
            filename=f"brev-{letter.case.dnr}-{letter.recipient}.pdf",
        )
