"""A submitted motivation as documents: one for each audience."""

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from klas.pdf import document_time
from klas.policy import policy
from klas.summary import Row
from motivations import presentation, reading
from motivations.enums import AttachmentClass, Audience
from motivations.kinds import kind_of
from motivations.models import MotivationDocument
from motivations.presentation import SectionRows, Text


def document_html(document: MotivationDocument) -> str:
    """A version's document as HTML for `klas.pdf.render`; always in Swedish."""
    return (
        slip_html(document) if document.audience == Audience.PATIENT else motivation_html(document)
    )


def slip_html(document: MotivationDocument) -> str:
    """The slip to take home: what to do next, with the reference number.

    Anybody may find it: it is made without identities and answers (domain §4, “Life”).
    """
    version = document.version
    motivation = version.motivation
    with translation.override("sv"):
        words = kind_of(motivation.kind).words.take_home
        address = what_now_address(words.reader)
        return render_to_string(
            "letters/patient_slip.html",
            {
                "created": document_time(document.ordered_at),
                "reference": motivation.reference,
                "medicine": version.product.name,
                "pharmacy": motivation.chosen_pharmacy,
                "handling_days": policy.handling_working_days,
                "words": words,
                "address": address,
                "qr": segno.make(address, error="m").svg_data_uri(border=0, omitsize=True),
            },
        )


def what_now_address(reader: str) -> str:
    """The whole address of the public page “Vad händer nu?”: the same for all who read it."""
    return f"{settings.BASE_URL}{reverse('what_now_for', args=[reader])}"


def motivation_html(document: MotivationDocument) -> str:
    """A version in words, whole or as pharmacies may read it.

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
