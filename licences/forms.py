"""Forms of the pages of licences in use."""

import re
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from decisions.models import Licence
from klas import clock
from klas.errors import Refused
from klas.fields import NoPersonalNumberField
from klas.forms import KlasForm, Look
from klas.presentation import swedish_date
from klas.series import normalise_licence
from licences.enums import FindPurpose
from licences.fields import BatchField, ExpiryField
from licences.gs1 import PackCode, read_pack_code
from licences.services.dispensing import Withdrawal
from licences.services.packs import Comparison, Match, compare
from motivations.kinds import Route, Unit

_NO_SUGGESTIONS = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}


class FindForm(KlasForm):
    """Find a licence: a number, and why (POST; the purpose is kept in the access log)."""

    number = forms.CharField(
        label=_("Licensnummer, diarienummer eller referensnummer"),
        max_length=40,
        help_text=_(
            "Till exempel L-2026-000123, 5.8.1-2026-000123 eller numret på patientens lapp, "
            "KL-2026-004217-B. Bindestreck och mellanslag spelar ingen roll."
        ),
        widget=forms.TextInput(attrs=_NO_SUGGESTIONS),
    )
    purpose = forms.ChoiceField(
        label=_("Varför söker du?"),
        choices=FindPurpose.choices,
        widget=forms.RadioSelect,
        help_text=_("Sökningen och skälet sparas i åtkomstloggen."),
        error_messages={"required": _("Välj varför du söker")},
    )
    looks: ClassVar = {"number": Look(width=20)}


class OwnFilter(KlasForm):
    """Narrow the list of own licences (GET)."""

    mark_optional = False
    looks: ClassVar = {"q": Look(width="one-half")}

    # The text stands in the address, where a personnummer must never be.
    q = NoPersonalNumberField(
        label=_("Sök i listan"),
        required=False,
        max_length=100,
        help_text=_("Läkemedel eller licensnummer."),
        error_messages={
            "personal_number": _(
                "Här går det inte att söka på personnummer. Ta bort det och skriv läkemedel eller "
                "licensnummer."
            )
        },
        widget=forms.TextInput(attrs=_NO_SUGGESTIONS),
    )
    tab = forms.CharField(required=False, widget=forms.HiddenInput)


