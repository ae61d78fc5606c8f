"""What has been sent from a care unit, as the author's colleagues there see it (domain §7)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.models import Assignment
from klas.sections import Answers, Secrecy
from klas.summary import Row
from klas.tags import status_tag
from motivations import reading
from motivations.enums import MotivationStatus
from motivations.kinds import Kind, kind_of
from motivations.kinds.common import HANDLING
from motivations.models import Motivation
from motivations.presentation import product_rows, section_rows
from motivations.queries import current_version
from motivations.services import attachments


def colleagues_page(
    request: HttpRequest, motivation: Motivation, *, by: Assignment
) -> HttpResponse:
    """Number, kind, status, product, whom it is for, message to the pharmacy, product attachments.

    Nothing else: no clinical text, and not how the agency decided.
    """
    kind = kind_of(motivation.kind)
    version = current_version(motivation)
    answers = reading.read(version, by=by).answers
    author = motivation.author
    context = {
        "motivation": motivation,
        "kind": kind,
        "facts": [
            Row(_("Referensnummer"), motivation.reference),
            Row(_("Status"), status_tag(MotivationStatus(motivation.status))),
            Row(_("Skickad"), motivation.submitted_at),
        ],
        "prescriber": f"{author.user.name}, {author.unit_name}",
        "product": product_rows(version.product),
        "sections": section_rows(kind, _for_colleagues(kind, answers)),
        "attachments": list(attachments.readable_by(motivation, by)),
    }
    return render(request, "motivations/colleagues_page.html", context)


def _for_colleagues(kind: Kind, answers: Answers) -> Answers:
    """Whom it is for, and the message to the pharmacy."""
    return {
        section.slug: {
            name: answer
            for name, answer in answers.get(section.slug, {}).items()
            if section.form_class.secrecy_of(name) == Secrecy.IDENTITY
            or (section.slug, name) == (HANDLING, "message")
        }
        for section in kind.sections
    }
