"""The receipt of an application as a document: what was sent, by whom, and the fee.

It names no patient and quotes nothing that the prescriber wrote: a receipt goes to bookkeepers too.
"""

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from applications.models import ApplicationReceipt
from applications.presentation import applicant_rows, fee_text, frozen_answers, section_rows
from applications.sections import PRODUCT
from klas.pdf import document_time
from klas.presentation import quantity
from klas.summary import Row
from motivations.kinds import kind_of
from motivations.presentation import product_rows


def receipt_html(document: ApplicationReceipt) -> str:
    """A receipt as HTML for `klas.pdf.render`; always in Swedish, from frozen rows."""
    application, pharmacy = document.application, document.pharmacy
    motivation, version = application.motivation, application.version
    assert application.product is not None  # noqa: S101 - a sent application has frozen these
    assert version is not None  # noqa: S101
    with translation.override("sv"):
        ordered = next(
            part for part in section_rows(frozen_answers(application)) if part.slug == PRODUCT
        )
        applicant = [
            *applicant_rows(pharmacy),
            Row(_("Farmaceut"), application.sent_by.user.name if application.sent_by else ""),
        ]
        applied = [
            Row(_("Slag"), kind_of(motivation.kind).title),
            Row(_("Licensmotivering"), f"{motivation.reference}, version {version.number}"),
            Row(_("Förnyar licens"), application.renewed_licence),
            Row(_("Lämnas ut mot"), application.get_route_display()),
            Row(_("Mängd"), quantity(application.quantity, application.get_unit_display())),
            Row(_("Tid"), _("%(months)s månader") % {"months": application.months}),
        ]
        return render_to_string(
            "letters/application_receipt.html",
            {
                "created": document_time(document.ordered_at),
                "application": application,
                "applicant": [row for row in applicant if not row.is_empty],
                "applied": [row for row in applied if not row.is_empty],
                "product": [row for row in product_rows(application.product) if not row.is_empty],
                "ordered": [row for row in ordered.rows if not row.is_empty],
                "documents": [
                    Row(document.get_kind_display(), document.name)
                    for document in application.documents.all()
                ],
                "fee": fee_text(application.fee or 0),
                "pharmacy": pharmacy,
            },
        )
