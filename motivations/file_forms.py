"""The form of an upload and what is done with it, for all who take files."""

from collections.abc import Callable

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klas.errors import Refused, UploadRefused
from klas.forms import KlasForm
from klas.once import once
from klas.policy import policy
from klas.uploads import ACCEPT, RebuiltFile, rebuild
from motivations.models.stored import StoredFile


class UploadForm(KlasForm):
    """One file. A subclass says what else is asked of it."""

    file = forms.FileField(
        label=gettext_lazy("Fil"),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        error_messages={
            "empty": gettext_lazy("Filen är tom. Kontrollera att du har valt rätt fil."),
        },
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "PDF, Word (.docx), JPEG eller PNG, högst %(megabytes)s MB och %(pages)s sidor. Filen "
            "får inte vara skyddad med lösenord eller innehålla makron. Word-dokument görs om till "
            "PDF; sidhuvuden, diagram och formler följer inte med."
        ) % {
            "megabytes": policy.attachment_max_bytes // 1_000_000,
            "pages": policy.attachment_max_pages,
        }


def upload(
    request: HttpRequest, form: UploadForm, act: Callable[[RebuiltFile], str]
) -> HttpResponse | None:
    """Do once what is to be done with the file; None when the form must be shown again."""
    if not form.is_valid():
        return None
    try:
        file = rebuild(form.cleaned_data["file"])
        return once(request, lambda: act(file))
    except UploadRefused as error:
        form.add_error("file", str(error))
    except Refused as error:
        form.add_error(None, str(error))
    return None


def status_of(form: UploadForm) -> int:
    """422 when something in the form is wrong, 409 when it came at the wrong time."""
    return 409 if form.non_field_errors() else 422


def saved_words(file: StoredFile) -> str:
    """What is said when a file has been taken."""
    if file.is_clean:
        return _("Filen är sparad.")
    return _("Filen är sparad och kontrolleras. Du kan skriva vidare.")