class DispenseForm(KlasForm):
    """What was handed out. The code fills in batch, expiry, GTIN and serial number."""

    code = forms.CharField(
        label=_("Förpackningens kod"),
        required=False,
        max_length=300,
        help_text=_(
            "Skanna den fyrkantiga koden här, så fylls batch och utgångsdatum i. Du kan också "
            "skriva det som står bredvid koden, eller hoppa över och fylla i nedan."
        ),
        widget=forms.TextInput(attrs=_NO_SUGGESTIONS),
    )
    pack = forms.CharField(
        label=_("Förpackning"), max_length=120, help_text=_("Till exempel 100 tabletter, burk.")
    )
    packs = forms.IntegerField(label=_("Antal förpackningar"), min_value=1, max_value=100_000)
    quantity = forms.DecimalField(label=_("Utlämnad mängd"), max_digits=12, decimal_places=3)
    batch = BatchField(label=_("Batch"), widget=forms.TextInput(attrs=_NO_SUGGESTIONS))
    expires_on = ExpiryField(
        label=_("Utgångsdatum"),
        help_text=_(
            "ÅÅÅÅ-MM-DD, eller ÅÅÅÅ-MM om bara månaden står: då räknas månadens sista dag."
        ),
    )
    gtin = forms.CharField(
        label=_("Produktnummer (GTIN)"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={**_NO_SUGGESTIONS, "inputmode": "numeric"}),
    )
    serial = forms.CharField(
        label=_("Serienummer"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs=_NO_SUGGESTIONS),
    )
    product_checked = forms.BooleanField(
        label=_("Jag har jämfört: förpackningen är licensens läkemedel, inget utbytbart"),
        required=False,
    )
    route = forms.ChoiceField(label=_("På vad lämnades det ut?"), widget=forms.RadioSelect)
    care_unit = forms.ChoiceField(
        label=_("Vilken vårdenhet rekvirerade?"), required=False, widget=forms.RadioSelect
    )
    order_id = NoPersonalNumberField(
        label=_("Receptets eller rekvisitionens nummer"),
        max_length=40,
        widget=forms.TextInput(attrs=_NO_SUGGESTIONS),
    )
    on = forms.DateField(label=_("Vilken dag lämnades läkemedlet ut?"))
    time = forms.TimeField(
        label=_("Vilket klockslag?"),
        input_formats=["%H:%M", "%H.%M", "%H%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"autocomplete": "off"}),
        error_messages={"invalid": _("Skriv klockslaget som 09:41")},
    )

    was_scanned = False
    looks: ClassVar = {
        "on": Look(width=10),
        "time": Look(width=5),
        "order_id": Look(width=20),
        "pack": Look(width="two-thirds"),
        "packs": Look(width=4),
        "batch": Look(width=20),
        "expires_on": Look(width=10),
        "gtin": Look(width=20),
        "serial": Look(width=20),
    }

    def __init__(
        self,
        *args: Any,
        licence: Licence,
        routes: tuple[Route, ...],
        units: tuple[Unit, ...],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.licence = licence
        self.looks = {  # type: ignore[misc]  # this form's own
            **self.looks,
            "quantity": Look(width=10, suffix=licence.get_unit_display()),
        }
        self.only_route = routes[0] if len(routes) == 1 else None
        if self.only_route:
            del self.fields["route"]
        else:
            self.fields["route"].choices = [  # type: ignore[attr-defined]
                (route.value, route.label) for route in routes
            ]
            self.conditional = {  # type: ignore[misc]
                "route": {Route.REQUISITION.value: ("care_unit",)}
            }
        if units and Route.REQUISITION in routes:
            self.fields["care_unit"].choices = [  # type: ignore[attr-defined]
                (unit.hsa_id, f"{unit.name} ({unit.hsa_id})") for unit in units
            ]
            self.demanded = {"care_unit": _("Välj vårdenheten som rekvirerade")}  # type: ignore[misc]
        else:
            del self.fields["care_unit"]
            self.conditional = {}  # type: ignore[misc]

    @classmethod
    def fresh(cls, **about: Any) -> "DispenseForm":
        """An empty form, for something handed out now."""
        now = timezone.localtime(clock.now())
        return cls(initial={"on": now.date(), "time": now.strftime("%H:%M"), "packs": 1}, **about)

    @classmethod
    def scanned(cls, data: QueryDict, **about: Any) -> "DispenseForm":
        """The form as it was typed, filled in with what its code says; complains of a code that
        cannot be read, is of another product, or has expired."""
        try:
            code = read_pack_code(data.get("code", ""))
        except Refused as error:
            return cls._complaining(data, str(error), **about)
        filled = data.copy()
        for name, value in _filling(code).items():
            filled[name] = value
        licence: Licence = about["licence"]
        comparison = compare(licence.product, code.gtin)
        if comparison.match == Match.OTHER:
            return cls._complaining(filled, comparison.text, **about)
        if code.expires_on and code.expires_on < clock.today():
            words = _("Förpackningen gick ut %(day)s. Ta en annan förpackning.")
            expired = str(words) % {"day": swedish_date(code.expires_on)}
            return cls._complaining(filled, expired, **about)
        if comparison.pack and not filled.get("pack"):
            filled["pack"] = comparison.pack[:120]
        filled["code"] = ""
        form = cls.again(filled, **about)
        form.was_scanned = True
        return form

    @classmethod
    def again(cls, data: QueryDict, **about: Any) -> "DispenseForm":
        """The form as it was typed, not yet judged."""
        return cls(initial={name: data.get(name, "") for name in cls.base_fields}, **about)

    @classmethod
    def _complaining(cls, data: QueryDict, message: str, **about: Any) -> "DispenseForm":
        """The form with an error at its code only: the rest has not been sent in yet."""
        form = cls(data, **about)
        form.errors.clear()
        form.add_error("code", message)
        return form

    def clean_gtin(self) -> str:
        text: str = re.sub(r"[\s-]+", "", self.cleaned_data["gtin"])
        if not text:
            return ""
        try:
            gtin = read_pack_code(text).gtin if text.isdecimal() else ""
        except Refused:
            gtin = ""
        if not gtin:
            raise ValidationError(
                _("GTIN är 8, 12, 13 eller 14 siffror. Läs av siffrorna igen, eller töm fältet."),
                code="gtin",
            )
        return gtin

    @cached_property
    def comparison(self) -> Comparison:
        """What the register says of the pack's GTIN beside the licence's product."""
        gtin = self.cleaned_data.get("gtin") if self.is_bound else self.initial.get("gtin")
        return compare(self.licence.product, gtin or "")

    @property
    def is_verified(self) -> bool:
        """Whether the code has shown that the pack is the licence's product."""
        return self.comparison.match == Match.SAME

    @property
    def has_unit_of_its_own(self) -> bool:
        """Whether the care unit is asked for at once, not only when a requisition is chosen."""
        return "care_unit" in self.fields and self.only_route is not None

    def withdrawal(self) -> Withdrawal:
        """What is to be registered; the form must be valid."""
        data = self.cleaned_data
        return Withdrawal(
            at=timezone.make_aware(datetime.combine(data["on"], data["time"])),
            route=str(self.only_route.value if self.only_route else data["route"]),
            care_unit=data.get("care_unit") or "",
            order_id=data["order_id"],
            pack=data["pack"],
            packs=data["packs"],
            quantity=data["quantity"],
            batch=data["batch"],
            expires_on=data["expires_on"],
            gtin=data["gtin"],
            serial=data["serial"],
            product_checked=data["product_checked"],
        )

    def clean_quantity(self) -> Any:
        amount = self.cleaned_data["quantity"]
        if amount <= 0:
            raise ValidationError(_("Mängden ska vara mer än noll"), code="min_value")
        return amount


def _filling(code: PackCode) -> dict[str, str]:
    """The fields that a code fills in; those it does not know are left as they are."""
    filling = {
        "gtin": code.gtin,
        "batch": code.batch,
        "expires_on": code.expires_on.isoformat() if code.expires_on else "",
        "serial": code.serial,
    }
    return {name: value for name, value in filling.items() if value}


class ReverseForm(KlasForm):
    """Why a withdrawal is taken back."""

    reason = NoPersonalNumberField(
        label=_("Varför ska uttaget rättas?"),
        widget=forms.Textarea,
        max_length=500,
        help_text=_("Till exempel: fel antal förpackningar. Skriv inget om patienten."),
        error_messages={"required": _("Skriv varför uttaget ska rättas")},
    )
    looks: ClassVar = {"reason": Look(rows=3)}


class PermissionForm(KlasForm):
    """A särskilt tillstånd."""

    number = forms.CharField(
        label=_("Licensnummer"),
        max_length=20,
        help_text=_("En generell licens, till exempel L-2026-000123."),
        widget=forms.TextInput(attrs=_NO_SUGGESTIONS),
    )
    dnr = forms.CharField(
        label=_("Tillståndets diarienummer"),
        max_length=30,
        widget=forms.TextInput(attrs=_NO_SUGGESTIONS),
    )
    valid_from = forms.DateField(label=_("Gäller från och med"))
    valid_to = forms.DateField(label=_("Gäller till och med"))
    conditions = NoPersonalNumberField(
        label=_("Villkor"),
        required=False,
        widget=forms.Textarea,
        max_length=2000,
        help_text=_("Apoteken läser villkoren när de lämnar ut. Peka inte ut någon patient."),
    )
    looks: ClassVar = {
        "number": Look(width=20),
        "dnr": Look(width=20),
        "valid_from": Look(width=10),
        "valid_to": Look(width=10),
        "conditions": Look(rows=3),
    }

    def clean_number(self) -> Licence:
        """The licence that is meant."""
        try:
            number = normalise_licence(self.cleaned_data["number"])
        except ValueError as error:
            raise ValidationError(_("Skriv licensnumret som L-2026-000123"), code="form") from error
        licence = Licence.objects.filter(number=number).first()
        if licence is None:
            raise ValidationError(
                _("Ingen licens har nummer %(number)s. Kontrollera numret."),
                code="unknown",
                params={"number": number},
            )
        return licence


class EndForm(KlasForm):
    """Why a särskilt tillstånd ends before its time."""

    reason = NoPersonalNumberField(
        label=_("Varför ska tillståndet upphöra?"),
        widget=forms.Textarea,
        max_length=500,
        error_messages={"required": _("Skriv varför tillståndet ska upphöra")},
    )
    looks: ClassVar = {"reason": Look(rows=3)}


class RecallForm(KlasForm):
    """A product and a batch (GET)."""

    mark_optional = False
    # The texts stand in the address, where a personnummer must never be.
    product = NoPersonalNumberField(
        label=_("Läkemedel"),
        max_length=200,
        help_text=_("Ord ur namn, form, styrka eller företag. Alla ord ska finnas med."),
        widget=forms.TextInput(attrs=_NO_SUGGESTIONS),
    )
    batch = BatchField(
        label=_("Batch"),
        help_text=_("Stora och små bokstäver, mellanslag och bindestreck spelar ingen roll."),
        widget=forms.TextInput(attrs=_NO_SUGGESTIONS),
    )
    looks: ClassVar = {"product": Look(width="two-thirds"), "batch": Look(width=20)}
