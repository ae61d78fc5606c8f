"""Questions, injunctions, and the library of questions."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from applications.enums import WaitingFor
from decisions.enums import TextPlace
from decisions.models import QuestionTextVersion
from decisions.services.question_texts import FIELDS, name_of, unknown_fields
from klas import clock
from klas.fields import NoPersonalNumberField
from klas.forms import KlasForm, Look
from klas.policy import policy
from klas.rows import RowsField, RowsWidget
from klas.working_days import add_working_days
from motivations.enums import LicenceKind

_COLUMNS: Mapping[str, forms.Field] = {
    "question": forms.CharField(
        label=_("Vad behöver du veta?"), widget=forms.Textarea, max_length=2000
    ),
    # Which of the library's texts it began as.
    "text": forms.CharField(required=False, widget=forms.HiddenInput, max_length=20),
}


class _Questions(RowsWidget):
    """A question that is emptied is gone, whatever it began as."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, Any]]:
        rows = super().value_from_datadict(data, files, name)
        return [row if str(row.get("question") or "").strip() else {} for row in rows]


class _LastDayForm(KlasForm):
    """Until when there is to be an answer."""

    due_on = forms.DateField(label=_("Svar senast"))
    looks: ClassVar = {"due_on": Look(width=10)}

    def clean_due_on(self) -> date:
        day: date = self.cleaned_data["due_on"]
        if day <= clock.today():
            raise ValidationError(_("Sista dagen att svara ska ligga framåt i tiden."))
        return day


def usual_last_day() -> date:
    """The last day to answer that is proposed."""
    return add_working_days(clock.today(), policy.supplement_working_days)


class SupplementRequestForm(_LastDayForm):
    """Questions to prescriber or pharmacy, and the last day to answer.

    Args:
        to: who is asked.
        library: the texts that can be chosen.
    """

    library = forms.ChoiceField(label=_("Färdiga frågor"), required=False)
    questions = RowsField(
        label=_("Frågor"),
        columns=_COLUMNS,
        looks={"question": Look(rows=3, size="")},
        row_label=_("Fråga"),
        add_label=_("Lägg till en fråga"),
        max_rows=10,
    )
    again = forms.IntegerField(required=False, widget=forms.HiddenInput)

    field_order = ("library", "questions", "due_on")
    looks: ClassVar = {"due_on": Look(width=10), "library": Look(optional=False)}

    _WHO: ClassVar = {
        WaitingFor.PRESCRIBER: (
            _("Frågor till förskrivaren"),
            _(
                "Förskrivaren läser frågorna i KLAS och i ett brev. Apoteket ser att du har "
                "frågat, inte vad."
            ),
        ),
        WaitingFor.PHARMACY: (
            _("Frågor till apoteket"),
            _(
                "Apoteket läser frågorna i KLAS. Skriv inget om patientens hälsa eller ur den "
                "kliniska texten, och inget personnummer. Förskrivaren ser inte frågorna."
            ),
        ),
    }

    def __init__(
        self,
        *args: Any,
        to: WaitingFor,
        library: Iterable[QuestionTextVersion] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.to = to
        questions = self.fields["questions"]
        questions.label, questions.help_text = self._WHO[to]
        questions.widget = _Questions(_COLUMNS)
        choices = [(name_of(version), version.text_of.topic) for version in library]
        if choices:
            field = self.fields["library"]
            field.choices = [("", _("Välj en fråga")), *choices]  # type: ignore[attr-defined]
        else:
            del self.fields["library"]

    def clean_questions(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.cleaned_data["questions"]
        if self.to == WaitingFor.PHARMACY:
            for row in rows:
                NoPersonalNumberField(required=False).clean(row["question"])
        return rows


class InjunctionForm(_LastDayForm):
    """What the party must see to, and until when (FL 20 §)."""

    text = NoPersonalNumberField(
        label=_("Vad saknas?"),
        widget=forms.Textarea,
        max_length=4000,
        help_text=_(
            "Apoteket läser texten. Skriv inget om patientens hälsa, inte heller vad "
            "förskrivaren har fått för frågor."
        ),
        error_messages={"required": _("Skriv vad som saknas")},
    )
    field_order = ("text", "due_on")
    looks: ClassVar = {"text": Look(rows=5), "due_on": Look(width=10)}


class QuestionWordingForm(KlasForm):
    """The wording of a text in the library."""

    text = NoPersonalNumberField(
        label=_("Text"),
        widget=forms.Textarea,
        max_length=2000,
        error_messages={"required": _("Skriv texten")},
    )
    looks: ClassVar = {"text": Look(rows=5)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = ", ".join(f"{{{name}}}" for name in FIELDS)
        self.fields["text"].help_text = _(
            "Fylls i när texten väljs: %(names)s. Sista dagen är den då svaret ska ha kommit, i "
            "ett beslut den sista som licensen gäller."
        ) % {"names": names}

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        unknown = unknown_fields(text)
        if unknown:
            raise ValidationError(
                _("{%(name)s} går inte att fylla i. Skriv något av: %(names)s."),
                params={
                    "name": unknown[0],
                    "names": ", ".join(f"{{{name}}}" for name in FIELDS),
                },
            )
        return text


class QuestionTextForm(QuestionWordingForm):
    """A new text in the library."""

    place = forms.ChoiceField(
        label=_("Var används texten?"),
        choices=TextPlace.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Välj var texten används")},
    )
    kind = forms.ChoiceField(
        label=_("Slag av licens"),
        choices=[("", _("Alla")), *LicenceKind.choices],
        required=False,
    )
    topic = forms.CharField(
        label=_("Ämne"),
        max_length=100,
        help_text=_("Det som står i listan när texten väljs, till exempel Tidigare behandling."),
        error_messages={"required": _("Skriv ämnet")},
    )
    field_order = ("place", "kind", "topic", "text")
    looks: ClassVar = {"text": Look(rows=5), "kind": Look(optional=False)}


class PreviewCaseForm(KlasForm):
    """On which case a text is shown (GET)."""

    mark_optional = False
    dnr = NoPersonalNumberField(label=_("Diarienummer"), required=False, max_length=30)
    looks: ClassVar = {"dnr": Look(width=20)}
