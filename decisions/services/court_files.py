"""The file that goes to the court: the case's documents in one PDF, listed and numbered (FL 46 §).

Made by the worker of what is stored, for whoever decided that the decision stands: what they may
read is what goes into it. Internal notes, assessments and consultants' opinions do not.
"""

from collections.abc import Iterator
from datetime import date

from django.utils import timezone

from accounts.models import Assignment
from applications.models import ApplicationReceipt
from applications.services import documents as quality_documents
from applications.services import supplements as pharmacys
from decisions.appealed import Appealed
from decisions.enums import AppealMatter, LetterStatus, Recipient
from decisions.letters import court_file
from decisions.models import Appeal, AppealFile, Case, Communication, Letter
from decisions.services import appeal_documents
from klas.documents import Drawn, RenderedDocument, issue_waiting
from klas.pdf import RenderedPdf, render
from klas.pdf_file import Part, as_pdf, bound, count_pages
from motivations.enums import Audience, ScanState
from motivations.models import MotivationDocument
from motivations.models.stored import StoredFile
from motivations.services import attachments, opening
from motivations.services import supplements as prescribers


class NotReady(RuntimeError):
    """A document that belongs in the file has not been made, or checked, yet."""


def issue(*, limit: int | None = None) -> int:
    """Put together the files that are waiting; returns how many."""
    maker = _Maker()
    return issue_waiting(AppealFile, draw=maker.draw, keep=maker.keep, limit=limit)


class _Maker:
    """Draws the list of contents of one file after the other, and binds the parts behind it."""

    parts: list[Part]

    def draw(self, file: AppealFile) -> Drawn:
        appeal = Appeal.objects.select_related(
            "case__application__motivation",
            "case__application__version",
            "case__application__pharmacy",
            "case__application__product",
            "decision__decided_by__user",
            "revocation__licence",
            "rejection",
            "settled_by__user",
        ).get(pk=file.appeal_id)
        self.parts = list(_parts(appeal))
        html = court_file.contents(appeal, self.parts, cover=1, at=file.ordered_at)
        cover = count_pages(render(html).content)
        if cover > 1:
            html = court_file.contents(appeal, self.parts, cover=cover, at=file.ordered_at)
        return Drawn(html)

    def keep(self, file: AppealFile, rendered: RenderedPdf) -> None:
        dnr = Case.objects.get(appeals=file.appeal_id).dnr
        cover = Part(title="Innehåll", on=timezone.localdate(file.ordered_at), pdf=rendered.content)
        RenderedDocument.keep(file, bound([cover, *self.parts], name=dnr))


def _parts(appeal: Appeal) -> Iterator[Part]:
    case, application = appeal.case, appeal.case.application
    by = appeal.settled_by
    assert by is not None  # noqa: S101 - ordered when it was settled
    letters = list(
        Letter.objects.filter(case=case)
        .exclude(status=LetterStatus.CANCELLED)
        .defer(None)
        .order_by("ordered_at", "pk")
    )
    of_decision = [letter for letter in letters if letter.decision_id == appeal.decision_id]
    of_pharmacy = [one for one in of_decision if one.recipient == Recipient.PHARMACY]
    appealed = Appealed.by(appeal)
    if appealed.matter != AppealMatter.DECISION:
        named = (appealed.about, appealed.letter_reason)
        first = next(one for one in letters if (one.about, one.reason) == named)
        yield _rendered(first, "Det överklagade beslutet", appealed.title)
        letters.remove(first)
    for letter in of_pharmacy:
        yield _rendered(letter, "Beslutet", letter.get_reason_display())
    versions = MotivationDocument.objects.filter(
        version__motivation=application.motivation,
        version__created_at__lte=appeal.decision.decided_at,
        audience=Audience.FULL,
    )
    for written in versions.defer(None).select_related("version").order_by("version__number"):
        title = f"Licensmotivering, version {written.version.number}"
        yield _rendered(written, title, application.motivation.reference or "")
    attached = attachments.readable_by(application.motivation, by)
    # Those sent in a later case on the same motivation are no part of this one.
    attached = attached.filter(version__created_at__lte=appeal.decision.decided_at)
    for file in attached.order_by("uploaded_at", "pk"):
        yield from _uploaded(file, "Bilaga till licensmotiveringen", by=by)
    receipt = ApplicationReceipt.objects.defer(None).get(application=application)
    yield _rendered(receipt, "Ansökan", application.pharmacy.name)
    for document in quality_documents.readable_by(application, by).order_by("uploaded_at", "pk"):
        yield from _uploaded(document, "Bilaga till ansökan", by=by)
    yield from _asked(appeal, by=by)
    for sent in Communication.objects.filter(case=case).order_by("pk"):
        html = court_file.communication(appeal, sent)
        yield _made(html, "Kommunicering före beslut", timezone.localdate(sent.sent_at))
    for letter in letters:
        if letter not in of_pharmacy:
            to = letter.get_recipient_display().lower()
            yield _rendered(letter, f"Brev till {to}", letter.get_reason_display())
    # The one that was rejected comes before the appeal of its rejection.
    for one in (appeal.rejection, appeal):
        if one is not None:
            yield from _lodged(one, by=by)
    assert appeal.settled_at is not None  # noqa: S101
    yield _made(
        court_file.reconsideration(appeal), "Omprövning", timezone.localdate(appeal.settled_at)
    )


def _asked(appeal: Appeal, *, by: Assignment) -> Iterator[Part]:
    """The questions that were put in the case, with their answers."""
    case, application = appeal.case, appeal.case.application
    for asked, requests in (
        ("apoteket", pharmacys.requests_of(application, by=by)),
        ("förskrivaren", prescribers.requests_of(application.motivation, by=by)),
    ):
        for request in requests:
            if request.asked_at >= case.registered_at:
                html = court_file.supplement(appeal, request, asked=asked)
                yield _made(
                    html,
                    f"Komplettering {request.number} från {asked}",
                    timezone.localdate(request.asked_at),
                )


def _lodged(appeal: Appeal, *, by: Assignment) -> Iterator[Part]:
    """An appeal as it came in, with its files."""
    assert appeal.received_on is not None  # noqa: S101
    yield _made(court_file.lodged(appeal), f"Överklagande {appeal.number}", appeal.received_on)
    for attached in appeal_documents.readable_by(appeal, by).order_by("uploaded_at", "pk"):
        yield from _uploaded(attached, "Bilaga till överklagandet", by=by)


def _rendered(document: RenderedDocument, title: str, details: str) -> Part:
    if document.issued_at is None or document.pdf is None:
        raise NotReady(title)
    on = timezone.localdate(document.ordered_at)
    return Part(title=title, details=details, on=on, pdf=bytes(document.pdf))


def _uploaded(file: StoredFile, title: str, *, by: Assignment) -> Iterator[Part]:
    """A file that somebody attached; one that was stopped is not there."""
    if file.scan == ScanState.PENDING:
        raise NotReady(title)
    if not file.is_clean:
        return
    content = opening.open_file(file, by).getvalue()
    details = f"{file.get_kind_display()}: {file.name}"  # type: ignore[attr-defined]
    on = timezone.localdate(file.uploaded_at)
    yield Part(title=title, details=details, on=on, pdf=as_pdf(content, file.content_type))


def _made(html: str, title: str, on: date) -> Part:
    return Part(title=title, on=on, pdf=render(html).content)
