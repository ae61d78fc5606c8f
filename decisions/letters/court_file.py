"""What is written for the file to the court: its contents, and what has no document of its own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation

from decisions.appealed import Appealed
from decisions.enums import AppealChannel, AppealMatter
from decisions.letters.filling import named
from decisions.letters.texts import texts, version_in_force
from decisions.models import Appeal, Communication
from klas.pdf import document_time
from klas.pdf_file import Part, first_pages
from klas.presentation import swedish_date
from klas.summary import Row
from motivations.models import AgencyRequest


def contents(appeal: Appeal, parts: Sequence[Part], *, cover: int, at: datetime) -> str:
    """The first pages of a file: what it is about, and its documents with day and pages.

    Args:
        cover: how many pages these are themselves.
    """
    firsts = first_pages(parts, after=cover)
    lines = [
        {
            "number": number,
            "part": part,
            "on": swedish_date(part.on),
            "pages": f"{first}" if part.pages == 1 else f"{first}–{first + part.pages - 1}",
        }
        for number, (part, first) in enumerate(zip(parts, firsts, strict=True), start=1)
    ]
    rows = [
        Row("Överklagande", appeal.number),
        Row("Kom in", _day(appeal.received_on)),
        Row("Sista dag att överklaga", _day(appeal.last_on)),
        Row("Överklagat beslut", _about_decision(appeal)),
        Row("Klagande", _party(appeal)),
        Row("Läkemedel", appeal.decision.product.product_line),
    ]
    return _page("letters/court_file.html", appeal, at, rows=rows, lines=lines)


def lodged(appeal: Appeal) -> str:
    """The appeal as it was lodged, or what the officer has said of one that came by post."""
    by_post = appeal.channel == AppealChannel.POST
    said = appeal.text
    rows = [
        Row("Kom in", f"{_day(appeal.received_on)}, {appeal.channel_words}"),
        Row("Klagande", _party(appeal)),
        Row("Överklagat beslut", _about_decision(appeal)),
        Row("Vad som ska ändras", said.get("change", "")),
        Row("Hur beslutet ska ändras", said.get("how", "")),
        Row("Skäl", said.get("reasons", "")),
    ]
    note = "Överklagandet kom med post. Det är inläst och ligger som bilaga." if by_post else ""
    return _part(appeal, f"Överklagande {appeal.number}", rows, note=note)


def reconsideration(appeal: Appeal) -> str:
    """Why the agency does not change its decision as the party wants."""
    assert appeal.settled_by is not None  # noqa: S101 - settled when the file is ordered
    rows = [
        Row("Omprövat", swedish_date(appeal.settled_at)),
        Row("Av", named(appeal.settled_by)),
        Row("Skäl", appeal.reasons),
    ]
    what = {
        AppealMatter.DECISION: "beslutet",
        AppealMatter.REVOCATION: "återkallelsen",
        AppealMatter.REJECTION: "avvisningen",
    }[appeal.matter]
    note = f"Läkemedelsverket har omprövat {what} och ändrar den inte så som apoteket vill."
    if appeal.matter == AppealMatter.DECISION:
        note = note.replace(" den ", " det ")
    return _part(appeal, f"Omprövning av {what}", rows, note=note)


def supplement(appeal: Appeal, request: AgencyRequest, *, asked: str) -> str:
    """Questions that were put and what was answered."""
    rows = [
        Row("Frågor ställda", swedish_date(request.asked_at)),
        Row("Frågor", list(request.questions)),
        Row("Besvarade", swedish_date(request.answered_at) if request.answered_at else "Nej"),
        Row("Svar", request.answer),
    ]
    return _part(appeal, f"Komplettering {request.number} från {asked}", rows)


def communication(appeal: Appeal, sent: Communication) -> str:
    """What the party was told before the decision, and what it answered (FL 25 §)."""
    rows = [
        Row("Skickat till apoteket", swedish_date(sent.sent_at)),
        Row("Det som talar emot", sent.text),
        Row("Besvarat", swedish_date(sent.answered_at) if sent.answered_at else "Nej"),
        Row("Apotekets svar", sent.answer),
    ]
    return _part(appeal, "Kommunicering före beslut", rows)


def _part(appeal: Appeal, title: str, rows: list[Row], *, note: str = "") -> str:
    return _page(
        "letters/court_part.html", appeal, appeal.created_at, rows=rows, title=title, note=note
    )


def _page(template: str, appeal: Appeal, at: datetime, **context: Any) -> str:
    with translation.override("sv"):
        return render_to_string(
            template,
            {
                "appeal": appeal,
                "case": appeal.case,
                "created": document_time(at),
                "texts": texts(version_in_force(timezone.localdate(at))),
                **context,
            },
        )


def _about_decision(appeal: Appeal) -> str:
    return f"{appeal.case.dnr}: {Appealed.by(appeal).words}"


def _party(appeal: Appeal) -> str:
    pharmacy = appeal.case.application.pharmacy
    return f"{pharmacy.name}, {pharmacy.legal_name}, org.nr {pharmacy.organisation_number_display}"


def _day(day: Any) -> str:
    return swedish_date(day) if day else "Inte känd"
