"""The attachments of a motivation that one writes: list, upload, download, remove."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klas.errors import Refused
from klas.forms import KlasForm, Look
from klas.once import once
from klas.policy import policy
from klas.uploads import ACCEPT, RebuiltFile, UploadRefused, rebuild
from motivations.enums import AttachmentClass, AttachmentKind
from motivations.kinds.common import PRODUCT
from motivations.models import Attachment
from motivations.services import attachments, drafts
from motivations.views.own import VisibleMotivationView, WritableMotivationView


class AttachmentForm(KlasForm):
    """One file, what it is, and who may see it."""

    file = forms.FileField(
        label=gettext_lazy("Fil"),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        error_messages={
            "empty": gettext_lazy("Filen är tom. Kontrollera att du har valt rätt fil."),
        },
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Vad är det för fil?"),
        choices=[("", gettext_lazy("Välj")), *AttachmentKind.choices],
    )
    secrecy = forms.ChoiceField(
        label=gettext_lazy("Vem får se filen?"),
        choices=AttachmentClass.choices,
        initial=AttachmentClass.CLINICAL,
        widget=forms.RadioSelect,
    )

    looks = {
        "secrecy": Look(
            hints={
                AttachmentClass.CLINICAL: gettext_lazy(
                    "Bara du och Läkemedelsverket kan öppna filen. Den är dold för apotek."
                ),
                AttachmentClass.PRODUCT: gettext_lazy(
                    "Alla apotek som öppnar motiveringen kan se filen och vad den heter."
                ),
            }
        )
    }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "PDF, JPEG eller PNG, högst %(megabytes)s MB och %(pages)s sidor. Filen får inte vara "
            "skyddad med lösenord."
        ) % {
            "megabytes": policy.attachment_max_bytes // 1_000_000,
            "pages": policy.attachment_max_pages,
        }


class AttachmentsView(WritableMotivationView):
    """All attachments; while the motivation is a draft also the form to add one."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(AttachmentForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = AttachmentForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(form, status=422)
        try:
            file = rebuild(form.cleaned_data["file"])
            return once(request, lambda: self._add(form, file))
        except UploadRefused as error:
            form.add_error("file", str(error))
            return self._page(form, status=422)
        except Refused as error:
            form.add_error(None, str(error))
            return self._page(form, status=409)

    def _add(self, form: AttachmentForm, file: RebuiltFile) -> str:
        attachments.add(
            self.motivation,
            file=file,
            kind=form.cleaned_data["kind"],
            secrecy=form.cleaned_data["secrecy"],
            by=self.acting,
        )
        messages.success(self.request, _("Filen är sparad."))
        return _list_address(self.motivation.pk)

    def _page(self, form: AttachmentForm, status: int = 200) -> HttpResponse:
        motivation = self.motivation
        product = drafts.read_section(motivation, PRODUCT).answers if motivation.is_draft else {}
        context = {
            "motivation": motivation,
            "attachments": list(attachments.readable_by(motivation, self.acting)),
            "form": form if motivation.is_draft or form.is_bound else None,
            "needs_documentation": attachments.needs_product_documentation(
                motivation, {PRODUCT: product}
            ),
        }
        return render(self.request, "motivations/attachments.html", context, status=status)


class AttachmentDownloadView(VisibleMotivationView):
    """One file, of those that the acting person may know of."""

    def get(self, request: HttpRequest, pk: int, attachment_pk: int) -> HttpResponseBase:
        readable = attachments.readable_by(self.motivation, self.acting)
        return attachments.download(get_object_or_404(readable, pk=attachment_pk), by=self.acting)


class RemoveAttachmentView(WritableMotivationView):
    """Asks before a file is taken away; POST does it. A second POST leads to the same list."""

    def get(self, request: HttpRequest, pk: int, attachment_pk: int) -> HttpResponse:
        readable = attachments.readable_by(self.motivation, self.acting)
        attachment = get_object_or_404(readable, pk=attachment_pk)
        if not self.motivation.is_draft:
            return redirect(_list_address(pk))
        return self._page(attachment)

    def post(self, request: HttpRequest, pk: int, attachment_pk: int) -> HttpResponse:
        try:
            return once(request, lambda: self._remove(attachment_pk))
        except Refused as error:
            messages.error(request, str(error))
            return redirect(_list_address(pk))

    def _remove(self, attachment_pk: int) -> str:
        # Looked up in here: the second of two clicks finds nothing, and needs nothing.
        readable = attachments.readable_by(self.motivation, self.acting)
        attachments.remove(get_object_or_404(readable, pk=attachment_pk), by=self.acting)
        messages.success(self.request, _("Filen är borttagen."))
        return _list_address(self.motivation.pk)

    def _page(self, attachment: Attachment) -> HttpResponse:
        context = {"motivation": self.motivation, "attachment": attachment}
        return render(self.request, "motivations/attachment_remove.html", context)


def _list_address(pk: int) -> str:
    return reverse("motivations:attachments", args=[pk])
