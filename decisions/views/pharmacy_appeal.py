"""An appeal on the pharmacy's side: write, attach, check, lodge, follow."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from applications.models import Application
from applications.queries import of_pharmacy
from decisions import appeal_presentation as presentation
from decisions import letter_queries
from decisions.appealed import Appealed, all_appealable, appealable
from decisions.enums import AppealMatter, AppealStatus
from decisions.forms import ActForm
from decisions.forms.appeals import AppealDocumentForm, AppealForm
from decisions.models import Appeal, Case
from decisions.rules import appeal_last_day
from decisions.services import appeal_documents, appeals
from klas import audit
from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.models import AccessAction
from klas.once import once, opened_revision
from klas.uploads import RebuiltFile
from motivations.file_forms import saved_words, status_of, upload
from motivations.file_views import DownloadView, FileView, PageView, PreviewView


class _OnApplication(ActingView):
    permission = Permission.SEND_APPLICATIONS
    kwargs: dict[str, Any]

    @cached_property
    def application(self) -> Application:
        return get_object_or_404(of_pharmacy(self.acting), pk=self.kwargs["application_pk"])

    @cached_property
    def case(self) -> Case:
        return get_object_or_404(Case, application=self.application)

    @cached_property
    def matter(self) -> str:
        """What the address says is appealed."""
        matter: str = self.kwargs["matter"]
        if matter not in AppealMatter.values:
            raise Http404
        return matter

    def draft(self) -> Appeal | None:
        """The draft of an appeal of what can be appealed, if one is begun."""
        appealed = appealable(self.case, self.matter)
        if appealed is None:
            return None
        return (
            Appeal.objects.filter(**appealed.lookup, status=AppealStatus.DRAFT)
            .select_related("case__application", "decision", "revocation", "rejection")
            .first()
        )

    def address(self, name: str) -> str:
        """One of the pages of a draft."""
        return reverse(f"decisions:{name}", args=[self.application.pk, self.matter])

    def step(self) -> tuple[Appeal | None, Appealed | None]:
        """The draft, and what can be appealed (None: nothing can be)."""
        return self.draft(), appealable(self.case, self.matter)

    def elsewhere(self) -> HttpResponse:
        """Where one goes when there is nothing to appeal: to what was lodged, or the decision."""
        lodged = appeals.appeals_of(self.case).exists()
        page = "appeal_lodged" if lodged else "pharmacy_decision"
        return redirect(f"decisions:{page}", self.application.pk)

    def around(self, appealed: Appealed) -> dict[str, Any]:
        """What each step shows of what is appealed."""
        got_on = appealed.delivered_on
        last_on = appeal_last_day(got_on) if got_on else None
        return {
            "application": self.application,
            "appealed": appealed,
            "matter": self.matter,
            "title": presentation.APPEAL_TITLES[appealed.matter],
            "deadline": presentation.deadline_words(last_on),
        }


class WriteView(_OnApplication):
    """What is to be changed, how, and why."""

    def get(self, request: HttpRequest, application_pk: int, matter: str) -> HttpResponse:
        draft, appealed = self.step()
        if appealed is None:
            return self.elsewhere()
        form = AppealForm(initial=draft.text if draft else None)
        return self._page(form, draft, appealed)

    def post(self, request: HttpRequest, application_pk: int, matter: str) -> HttpResponse:
        draft, appealed = self.step()
        form = AppealForm(request.POST)
        if appealed is None:
            return self.elsewhere()
        if not form.is_valid():
            return self._page(form, draft, appealed, status=422)

        def act() -> str:
            # A page opened before there was a draft must not replace what a colleague began.
            revision = opened_revision(request) or 0
            appeals.draft(
                self.application,
                form.facts(),
                matter=self.matter,
                by=self.acting,
                opened_revision=revision,
            )
            return self.address("appeal_documents")

        try:
            return once(request, act)
        except Refused as error:
            form.add_error(None, str(error))
            return self._page(form, self.draft(), appealed, status=409)

    def _page(
        self, form: AppealForm, draft: Appeal | None, appealed: Appealed, status: int = 200
    ) -> HttpResponse:
        context = {**self.around(appealed), "form": form, "appeal": draft}
        return render(self.request, "decisions/pharmacy_appeal.html", context, status=status)


class DocumentsView(_OnApplication):
    """The prescriber's statement and other files, with a form to add one."""

    def get(self, request: HttpRequest, application_pk: int, matter: str) -> HttpResponse:
        return self._page(AppealDocumentForm())

    def post(self, request: HttpRequest, application_pk: int, matter: str) -> HttpResponse:
        draft = self.draft()
        if draft is None:
            return self.elsewhere()
        form = AppealDocumentForm(request.POST, request.FILES)
        return upload(request, form, lambda file: self._add(draft, file, form)) or self._page(
            form, status=status_of(form)
        )

    def _add(self, draft: Appeal, file: RebuiltFile, form: AppealDocumentForm) -> str:
        added = appeal_documents.add(
            draft, file=file, kind=form.cleaned_data["kind"], by=self.acting
        )
        messages.success(self.request, saved_words(added))
        return added.written_at

    def _page(self, form: AppealDocumentForm, status: int = 200) -> HttpResponse:
        draft, appealed = self.step()
        if draft is None or appealed is None:
            return self.elsewhere()
        context = {
            **self.around(appealed),
            "appeal": draft,
            "form": form,
            "documents": list(appeal_documents.readable_by(draft, self.acting)),
        }
        return render(
            self.request, "decisions/pharmacy_appeal_documents.html", context, status=status
        )


