"""The files and letters that are given out whole with a case, as PDFs to be bound.

A file is given out whole or not at all. So what is masked must not stand in it: `demand_clean`
compares its text with the masked values. That a whole document is withheld when it says what is
masked elsewhere is our reading of the secrecy act.
"""

import re
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Assignment
from applications.models import QualityDocument
from decisions.models import Letter
from klas.errors import Refused
from klas.pdf_file import Part, as_pdf, text_of
from motivations.models import Attachment
from motivations.services import opening

_UPLOADED: dict[str, Any] = {"attachment": Attachment, "document": QualityDocument}
# Shorter values (a unit, “Ja”) stand in any document and say nothing of anybody.
_SHORTEST = 5


def part_of(file: str, *, title: str, by: Assignment) -> Part:
    """A file or letter as pages.

    Args:
        file: as `disclosing.Field.file`.
        by: for whom it is opened, in the access log.

    Raises:
        Refused: it has not been checked or made yet, or was stopped by the check.
    """
    what, key = file.split(":")
    if what == "letter":
        letter = Letter.objects.defer(None).get(pk=key)
        if letter.pdf is None:
            raise Refused(
                _("Brevet är inte klart än: %s. Vänta en stund, eller maskera det.") % title
            )
        on = timezone.localdate(letter.ordered_at)
        return Part(title=title, on=on, pdf=bytes(letter.pdf))
    stored = _UPLOADED[what]._default_manager.get(pk=key)
    if not stored.is_clean:
        raise Refused(_("Filen går inte att lämna ut: %s. Maskera den.") % stored.name)
    content = opening.open_file(stored, by).getvalue()
    on = timezone.localdate(stored.uploaded_at)
    return Part(title=title, on=on, pdf=as_pdf(content, stored.content_type))


def demand_clean(part: Part, masked: Iterable[tuple[str, str]]) -> None:
    """Refuse a document that says what is masked.

    Args:
        masked: titles and values.

    Raises:
        Refused: one of them stands in it.
    """
    text = _flat(text_of(part.pdf))
    for title, value in masked:
        if any(line in text for line in _lines(value)):
            raise Refused(
                _(
                    "%(document)s innehåller en uppgift som du maskerar: %(field)s. Maskera den "
                    "handlingen också."
                )
                % {"document": part.title, "field": title}
            )


def _lines(value: str) -> Iterable[str]:
    return [flat for line in value.splitlines() if len(flat := _flat(line)) >= _SHORTEST]


def _flat(text: str) -> str:
    """Without spaces and hyphens, which a line break puts in or takes away."""
    return re.sub(r"[\W_]+", "", text).lower()
