"""The product of a draft: found in the register first, written by hand second."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from klas.errors import Refused
from klas.once import once
from klas.pack import Text
from klas.section_view import RETURN_TO_CHECK
from klas.sections import SectionAnswers, SectionForm
from klas.summary import Row
from klas.tags import status_tag
from medicines.fields import ApprovedProductsField
from medicines.models import LicenceProduct
from medicines.queries import search_products
from motivations.forms import FindProductForm
from motivations.kinds import kind_of
from motivations.kinds.common import APPROVED
from motivations.queries import is_first_time, known_product
from motivations.services import product as products
from motivations.views.section import DraftSectionView

CHOOSE, BY_HAND, CLEAR = "choose", "by_hand", "clear"
# The field that says what was warned of on the page, and the warning's place there.
WARNED, WARNING = "_warned", "godkant-i-sverige"


class ProductView(DraftSectionView):
    """Without a product: a search (GET ``q``), “Välj” and “för hand”. With one: its questions.

    POST ``choose=<key>``, ``by_hand`` or ``clear`` changes the product and clears what was
    answered; other POSTs are those of every section.
    """

    template_name = "motivations/product.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_chosen = self.read_section().answers or self.posted
        if self.is_open() and not is_chosen and not self.is_autosave:
            return self._search_page()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if any(name in request.POST for name in (CHOOSE, BY_HAND, CLEAR)):
            return self._change_product()
        return super().post(request, *args, **kwargs)

    def _change_product(self) -> HttpResponse:
        try:
            return once(self.request, self._changed)
        except Refused as error:
            if not self.read_section().answers:
                return self._search_page(problem=str(error), status=409)
            return self._refused(error, dict(self.read_section().answers))

    def _changed(self) -> str:
        post, revision = self.request.POST, self.opened_revision
        if CHOOSE in post:
            key = post[CHOOSE]
            chosen = get_object_or_404(LicenceProduct, pk=key if key.isdecimal() else None)
            products.choose_from_register(
                self.object, chosen, opened_revision=revision, by=self.acting
            )
        elif BY_HAND in post:
            products.write_by_hand(self.object, opened_revision=revision, by=self.acting)
        else:
            products.clear(self.object, opened_revision=revision, by=self.acting)
        back = f"?{RETURN_TO_CHECK}=1" if RETURN_TO_CHECK in self.request.GET else ""
        return f"{self.request.path}{back}"

    def _search_page(self, problem: str = "", status: int = 200) -> HttpResponse:
        veterinary = self._veterinary
        form = FindProductForm(self.request.GET or None, veterinary=veterinary)
        text = form.cleaned_data["q"].strip() if form.is_bound and form.is_valid() else ""
        context = {
            "object": self.object,
            "section": self.section,
            "form": form,
            "searched": bool(text),
            "products": search_products(text, veterinary=veterinary) if text else [],
            "revision": self.read_section().revision,
            "problems": [(problem, "")] if problem else [],
            "return_to_check": RETURN_TO_CHECK in self.request.GET,
            "overview_url": self.overview_url(),
            **super().extra_context(),
        }
        return render(self.request, "motivations/product_search.html", context, status=status)

    # A product of the register: its facts are shown, what it lacks is asked.

    @cached_property
    def register_product(self) -> LicenceProduct | None:
        key = self.posted.get("register")
        key = key or self.read_section().answers.get("register") or ""
        return LicenceProduct.objects.filter(pk=key).first() if key.isdecimal() else None

    def typed_answers(self, form: SectionForm) -> SectionAnswers:
        """What was typed; the facts of a product from the register are the register's."""
        typed = form.raw_answers()
        if self.register_product is None:
            typed |= {"register": "", BY_HAND: "yes"}
        else:
            typed |= products.known_facts(self.register_product)
        return known_product(typed, veterinary=self._veterinary)

    @property
    def _veterinary(self) -> bool:
        return kind_of(self.object.kind).for_animals(self.answers)

    def _next_url(self) -> str:
        # What is sold in Sweden is told here before the person goes on, once.
        if _numbers(self.read_section().answers) not in ("", self.request.POST.get(WARNED)):
            return f"{self.request.get_full_path()}#{WARNING}"
        return super()._next_url()

    def show(self, form: SectionForm, **kwargs: Any) -> HttpResponse:
        if self.register_product is not None:
            _hide(form, products.known_facts(self.register_product))
        return super().show(form, **kwargs)

    def extra_context(self) -> dict[str, Any]:
        product, answers = self.register_product, self.read_section().answers
        return {
            **super().extra_context(),
            "register_product": product,
            "facts": _fact_rows(product) if product else [],
            "is_first_time": is_first_time(answers),
            "approved": ApprovedProductsField().display(answers.get(APPROVED, [])),
            "approved_numbers": _numbers(answers),
        }


def _numbers(answers: SectionAnswers) -> str:
    """Which products approved in Sweden a section holds, as one word."""
    return "-".join(product["npl_id"] for product in answers.get(APPROVED, []))


def _hide(form: SectionForm, known: SectionAnswers) -> None:
    """Show only the questions that the register leaves open."""
    if form.is_bound:
        form.errors  # noqa: B018 - judged with all its questions, before some are hidden
    hidden = set(known)
    if "approved_elsewhere" in known:
        hidden.add("not_approved_comment")
        form.conditional = {}  # type: ignore[misc]
    for name in hidden:
        form.fields[name].widget = forms.HiddenInput()


def _fact_rows(product: LicenceProduct) -> list[Row]:
    facts: list[tuple[Text, str]] = [
        (_("Läkemedlets namn"), product.name),
        (_("Aktiv substans"), product.substances_text),
        (_("Läkemedelsform"), product.form),
        (_("Styrka"), product.strength),
        (_("Innehavare av godkännandet"), product.mah),
        (_("Godkännandeland"), product.country_display),
        (_("Godkännandenummer"), product.approval_number),
        (_("ATC-kod"), product.atc),
        (
            _("Godkännandet"),
            status_tag(product.status_member) if product.status_member.is_restrictive else "",
        ),
    ]
    return [Row(key, value) for key, value in facts if value]