class RemoveView(_OnApplication):
    """Takes a file of the draft away (POST). A second press leads to the same list."""

    def get(
        self, request: HttpRequest, application_pk: int, matter: str, attachment_pk: int
    ) -> HttpResponse:
        return redirect(self.address("appeal_documents"))

    def post(
        self, request: HttpRequest, application_pk: int, matter: str, attachment_pk: int
    ) -> HttpResponse:
        draft = self.draft()
        if draft is None:
            return self.elsewhere()

        def act() -> str:
            readable = appeal_documents.readable_by(draft, self.acting)
            appeal_documents.remove(get_object_or_404(readable, pk=attachment_pk), by=self.acting)
            messages.success(request, _("Filen är borttagen."))
            return self.address("appeal_documents")

        try:
            return once(request, act)
        except Refused as error:
            messages.error(request, str(error))
            return redirect(self.address("appeal_documents"))


class CheckView(_OnApplication):
    """All answers once more; POST lodges the appeal."""

    def get(self, request: HttpRequest, application_pk: int, matter: str) -> HttpResponse:
        return self._page(ActForm())

    def post(self, request: HttpRequest, application_pk: int, matter: str) -> HttpResponse:
        draft = self.draft()
        if draft is None:
            return self.elsewhere()

        def act() -> str:
            revision = opened_revision(request)
            lodged = appeals.lodge(draft, by=self.acting, opened_revision=revision)
            return reverse("decisions:own_appeal", args=[self.application.pk, lodged.pk])

        try:
            return once(request, act)
        except Refused as error:
            return self._page(ActForm.refused(error), status=409)

    def _page(self, act: ActForm, status: int = 200) -> HttpResponse:
        draft, appealed = self.step()
        if draft is None or appealed is None:
            return self.elsewhere()
        context = {
            **self.around(appealed),
            "appeal": draft,
            "act": act,
            "written": presentation.written_rows(draft),
            "documents": list(appeal_documents.readable_by(draft, self.acting)),
        }
        return render(self.request, "decisions/pharmacy_appeal_check.html", context, status=status)


class DiscardView(_OnApplication):
    """Asks before the draft is thrown away with its files; POST does it."""

    def get(self, request: HttpRequest, application_pk: int, matter: str) -> HttpResponse:
        return self._page(ActForm())

    def post(self, request: HttpRequest, application_pk: int, matter: str) -> HttpResponse:
        draft = self.draft()
        if draft is None:
            return self.elsewhere()

        def act() -> str:
            appeals.discard(draft, by=self.acting)
            messages.success(request, _("Utkastet är kastat."))
            return reverse("decisions:pharmacy_decision", args=[application_pk])

        try:
            return once(request, act)
        except Refused as error:
            return self._page(ActForm.refused(error), status=409)

    def _page(self, act: ActForm, status: int = 200) -> HttpResponse:
        draft, appealed = self.step()
        if draft is None or appealed is None:
            return self.elsewhere()
        context = {**self.around(appealed), "act": act}
        return render(
            self.request, "decisions/pharmacy_appeal_discard.html", context, status=status
        )


class LodgedView(_OnApplication):
    """The receipt, and how far an appeal has come: the latest unless one is named."""

    permission = Permission.APPLY

    def get(self, request: HttpRequest, application_pk: int, pk: int | None = None) -> HttpResponse:
        found = list(appeals.appeals_of(self.case))
        appeal = next((one for one in found if pk in (None, one.pk)), None)
        if appeal is None:
            raise Http404
        audit.record(
            AccessAction.READ, by=self.acting, what="appeal", obj=appeal, whose=self.case.dnr
        )
        context = {
            "application": self.application,
            "appeal": appeal,
            "others": [
                {"appeal": one, "title": Appealed.by(one).title} for one in found if one != appeal
            ],
            "appealable": presentation.appeal_links(
                [one for one in all_appealable(self.case) if one.rejection == appeal],
                by=self.acting,
            ),
            "facts": presentation.appeal_facts(appeal),
            "written": presentation.written_rows(appeal),
            "next": presentation.next_words(appeal),
            "documents": list(appeal_documents.readable_by(appeal, self.acting)),
            "letters": [
                letter
                for letter in letter_queries.later_letters(self.application)
                if letter.about == f"appeal:{appeal.pk}"
            ],
            "is_open": self.case.is_open,
        }
        return render(request, "decisions/pharmacy_appeal_lodged.html", context)


class _OnFile(FileView):
    """A file of one of the application's appeals: of the draft, or of one that was lodged."""

    permission = Permission.APPLY
    opening = appeal_documents
    name = "own_appeal_document"

    @cached_property
    def appeal(self) -> Appeal:
        application = get_object_or_404(of_pharmacy(self.acting), pk=self.kwargs["pk"])
        return get_object_or_404(
            Appeal.objects.select_related("case__application"),
            case__application=application,
            documents=self.kwargs["attachment_pk"],
        )

    def get_openable(self) -> QuerySet[Any]:
        return appeal_documents.openable_by(self.appeal, self.acting)

    def get_back(self) -> tuple[str, str]:
        page, which = (
            ("appeal_documents", self.appeal.matter)
            if self.appeal.is_draft
            else ("own_appeal", self.appeal.pk)
        )
        return reverse(f"decisions:{page}", args=[self.kwargs["pk"], which]), _("Överklagandet")


class OwnDocumentView(_OnFile, DownloadView):
    """A file of the pharmacy's own appeal, to be saved."""


class OwnDocumentPreviewView(_OnFile, PreviewView):
    """A file of the pharmacy's own appeal, to look at."""


class OwnDocumentPageView(_OnFile, PageView):
    """One page of a file of the pharmacy's own appeal, as a picture."""
