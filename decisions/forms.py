"""Forms of the agency's pages."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment
from decisions.enums import Conclusion, Hearing
from decisions.models import Assessment, Case, Decision, Letter
from decisions.rules import latest_valid_to
from decisions.services.cases import AssessmentFacts
from decisions.services.deciding import DecisionFacts
from klas import clock
from klas.fields import NoPersonalNumberField
from klas.forms import KlasForm, Look
from klas.policy import policy
from klas.rows import RowsField
from klas.working_days import add_working_days
from motivations.enums import LicenceKind, Outcome, QuantityUnit, Urgency


class ActForm(KlasForm):
    """A button without fields; carries what a service answers when it refuses."""

    @classmethod
    def refused(cls, error: Exception) -> "ActForm":
        """The form with a refusal in its summary."""
        form = cls({})
        form.add_error(None, str(error))
        return form


class QueueFilter(KlasForm):
    """What of the queue to show (GET)."""

    mark_optional = False
    looks: ClassVar = {"first_time": Look(small=True)}

    flik = forms.CharField(required=False, widget=forms.HiddenInput)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)
    # The text stands in the address, where a personnummer must never be.
    q = NoPersonalNumberField(
        label=_("Läkemedel eller diarienummer"), required=False, max_length=100
    )
    kind = forms.ChoiceField(
        label=_("Slag"), required=False, choices=[("", _("Alla")), *LicenceKind.choices]
    )
    urgency = forms.ChoiceField(
        label=_("Angelägenhet"), required=False, choices=[("", _("Alla")), *Urgency.choices]
    )
    assignee = forms.ChoiceField(label=_("Handläggare"), required=False)
    first_time = forms.BooleanField(label=_("Första gången på licens"), required=False)

    def __init__(self, *args: Any, officers: list[Assignment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].choices = [  # type: ignore[attr-defined]
            ("", _("Alla")),
            *((str(officer.pk), officer.user.name) for officer in officers),
        ]


class NoteForm(KlasForm):
    """An internal note (FL 27 §)."""

    text = forms.CharField(
        label=_("Ny anteckning"),
        widget=forms.Textarea,
        max_length=4000,
        help_text=_("Syns bara inom Läkemedelsverket. Den går inte att ändra efteråt."),
        error_messages={"required": _("Skriv anteckningen innan du sparar den")},
    )
    looks: ClassVar = {"text": Look(rows=3)}


class SupplementRequestForm(KlasForm):
    """Questions to the prescriber, and the last day to answer."""

    questions = RowsField(
        label=_("Frågor till förskrivaren"),
        columns={
            "question": forms.CharField(
                label=_("Vad behöver du veta?"), widget=forms.Textarea, max_length=2000
            )
        },
        looks={"question": Look(rows=3, size="")},
        row_label=_("Fråga"),
        add_label=_("Lägg till en fråga"),
        max_rows=10,
        help_text=_(
            "Förskrivaren läser frågorna i KLAS och i ett brev. Apoteket ser att du har frågat, "
            "inte vad."
        ),
    )
    due_on = forms.DateField(label=_("Svar senast"))

    looks: ClassVar = {"due_on": Look(width=10)}

    @classmethod
    def fresh(cls) -> "SupplementRequestForm":
        """A form with the usual last day."""
        usual = add_working_days(clock.today(), policy.supplement_working_days)
        return cls(initial={"due_on": usual})

    def clean_due_on(self) -> date:
        day: date = self.cleaned_data["due_on"]
        if day <= clock.today():
            raise ValidationError(_("Sista dagen att svara ska ligga framåt i tiden."))
        return day


class AssessmentForm(KlasForm):
    """The three requirements and the weighing; may be saved unfinished (domain §6)."""

    need = forms.ChoiceField(
        label=_("Är behovet styrkt?"),
        choices=Conclusion.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Godkända läkemedel räcker inte till för patienten."),
    )
    need_text = forms.CharField(label=_("Bedömning av behovet"), widget=forms.Textarea)
    ground = forms.ChoiceField(
        label=_("Finns vetenskaplig grund?"),
        choices=Conclusion.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Studier, riktlinjer eller beprövad erfarenhet ger stöd för behandlingen."),
    )
    ground_text = forms.CharField(
        label=_("Bedömning av den vetenskapliga grunden"), widget=forms.Textarea
    )
    manufacture = forms.ChoiceField(
        label=_("Är tillverkningen dokumenterad?"),
        choices=Conclusion.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Dokument visar tillverkning enligt EU:s regler (GMP)."),
    )
    manufacture_text = forms.CharField(
        label=_("Bedömning av tillverkningen"), widget=forms.Textarea
    )
    benefit_risk = forms.CharField(
        label=_("Nytta mot risk"),
        widget=forms.Textarea,
        help_text=_("Din samlade bedömning av nyttan mot riskerna för patienten."),
    )

    REQUIREMENTS: ClassVar = ("need", "ground", "manufacture")
    TEXTS: ClassVar = ("need_text", "ground_text", "manufacture_text", "benefit_risk")
    looks: ClassVar = {
        "need": Look(size="m", optional=False),
        "ground": Look(size="m", optional=False),
        "manufacture": Look(size="m", optional=False),
        "need_text": Look(rows=3, optional=False),
        "ground_text": Look(rows=3, optional=False),
        "manufacture_text": Look(rows=3, optional=False),
        "benefit_risk": Look(size="m", rows=4, optional=False),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.TEXTS:
            self.fields[name].required = False

    @classmethod
    def showing(cls, assessment: Assessment) -> "AssessmentForm":
        """The form with what has been saved."""
        return cls(initial={name: getattr(assessment, name) for name in cls.base_fields})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in self.REQUIREMENTS:
            if cleaned.get(name) == Conclusion.NOT_SHOWN and not cleaned.get(f"{name}_text"):
                self.add_error(f"{name}_text", _("Skriv vad som saknas när kravet inte är styrkt"))
        return cleaned

    def facts(self) -> AssessmentFacts:
        """What was concluded; the form must be valid."""
        return AssessmentFacts(**{name: self.cleaned_data[name] or "" for name in self.fields})


OUTCOMES = [
    (outcome.value, outcome.label)
    for outcome in (Outcome.GRANTED, Outcome.GRANTED_WITH_RESERVATION, Outcome.REJECTED)
]
GRANTING = (Outcome.GRANTED, Outcome.GRANTED_WITH_RESERVATION)


class DecisionForm(KlasForm):
    """A decision: what is decided, why, and for how much and how long (FL 25, 32 §§, domain §6)."""

    outcome = forms.ChoiceField(
        label=_("Vad beslutar du?"), choices=OUTCOMES, widget=forms.RadioSelect
    )
    reservation = forms.CharField(
        label=_("Vilket förbehåll gäller?"), widget=forms.Textarea, max_length=2000, required=False
    )
    hearing = forms.ChoiceField(
        label=_("Har apoteket fått del av det som talar emot?"),
        choices=Hearing.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Krävs innan ansökan avslås (25 § förvaltningslagen)."),
    )
    hearing_text = forms.CharField(
        label=_("Hur och när, eller skälet för undantag"),
        widget=forms.Textarea,
        max_length=2000,
        required=False,
    )
    quantity = forms.DecimalField(label=_("Mängd"), max_digits=12, decimal_places=3, required=False)
    unit = forms.ChoiceField(
        label=_("Enhet"), choices=[("", _("Välj enhet")), *QuantityUnit.choices], required=False
    )
    valid_from = forms.DateField(label=_("Gäller från och med"), required=False)
    valid_to = forms.DateField(label=_("Gäller till och med"), required=False)
    conditions = forms.CharField(
        label=_("Villkor"),
        widget=forms.Textarea,
        max_length=4000,
        required=False,
        help_text=_("Till exempel uppföljning. Står i beslutet."),
    )
    reasons = forms.CharField(
        label=_("Skäl för beslutet"),
        widget=forms.Textarea,
        max_length=8000,
        required=False,
        help_text=_("Krävs vid avslag och förbehåll. Skriv så att apoteket förstår varför."),
    )
    provisions = forms.CharField(
        label=_("Bestämmelser"),
        max_length=500,
        required=False,
        help_text=_("Krävs vid avslag och förbehåll. Till exempel HSLF-FS 2018:25 5 §."),
    )
    special_information = forms.CharField(
        label=_("Särskild information till förskrivaren"),
        widget=forms.Textarea,
        max_length=4000,
        required=False,
        help_text=_("Fyller du i den får förskrivaren ett brev."),
    )
    precedent_note = NoPersonalNumberField(
        label=_("Praxisnotering"),
        widget=forms.Textarea,
        max_length=2000,
        required=False,
        help_text=_(
            "Kort och utan uppgifter om patienten. Hjälper den som får ett liknande ärende."
        ),
    )

    conditional: ClassVar = {
        "outcome": {
            Outcome.GRANTED_WITH_RESERVATION.value: ("reservation",),
            Outcome.REJECTED.value: ("hearing", "hearing_text"),
        }
    }
    looks: ClassVar = {
        "outcome": Look(size="m"),
        "reservation": Look(rows=3, optional=False),
        "hearing": Look(optional=False),
        "hearing_text": Look(rows=3, optional=False),
        "quantity": Look(width=10, optional=False),
        "unit": Look(optional=False),
        "valid_from": Look(width=10, optional=False),
        "valid_to": Look(width=10, optional=False),
        "conditions": Look(rows=3),
        "reasons": Look(rows=6, optional=False),
        "provisions": Look(optional=False),
        "special_information": Look(rows=3),
        "precedent_note": Look(rows=3),
    }

    @classmethod
    def for_case(cls, case: Case, *, earlier: Decision | None) -> "DecisionForm":
        """A new decision, filled in with what was applied for.

        Args:
            earlier: a proposal that was sent back, which it then starts from.
        """
        application, start = case.application, clock.today()
        months = application.months or policy.longest_treatment_months
        initial: dict[str, Any] = {
            "quantity": application.quantity,
            "unit": application.unit,
            "valid_from": start,
            "valid_to": _end_of(start, months=months),
        }
        if earlier is not None:
            proposed = {name: getattr(earlier, name) for name in cls.base_fields}
            initial |= {name: value for name, value in proposed.items() if value}
        if initial["quantity"] is not None:
            initial["quantity"] = format(initial["quantity"].normalize(), "f")
        return cls(initial=initial)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        outcome = cleaned.get("outcome")
        if not outcome:
            return cleaned
        if outcome in GRANTING:
            self._demand_licence()
        else:
            self._empty(quantity=None, unit="", valid_from=None, valid_to=None, conditions="")
        if outcome == Outcome.GRANTED_WITH_RESERVATION:
            self.demand("reservation", _("Skriv vilket förbehåll som gäller"))
        else:
            self._empty(reservation="")
        if outcome != Outcome.GRANTED:
            self.demand("reasons", _("Skriv skälen. De krävs när beslutet går emot apoteket."))
            self.demand(
                "provisions", _("Skriv bestämmelserna. De krävs när beslutet går emot apoteket.")
            )
        if outcome == Outcome.REJECTED:
            self._demand_hearing()
        else:
            self._empty(hearing="", hearing_text="")
        return cleaned

    def facts(self) -> DecisionFacts:
        """What is to be decided; the form must be valid."""
        return DecisionFacts(**{name: self.cleaned_data[name] for name in self.fields})

    def _demand_licence(self) -> None:
        self.demand("quantity", _("Skriv hur stor mängd licensen gäller"))
        self.demand("unit", _("Välj vilken enhet mängden räknas i"))
        self.demand("valid_from", _("Skriv den första dagen som licensen gäller"))
        self.demand("valid_to", _("Skriv den sista dagen som licensen gäller"))
        quantity: Decimal | None = self.cleaned_data.get("quantity")
        if quantity is not None and quantity <= 0:
            self.add_error("quantity", _("Mängden måste vara större än noll"))
        start, end = self.cleaned_data.get("valid_from"), self.cleaned_data.get("valid_to")
        if not start or not end:
            return
        latest = latest_valid_to(start)
        if end <= start:
            self.add_error("valid_to", _("Sista dagen måste vara efter den första dagen"))
        elif end < clock.today():
            self.add_error("valid_to", _("Sista dagen har redan varit. Kontrollera årtalet."))
        elif end > latest:
            self.add_error(
                "valid_to",
                ValidationError(
                    _("En licens gäller i högst %(days)s dagar. Sista dagen kan vara %(last)s."),
                    params={"days": policy.longest_licence_days, "last": latest.isoformat()},
                ),
            )

    def _demand_hearing(self) -> None:
        self.demand(
            "hearing",
            _("Välj om apoteket har fått del av det som talar emot, eller om undantag gäller"),
        )
        if self.cleaned_data.get("hearing") == Hearing.EXCEPTION:
            self.demand("hearing_text", _("Skriv skälet för att apoteket inte har fått yttra sig"))

    def _empty(self, **values: Any) -> None:
        """Clean away what belongs to another outcome, right or wrong."""
        for name, value in values.items():
            self.errors.pop(name, None)
            self.cleaned_data[name] = value


def _end_of(start: date, *, months: int) -> date:
    """The day before the same day so many months on, at most the longest licence."""
    year, month = divmod(start.month - 1 + months, 12)
    for day in range(start.day, 0, -1):
        try:
            end = date(start.year + year, month + 1, day)
        except ValueError:
            continue
        break
    return min(end - timedelta(days=1), latest_valid_to(start))


class SendBackForm(KlasForm):
    """Why a proposal goes back to the one who made it."""

    reason = forms.CharField(
        label=_("Vad behöver ändras?"),
        widget=forms.Textarea,
        max_length=2000,
        error_messages={"required": _("Skriv vad som behöver ändras")},
    )
    looks: ClassVar = {"reason": Look(rows=3)}


class LetterFilter(KlasForm):
    """Which letters to show (GET)."""

    mark_optional = False
    flik = forms.CharField(required=False, widget=forms.HiddenInput)
    dnr = NoPersonalNumberField(label=_("Diarienummer"), required=False, max_length=30)


class PostedForm(KlasForm):
    """Which letters were posted, and when."""

    letters = forms.ModelMultipleChoiceField(
        label=_("Brev"),
        queryset=Letter.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Välj minst ett brev"),
            "invalid_choice": _("Ett av breven är redan markerat som postat. Välj om."),
        },
    )
    posted_on = forms.DateField(
        label=_("Dag då breven postades"),
        error_messages={"required": _("Skriv dagen då breven postades")},
    )
    looks: ClassVar = {"posted_on": Look(width=10)}

    def __init__(self, *args: Any, letters: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["letters"].queryset = letters  # type: ignore[attr-defined]

    def clean_posted_on(self) -> date:
        day: date = self.cleaned_data["posted_on"]
        if day > clock.today():
            raise ValidationError(
                _("Datumet ligger i framtiden. Skriv dagen då breven lämnades till posten.")
            )
        return day
