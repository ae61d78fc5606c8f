"""“Mina textmallar”: a prescriber's own reason texts, and using them in a draft."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from klas.access import Permission
from klas.acting import ActingView
from klas.errors import Refused
from klas.once import once, opened_revision
from klas.policy import policy
from klas.sections import SectionAnswers, display_value
from klas.summary import Row
from motivations.enums import MotivationStatus
from motivations.forms import TemplateForm, TemplateTitleForm
from motivations.kinds.common import CLINICAL, ClinicalForm
from motivations.models import Motivation, ReasonTemplate
from motivations.queries import templates_of, writable_by
from motivations.services import drafts, reasons
from motivations.services.reasons import Used

TEMPLATE = "_template"


class _TemplatesView(ActingView):
    permission = Permission.WRITE_MOTIVATIONS
    kwargs: dict[str, Any]

    def page_of_templates(self) -> Any:
        """One page of the acting person's templates."""
        paginator = Paginator(templates_of(self.acting), policy.page_size)
        return paginator.get_page(self.request.GET.get("page"))


class TemplatesView(_TemplatesView):
    """All of the acting person's templates."""

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {"page_obj": self.page_of_templates()}
        return render(request, "motivations/templates.html", context)


class _OneTemplateView(_TemplatesView):
    """A page of the template with the address' ``pk``; somebody else's is a 404."""

    @cached_property
    def template(self) -> ReasonTemplate:
        return get_object_or_404(templates_of(self.acting), pk=self.kwargs["pk"])


class TemplateView(_OneTemplateView):
    """What a template says."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        texts = reasons.read(self.template, by=self.acting)
        context = {"template": self.template, "rows": text_rows(texts)}
        return render(request, "motivations/template.html", context)


class EditTemplateView(_OneTemplateView):
    """Changes a template's name and texts."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        texts = reasons.read(self.template, by=self.acting)
        return self._page(TemplateForm(initial={**texts, "title": self.template.title}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = TemplateForm(request.POST)
        if not form.is_valid():
            return self._page(form, status=422)
        try:
            return once(request, lambda: self._change(form))
        except Refused as error:
            form.add_error(None, str(error))
            del self.template
            return self._page(form, status=409)

    def _change(self, form: TemplateForm) -> str:
        reasons.change(
            self.template,
            title=form.cleaned_data["title"],
            texts=form.texts,
            by=self.acting,
            opened_revision=opened_revision(self.request),
        )
        messages.success(self.request, _("Mallen är sparad."))
        return reverse("motivations:template", args=[self.template.pk])

    def _page(self, form: TemplateForm, status: int = 200) -> HttpResponse:
        context = {"template": self.template, "form": form}
        return render(self.request, "motivations/template_edit.html", context, status=status)


class DeleteTemplateView(_OneTemplateView):
    """Asks before a template is thrown away; POST does it. A second POST leads to the list."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return render(request, "motivations/template_delete.html", {"template": self.template})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            return once(request, self._delete)
        except Refused as error:
            messages.error(request, str(error))
            return redirect("motivations:templates")

    def _delete(self) -> str:
        reasons.throw_away(self.template, by=self.acting)
        messages.success(self.request, _("Mallen är borttagen."))
        return reverse("motivations:templates")


class _DraftTemplatesView(_TemplatesView):
    """A page about templates and the draft with the address' ``pk``."""

    @cached_property
    def motivation(self) -> Motivation:
        return get_object_or_404(
            writable_by(self.acting).filter(status=MotivationStatus.DRAFT), pk=self.kwargs["pk"]
        )

    @property
    def section_url(self) -> str:
        return reverse("motivations:section", args=[self.motivation.pk, CLINICAL])


class NewTemplateView(_DraftTemplatesView):
    """Keeps a draft's reason texts as a template: shows them, and asks for a name."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(TemplateTitleForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = TemplateTitleForm(request.POST)
        if not form.is_valid():
            return self._page(form, status=422)
        try:
            return once(request, lambda: self._keep(form.cleaned_data["title"]))
        except Refused as error:
            form.add_error(None, str(error))
            return self._page(form, status=409)

    def _keep(self, title: str) -> str:
        template = reasons.keep(self.motivation, title=title, by=self.acting)
        messages.success(
            self.request,
            _("Mallen ”%(title)s” är sparad för %(product)s.")
            % {"title": template.title, "product": template.product_name},
        )
        return self.section_url

    def _page(self, form: TemplateTitleForm, status: int = 200) -> HttpResponse:
        drafts.read(self.motivation, by=self.acting)
        context = {
            "form": form,
            "section_url": self.section_url,
            "rows": text_rows(reasons.texts_of(self.motivation)),
        }
        return render(self.request, "motivations/template_new.html", context, status=status)


class ChooseTemplateView(_DraftTemplatesView):
    """All templates, also other products', to use one of in a draft (POST ``_template``)."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page()

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            return once(request, self._use)
        except Refused as error:
            messages.error(request, str(error))
            return redirect(self.section_url)

    def _use(self) -> str:
        template = chosen_template(self.request, self.acting)
        revision = drafts.read_section(self.motivation, CLINICAL).revision
        used = reasons.use(template, self.motivation, opened_revision=revision, by=self.acting)
        tell_what_was_filled(self.request, used)
        return self.section_url

    def _page(self) -> HttpResponse:
        context = {
            "motivation": self.motivation,
            "section_url": self.section_url,
            "page_obj": self.page_of_templates(),
        }
        return render(self.request, "motivations/template_choose.html", context)


def chosen_template(request: HttpRequest, acting: Any) -> ReasonTemplate:
    """The own template that a button names; any other is a 404."""
    key = request.POST.get(TEMPLATE, "")
    return get_object_or_404(templates_of(acting), pk=key if key.isdecimal() else None)


def tell_what_was_filled(request: HttpRequest, used: Used) -> None:
    """Say which questions a template has answered, and which it left as they were."""
    if used.filled:
        messages.success(request, _("Mallen har fyllt i: %s") % " ".join(used.filled))
    if used.kept:
        messages.info(
            request,
            _("Här hade du redan svarat, och svaren står kvar: %s") % " ".join(used.kept),
        )


def text_rows(texts: SectionAnswers) -> list[Row]:
    """A template's texts under their questions."""
    fields = ClinicalForm.base_fields
    return [
        Row(str(fields[name].label), display_value(fields[name], texts[name]))
        for name in ClinicalForm.in_templates
        if texts.get(name)
    ]
