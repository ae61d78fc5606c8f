"""Forms about the person."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from klas.forms import KlasForm, KlasFormMixin
from klas.pack import Look


class ProfileForm(KlasFormMixin, forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("phone", "email")
        labels = {"phone": _("Telefon"), "email": _("E-post")}
        help_texts = {
            "phone": _("Numret följer med i dina licensmotiveringar."),
            "email": _("Hit kommer besked om att något hänt. Aldrig patientuppgifter."),
        }


class BreakGlassForm(KlasForm):
    subject = forms.CharField(
        label=_("HSA-id"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Lösenord"),
        max_length=100,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label=_("Engångskod"),
        help_text=_("Sex siffror ur appen. Varje kod går att använda en gång."),
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    looks = {"code": Look(width=10)}
