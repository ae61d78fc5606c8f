"""Forms about notices."""

from django import forms
from django.utils.translation import gettext_lazy as _

from klas.forms import KlasForm, Look
from notifications.enums import NoticeGroup


class MailForm(KlasForm):
    """Which groups of notices a person wants e-mail about; none is an answer too."""

    groups = forms.TypedMultipleChoiceField(
        label=_("Vad vill du få e-post om?"),
        choices=NoticeGroup.choices,
        coerce=NoticeGroup,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    looks = {
        "groups": Look(
            optional=False,
            hints={
                NoticeGroup.DRAFTS: _(
                    "När en kollega är klar med ett utkast eller en bilaga stoppas."
                ),
                NoticeGroup.SUPPLEMENTS: _("När Läkemedelsverket frågar dig om något."),
                NoticeGroup.CASES: _(
                    "När ett apotek har ansökt, inget apotek ansöker eller beslut är fattat."
                ),
                NoticeGroup.LICENCES: _("I god tid innan en licens upphör."),
            },
        )
    }
