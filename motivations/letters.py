"""A submitted motivation as a document, for each of its two audiences."""

from django.template.loader import render_to_string
from django.utils import translation

from klas.pdf import document_time
from klas.summary import Row
from motivations import presentation, reading
from motivations.enums import AttachmentClass, Audience
from motivations.kinds import kind_of
from motivations.models import MotivationDocument
from motivations.presentation import SectionRows, Text


def motivation_html(document: MotivationDocument) -> str:
    """A version's document as HTML for `klas.pdf.render`; always in Swedish.

    For the audience PHARMACY the clinical text is not read from the database, and clinical
    attachments are not named (domain §7).
    """
    version = document.version
    motivation = version.motivation
    whole = document.audience == Audience.FULL
    kind = kind_of(motivation.kind)
    answers = reading.for_document(version, clinical=whole)
    attachments = motivation.attachments.filter(version__number__lte=version.number)
    if not whole:
        attachments = attachments.filter(secrecy=AttachmentClass.PRODUCT)
    with translation.override("sv"):
        return render_to_string(
            "letters/motivation.html",
            {
                "created": document_time(document.ordered_at),
                "motivation": motivation,
                "version": version,
                "kind": kind,
                "whole": whole,
                "renewal": presentation.renewal_rows(motivation, whole=whole),
                "sections": _answered(presentation.section_rows(kind, answers)),
                "prescriber": presentation.prescriber_rows(version.prescriber),
                "attachments": [
                    Row(attachment.get_kind_display(), attachment.name)
                    for attachment in attachments
                ],
            },
        )


def _answered(sections: list[SectionRows]) -> list[tuple[Text, list[Row]]]:
    """Titles and rows, without what nothing was answered to."""
    answered = ((part.title, [row for row in part.rows if not row.is_empty]) for part in sections)
    return [(title, rows) for title, rows in answered if rows]
