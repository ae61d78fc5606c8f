"""The attachments of what one writes: list, upload, replace, remove, download, look at."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from klas.access import Permission
from klas.errors import Refused
from klas.forms import Look
from klas.once import once
from klas.uploads import RebuiltFile
from motivations.enums import AttachmentClass, AttachmentKind
from motivations.file_forms import UploadForm, saved_words, status_of, upload
from motivations.file_views import DownloadView, FileView, PageView, PreviewView
from motivations.kinds.common import PRODUCT
from motivations.models import Attachment, Motivation
from motivations.permissions import is_author, may_write
from motivations.queries import visible_to
from motivations.services import attachments, drafts
from motivations.views.addresses import overview_address
from motivations.views.own import WritableMotivationView


class AttachmentForm(UploadForm):
    """One file, what it is, and who may see it."""

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


class WrittenView(WritableMotivationView):
    """A page of attachments that can still be changed."""

    def unsent(self, attachment_pk: int) -> Attachment | None:
        """An attachment that can still be replaced or removed; None when it is sent.

        Raises:
            Http404: there is no such attachment.
        """
        readable = attachments.readable_by(self.motivation, self.acting)
        attachment = get_object_or_404(readable, pk=attachment_pk)
        if not self.motivation.is_written or attachment.version_id is not None:
            return None
        return attachment


class AttachmentsView(WrittenView):
    """All attachments; while the motivation is being written also the form to add one."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(AttachmentForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = AttachmentForm(request.POST, request.FILES)
        return upload(request, form, lambda file: self._add(file, form)) or self._page(
            form, status=status_of(form)
        )

    def _add(self, file: RebuiltFile, form: AttachmentForm) -> str:
        added = attachments.add(
            self.motivation,
            file=file,
            kind=form.cleaned_data["kind"],
            secrecy=form.cleaned_data["secrecy"],
            by=self.acting,
        )
        messages.success(self.request, saved_words(added))
        return _list_address(self.motivation.pk)

    def _page(self, form: AttachmentForm, status: int = 200) -> HttpResponse:
        motivation = self.motivation
        product = drafts.read_section(motivation, PRODUCT).answers if motivation.is_written else {}
        context = {
            "motivation": motivation,
            "is_author": self.is_author,
            "overview_url": overview_address(motivation),
            "attachments": list(attachments.readable_by(motivation, self.acting)),
            "form": form if motivation.is_written or form.is_bound else None,
            "needs_documentation": attachments.needs_product_documentation(
                motivation, {PRODUCT: product}
            ),
        }
        return render(self.request, "motivations/attachments.html", context, status=status)


class ReplaceAttachmentView(WrittenView):
    """Another file in the place of one that has not been sent."""

    def get(self, request: HttpRequest, pk: int, attachment_pk: int) -> HttpResponse:
        old = self.unsent(attachment_pk)
        if old is None:
            return redirect(_list_address(pk))
        return self._page(old, AttachmentForm(initial={"kind": old.kind, "secrecy": old.secrecy}))

    def post(self, request: HttpRequest, pk: int, attachment_pk: int) -> HttpResponse:
        form = AttachmentForm(request.POST, request.FILES)

        def act(file: RebuiltFile) -> str:
            # Looked up in here: the second of two clicks finds nothing, and needs nothing.
            readable = attachments.readable_by(self.motivation, self.acting)
            replaced = attachments.replace(
                get_object_or_404(readable, pk=attachment_pk),
                file=file,
                kind=form.cleaned_data["kind"],
                secrecy=form.cleaned_data["secrecy"],
                by=self.acting,
            )
            messages.success(request, saved_words(replaced))
            return _list_address(pk)

        done = upload(request, form, act)
        if done is not None:
            return done
        old = self.unsent(attachment_pk)
        if old is None:
            for error in form.non_field_errors():
                messages.error(request, str(error))
            return redirect(_list_address(pk))
        return self._page(old, form, status=status_of(form))

    def _page(self, old: Attachment, form: AttachmentForm, status: int = 200) -> HttpResponse:
        context = {"motivation": self.motivation, "attachment": old, "form": form}
        return render(self.request, "motivations/attachment_replace.html", context, status=status)


class RemoveAttachmentView(WrittenView):
    """Asks before a file is taken away; POST does it. A second POST leads to the same list."""

    def get(self, request: HttpRequest, pk: int, attachment_pk: int) -> HttpResponse:
        attachment = self.unsent(attachment_pk)
        if attachment is None:
            return redirect(_list_address(pk))
        context = {"motivation": self.motivation, "attachment": attachment}
        return render(request, "motivations/attachment_remove.html", context)

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


class _CareFile(FileView):
    """An attachment of what the acting person writes, or of what their care unit has sent."""

    permission = Permission.WRITE_MOTIVATIONS

    def get_motivation(self) -> Motivation:
        return get_object_or_404(visible_to(self.acting), pk=self.kwargs["pk"])

    def get_back(self) -> tuple[str, str]:
        motivation = self.attachment.motivation
        if is_author(self.acting, motivation) or may_write(self.acting, motivation):
            return _list_address(motivation.pk), _("Bilagor")
        return motivation.get_absolute_url(), _("Licensmotiveringen")


class AttachmentDownloadView(_CareFile, DownloadView):
    """One file, to be saved."""


class AttachmentPreviewView(_CareFile, PreviewView):
    """One file to look at."""


class AttachmentPageView(_CareFile, PageView):
    """One page of a file, as a picture."""


def _list_address(pk: int) -> str:
    return reverse("motivations:attachments", args=[pk])
