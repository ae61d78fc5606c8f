"""Forms of a recall: what is recalled and why, and why it ends."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from klas.fields import NoPersonalNumberField
from klas.forms import KlasForm, Look
from licences.oversight import FoundProduct
from medicines.models import ExactProduct


class RecallOrderForm(KlasForm):
    """Which of the products found, and why; the batch is what was searched for."""

    products = forms.TypedMultipleChoiceField(
        label=_("Vilket läkemedel gäller indragningen?"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Välj läkemedlet som dras in")},
    )
    reason = NoPersonalNumberField(
        label=_("Varför dras batchen in?"),
        widget=forms.Textarea,
        max_length=2000,
        help_text=_("Apoteken läser det, också när de försöker lämna ut batchen."),
        error_messages={"required": _("Skriv varför batchen dras in")},
    )
    looks: ClassVar = {"reason": Look(rows=3)}

    def __init__(self, *args: Any, found: list[FoundProduct], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = {one.product.pk: one.product for one in found}
        choices: Any = self.fields["products"]
        choices.choices = [(pk, product.product_line) for pk, product in self.found.items()]
        if len(found) == 1:
            choices.initial = [found[0].product.pk]

    def clean_products(self) -> list[ExactProduct]:
        """The products that are meant."""
        chosen: list[int] = self.cleaned_data["products"]
        if any(key not in self.found for key in chosen):
            raise ValidationError(_("Sök igen och välj läkemedel"), code="unknown")
        return [self.found[key] for key in chosen]


class EndRecallForm(KlasForm):
    """Why a batch may be dispensed again."""

    reason = NoPersonalNumberField(
        label=_("Varför får batchen lämnas ut igen?"),
        widget=forms.Textarea,
        max_length=500,
        error_messages={"required": _("Skriv varför batchen får lämnas ut igen")},
    )
    looks: ClassVar = {"reason": Look(rows=3)}
