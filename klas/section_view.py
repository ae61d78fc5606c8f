"""One page of a long form: shown, saved right or wrong, saved by itself, held against other tabs.

    class SectionView(SectionPageView):
        permission = Permission.WRITE_MOTIVATIONS
        def get_object(self): ...                  # 404 for what `self.acting` may not see

The page carries the hidden field ``_revision``: the section's revision when it was opened. A save
that finds a newer one changes nothing, shows what is saved beside what was typed and carries the
fresh revision, so that saving again wins knowingly. A save of what is stored already (double click,
back button, an autosave overtaken by the button) counts as done.

What is typed when the session has ended, or when another assignment has been chosen than the one
that the page was opened by, is kept and shown again (`klas.kept_forms`).
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
)
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from klas import clock, kept_forms
from klas.acting import ActingView
from klas.errors import Refused, Stale
from klas.pack import first_control_id
from klas.presentation import swedish_datetime, swedish_time
from klas.rows import ADD, changed_rows
from klas.sections import Answers, Section, SectionAnswers, SectionForm, display_value
from klas.summary import Change, Row

if TYPE_CHECKING:
    from accounts.models import Assignment

REVISION = "_revision"
LATER = "_later"
KEEP_SAVED = "_keep_saved"
AUTOSAVE_HEADER = "X-KLAS-Autosave"
SHOW_ERRORS = "fel"
RETURN_TO_CHECK = "granska"


class Saved(Protocol):
    """A section as its service keeps it; revision 0 means that nothing has been saved."""

    @property
    def answers(self) -> SectionAnswers: ...

    @property
    def revision(self) -> int: ...

    @property
    def saved_at(self) -> datetime | None: ...

    @property
    def saved_by(self) -> "Assignment | None": ...


@dataclass(frozen=True)
class Conflict:
    """What was saved elsewhere since the page was opened: whose and when, and what differs."""

    saved_by: str
    changes: list[Change]


class SectionPageView(ActingView):
    """A section's page; the address carries ``slug``.

    GET shows the stored answers without judging them; with ``?fel=1`` (from task list and check
    page) it says what is wrong. POST saves what was typed and

    - goes on to the next section, or 422 with the errors (the answers are saved all the same);
    - with the button ``_later``, goes to the overview without judging;
    - with a row button, comes back to the page with a row more or less;
    - with the button ``_keep_saved`` (beside a conflict), drops what was typed and shows what is
      saved;
    - with the header ``X-KLAS-Autosave``, answers ``{"saved_at": "09:41", "revision": 7}``; a GET
      with it answers ``{"token": …}``, for a page that was opened before the latest sign-in.

    409 when the section was saved elsewhere meanwhile, or can no longer be changed.
    A page opened with ``?granska=1`` goes back to the check page when all is right.
    """

    template_name: ClassVar[str] = "section_page.html"

    # What the app says

    @abstractmethod
    def get_object(self) -> Any:
        """The draft of ``self.kwargs["pk"]``, from what the acting assignment may see; else 404."""

    @abstractmethod
    def get_sections(self) -> Sequence[Section]:
        """The pages of the form, in order."""

    @abstractmethod
    def read_answers(self) -> Answers:
        """The stored answers of all sections, for rules that look across sections."""

    @abstractmethod
    def read_section(self) -> Saved:
        """This section as stored."""

    @abstractmethod
    def save(self, answers: SectionAnswers, *, opened_revision: int) -> Saved:
        """Keep what was typed. Raises `Stale` or another `Refused`."""

    @abstractmethod
    def section_url(self, section: Section) -> str:
        """The address of a section of the same form."""

    @abstractmethod
    def overview_url(self) -> str:
        """The address of the task list, which also shows what is no longer a draft."""

    @abstractmethod
    def check_url(self) -> str:
        """The address of the page where the answers are checked before they are sent."""

    def is_open(self) -> bool:
        """Whether the form can still be changed; if not, GET leads to the overview."""
        return bool(self.object.is_draft)

    def typed_answers(self, form: SectionForm) -> SectionAnswers:
        """What to keep of a posted form; override to keep answers that no field holds."""
        return form.raw_answers()

    def extra_context(self) -> dict[str, Any]:
        """What the app's template needs besides."""
        return {}

    # What the app's own handlers may use

    @cached_property
    def object(self) -> Any:
        return self.get_object()

    @cached_property
    def section(self) -> Section:
        for section in self.get_sections():
            if section.slug == self.kwargs["slug"]:
                return section
        raise Http404

    @cached_property
    def answers(self) -> Answers:
        return self.read_answers()

    @property
    def opened_revision(self) -> int:
        """The revision the page was opened at; 0 when the form carries none."""
        value = self.posted.get(REVISION, "")
        return int(value) if value.isdecimal() and len(value) < 10 else 0

    @cached_property
    def posted(self) -> QueryDict:
        """What was typed: now, or (shown by a GET) when the session had ended."""
        if self.request.method == "POST":
            return self.request.POST
        return kept_forms.waiting(self.request) or QueryDict()

    @property
    def is_autosave(self) -> bool:
        return AUTOSAVE_HEADER in self.request.headers

    def show(
        self,
        form: SectionForm,
        *,
        revision: int,
        conflict: Conflict | None = None,
        is_kept: bool = False,
        status: int = 200,
    ) -> HttpResponse:
        """The page with a form and the revision that its next save will carry.

        Args:
            is_kept: the form holds what was typed when the session had ended, not saved yet.
        """
        context = {
            "object": self.object,
            "section": self.section,
            "form": form,
            "revision": revision,
            "conflict": conflict,
            "is_kept": is_kept,
            "overview_url": self.overview_url(),
            "autosave_url": self.request.path,
            **self.extra_context(),
        }
        return render(self.request, self.template_name, context, status=status)

    def unjudged(self, answers: SectionAnswers) -> SectionForm:
        """The form with answers in it and no errors."""
        return self.section.form_class(initial=answers, answers=self.answers)

    # The page

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except (PermissionDenied, Http404):
            opener = kept_forms.opener(request)
            if opener and opener.user_id == request.user.pk and not self._acts_as(opener):
                # The page's own person, whose choice of assignment has ended or is another now.
                query = urlencode({"next": request.get_full_path()})
                choose = redirect(f"{reverse('accounts:choose_assignment')}?{query}")
                return kept_forms.keep(request, choose)
            kept_forms.turn_away(request)
            raise

    def _acts_as(self, opener: kept_forms.Opener) -> bool:
        acting: Assignment | None = self.request.acting  # type: ignore[attr-defined]
        return acting is not None and acting.pk == opener.assignment_id

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.is_autosave:
            # The object is looked up first: who may not see it gets no more than a 404.
            return JsonResponse({"token": get_token(request)} if self.object else {})
        if not self.is_open():
            return redirect(self.overview_url())
        saved = self.read_section()
        if self.posted:
            typed = self.typed_answers(self.section.form_class(self.posted, answers=self.answers))
            if typed != saved.answers:
                form = self.unjudged(typed)
                return self.show(form, revision=self.opened_revision, is_kept=True)
        if SHOW_ERRORS in request.GET:
            form = self.section.bind({**self.answers, self.section.slug: saved.answers})
        else:
            form = self.unjudged(saved.answers)
        return self.show(form, revision=saved.revision)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if KEEP_SAVED in request.POST and self.object:
            kept_forms.remove(request)
            return redirect(request.get_full_path())
        form = self.section.form_class(request.POST, answers=self.answers)
        typed = self.typed_answers(form)
        rows = changed_rows(form)
        if rows is not None:
            name, changed = rows
            typed[name] = changed
        try:
            saved = self._keep(typed)
        except Refused as error:
            return self._refused(error, typed)
        kept_forms.remove(request)
        if self.is_autosave:
            return JsonResponse({"saved_at": swedish_time(clock.now()), "revision": saved.revision})
        if rows is not None:
            return self._to_row(typed, name)
        if LATER in request.POST:
            return redirect(self.overview_url())
        if not form.is_valid():
            return self.show(form, revision=saved.revision, status=422)
        return redirect(self._next_url())

    def _keep(self, typed: SectionAnswers) -> Saved:
        try:
            return self.save(typed, opened_revision=self.opened_revision)
        except Stale:
            saved = self.read_section()
            if saved.answers == typed:
                return saved
            raise

    def _refused(self, error: Refused, typed: SectionAnswers) -> HttpResponse:
        """What was typed, why it was not saved, and beside it what is saved."""
        if self.is_autosave:
            return JsonResponse({"message": str(error)}, status=409)
        saved = self.read_section()
        form = self.section.form_class(data=typed, answers=self.answers)
        # One thing at a time: whether the answers are right is judged when they are saved.
        form.errors.clear()
        form.add_error(None, str(error))
        different = differences(form, saved.answers, typed) if isinstance(error, Stale) else []
        conflict = Conflict(self._whose(saved), different) if different else None
        return self.show(form, revision=saved.revision, conflict=conflict, status=409)

    def _whose(self, saved: Saved) -> str:
        by = saved.saved_by
        name = by.user.name if by and by.user_id != self.acting.user_id else _("dig")
        moment = swedish_datetime(saved.saved_at)
        return _("Sparat av %(name)s %(moment)s") % {"name": name, "moment": moment}

    def _to_row(self, typed: SectionAnswers, name: str) -> HttpResponseRedirect:
        row_forms = self.unjudged(typed)[name].row_forms  # type: ignore[attr-defined]
        row = row_forms[-1] if self.request.POST.get(ADD) else row_forms[0]
        anchor = first_control_id(next(iter(row)))
        return redirect(f"{self.request.path}#{anchor}")

    def _next_url(self) -> str:
        if RETURN_TO_CHECK in self.request.GET:
            return self.check_url()
        sections = list(self.get_sections())
        following = sections.index(self.section) + 1
        if following < len(sections):
            return self.section_url(sections[following])
        return self.overview_url()


def differences(form: SectionForm, saved: SectionAnswers, typed: SectionAnswers) -> list[Change]:
    """The questions whose saved answer reads otherwise than the typed one, hidden fields aside."""
    asked = {name: field for name, field in form.fields.items() if not field.widget.is_hidden}
    both = [
        Change(
            "",
            Row(field.label or name, display_value(field, saved.get(name))),
            Row(field.label or name, display_value(field, typed.get(name))),
        )
        for name, field in asked.items()
    ]
    return [one for one in both if one.before.value != one.after.value]
