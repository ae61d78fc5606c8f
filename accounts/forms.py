"""Forms about the person."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from klas.forms import KlasFormMixin


class ProfileForm(KlasFormMixin, forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("phone", "email")
        labels = {"phone": _("Telefon"), "email": _("E-post")}
        help_texts = {
            "phone": _("Numret följer med i dina licensmotiveringar."),
            "email": _("Hit kommer besked om att något hänt. Aldrig patientuppgifter."),
        }
