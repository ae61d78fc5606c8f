"""The page that a supplement has besides its kind's: the answer to the agency's questions."""

from django import forms
from django.utils.translation import gettext_lazy as _

from klas.sections import Secrecy, Section, SectionForm


class SupplementAnswerForm(SectionForm):
    """What the prescriber answers; what it changes in the motivation is changed there."""

    secrecy = Secrecy.CLINICAL

    answer = forms.CharField(
        label=_("Ditt svar"),
        widget=forms.Textarea,
        max_length=8000,
        help_text=_(
            "Svara på frågorna i ordning. Ändrar du något i motiveringen räcker det att skriva "
            "vad du har ändrat."
        ),
        error_messages={"required": _("Skriv ditt svar på frågorna")},
    )


ANSWER = Section(
    "svar",
    _("Svar på frågorna"),
    SupplementAnswerForm,
    _("Svaret läser bara du och Läkemedelsverket. Apotek ser det aldrig."),
)
