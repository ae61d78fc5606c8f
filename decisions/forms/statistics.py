"""What statistics to show (GET)."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from decisions.models import CountedProduct
from decisions.statistics import words
from decisions.statistics.questions import Group, Measure, Selection
from klas.formats import normalise_atc
from klas.forms import KlasForm, Look
from motivations.enums import LicenceKind


class StatisticsForm(KlasForm):
    """Measure, period, division and filters; what is left out has its usual value.

    Args:
        months: the first days of the months that can be chosen, oldest first.
        usual: the period shown when none is chosen.
        regions: the regions that can be chosen.
    """

    mark_optional = False
    looks: ClassVar = {"atc": Look(width=10)}

    matt = forms.ChoiceField(choices=Measure.choices, required=False, widget=forms.HiddenInput)
    dela = forms.ChoiceField(label=gettext_lazy("Dela upp på"), required=False, choices=Group)
    first = forms.ChoiceField(label=gettext_lazy("Från och med"), required=False)
    last = forms.ChoiceField(label=gettext_lazy("Till och med"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Slag"),
        required=False,
        choices=[("", gettext_lazy("Alla")), *LicenceKind.choices],
    )
    region = forms.ChoiceField(label=gettext_lazy("Region"), required=False)
    atc = forms.CharField(
        label=gettext_lazy("ATC-kod"),
        required=False,
        max_length=10,
        help_text=gettext_lazy("Hela koden eller början av den, till exempel N03"),
    )
    product = forms.ModelChoiceField(
        queryset=CountedProduct.objects.all(), required=False, widget=forms.HiddenInput
    )

    def __init__(
        self,
        *args: Any,
        months: list[date],
        usual: tuple[date, date],
        regions: list[str],
        **kw: Any,
    ) -> None:
        super().__init__(*args, **kw)
        self.usual = usual
        choices = [(f"{month:%Y-%m}", words.month_name(month)) for month in reversed(months)]
        field: Any
        for field in (self.fields["first"], self.fields["last"]):
            field.choices = choices
        field = self.fields["region"]
        field.choices = [
            ("", _("Alla")),
            *((region, words.region_name(region)) for region in regions),
        ]

    def clean_atc(self) -> str:
        code: str = self.cleaned_data["atc"].strip()
        return normalise_atc(code) if code else ""

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.errors:
            return self.cleaned_data
        selection = self._selection()
        if selection.last < selection.first:
            self.add_error("last", _("Slutmånaden ligger före startmånaden. Välj en senare månad."))
        elif not selection.can_be_answered:
            self.add_error(
                "dela",
                ValidationError(
                    _(
                        "Så fint går det inte att dela upp med de filtren. Ta bort filtret på slag "
                        "eller region, eller välj en grövre ATC-nivå."
                    )
                ),
            )
        return self.cleaned_data

    @property
    def selection(self) -> Selection:
        """What is asked; while something is wrong, the usual question with the measure chosen."""
        if self.is_valid():
            return self._selection()
        first, last = self.usual
        measure = Measure(self.cleaned_data.get("matt") or Measure.ARRIVED)
        return Selection(measure, Group.MONTH, first, last)

    def _selection(self) -> Selection:
        data = self.cleaned_data
        return Selection(
            measure=Measure(data["matt"] or Measure.ARRIVED),
            group=Group(data["dela"] or Group.MONTH),
            first=_month(data["first"]) or self.usual[0],
            last=_month(data["last"]) or self.usual[1],
            kind=data["kind"],
            region=data["region"],
            atc="" if data["product"] else data["atc"],
            product=data["product"],
        )


def _month(text: str) -> date | None:
    return date.fromisoformat(f"{text}-01") if text else None
