"""HTML to PDF: archivable, accessible, the same bytes each time, nothing fetched from outside."""

import logging
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from django.conf import settings

from klas.pdf import EmbeddedFile, document_time, render
from tests.klas.pdf_reading import (
    PDFA,
    PDFUA,
    embedded_of,
    fonts_of,
    opened,
    pages_of,
    tags_of,
    xmp,
)

MOMENT = datetime(2026, 11, 20, 8, 41, tzinfo=UTC)
FILE = EmbeddedFile("beslut.json", '{"å": 1}', created=MOMENT)


def html(body: str = "", head: str = "") -> str:
    return f"""<!doctype html><html lang="sv"><head><title>Provbrev 17</title>
<meta name="dcterms.created" content="{document_time(MOMENT)}">
<meta name="dcterms.modified" content="{document_time(MOMENT)}">{head}</head>
<body><h1>Rubrik <span class="reference">REF-1</span></h1><p>Räksmörgås.</p>
<table><caption>Läkemedel</caption><tbody><tr><th scope="row">Namn</th><td>Ospolot</td></tr></tbody>
</table>{body}</body></html>"""


def test_the_archive_finds_what_pdf_a_3a_and_pdf_ua_1_ask_for() -> None:
    with opened(render(html(), embedded=FILE).content) as pdf:
        properties = xmp(pdf)
        assert (properties[f"{PDFA}part"], properties[f"{PDFA}conformance"]) == ("3", "A")
        assert properties[f"{PDFUA}part"] == "1"
        assert str(pdf.Root.OutputIntents[0].S) == "/GTS_PDFA1"
        assert pdf.Root.OutputIntents[0].DestOutputProfile.read_bytes()
        assert "/ID" in pdf.trailer
        assert not pdf.is_encrypted
        assert fonts_of(pdf)
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts_of(pdf))


def test_a_screen_reader_is_told_language_title_and_structure() -> None:
    with opened(render(html()).content) as pdf:
        assert str(pdf.Root.Lang) == "sv"
        assert str(pdf.docinfo["/Title"]) == "Provbrev 17"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert pdf.Root.MarkInfo.Marked
        tags = tags_of(pdf)
        for tag in ("Document", "H1", "P", "Table", "Caption", "TR", "TH", "TD"):
            assert tag in tags
        assert tags.index("H1") < tags.index("P") < tags.index("Table")


def test_all_text_is_in_our_own_font_also_the_footer() -> None:
    with opened(render(html()).content) as pdf:
        names = {str(font.FontName).split("+")[-1].rstrip(",") for font in fonts_of(pdf)}
    assert names == {"Source-Sans-3", "Source-Sans-3-Semi-Bold"}


def test_every_page_says_what_it_belongs_to_and_which_page_it_is() -> None:
    pages = pages_of(render(html("<p>Lång text.</p>" * 150)).content)
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert f"Sida {number} av {len(pages)}" in page
        assert page.count("REF-1") == (2 if number == 1 else 1)


def test_an_embedded_file_comes_out_as_it_went_in() -> None:
    with opened(render(html(), embedded=FILE).content) as pdf:
        assert embedded_of(pdf) == {"beslut.json": '{"å": 1}'.encode()}
        assert str(pdf.Root.AF[0].AFRelationship) == "/Data"
        assert str(pdf.Root.AF[0].EF.F.Subtype) == "/application/json"


def test_times_are_the_documents_own() -> None:
    with opened(render(html(), embedded=FILE).content) as pdf:
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20261120084100")
        assert str(pdf.Root.AF[0].EF.F.Params.ModDate) == "D:20261120084100Z"


RENDER = """
import django, sys
django.setup()
from tests.klas.test_pdf import FILE, html
from klas.pdf import render
print(render(html(), embedded=FILE).sha256)
"""


def test_another_process_makes_the_same_bytes() -> None:
    here = render(html(), embedded=FILE).sha256
    for seed in ("1", "2"):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "DJANGO_SETTINGS_MODULE": "klas.settings",
        }
        there = subprocess.run(
            [sys.executable, "-c", RENDER],
            cwd=settings.BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert there.stdout.strip() == here
        assert there.stderr == ""


def test_rendering_is_silent(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="weasyprint"):
        render(html(head="<style>p { colour: red }</style>"))
        assert "colour" in caplog.text  # it does speak when there is something to say
        caplog.clear()
        render(html(), embedded=FILE)
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING] == []


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/x.png",
        "http://127.0.0.1:1/x.png",
        "file:///etc/passwd",
        "../../manage.py",
        "%2e%2e/%2e%2e/manage.py",
        "fonts/../../base.html",
    ],
)
def test_nothing_but_our_own_files_is_fetched(address: str) -> None:
    with pytest.raises(ValueError, match="our own files only"):
        render(html(f'<p><img alt="x" src="{address}"></p>'))


def test_our_own_files_are_found_from_the_style_sheet() -> None:
    style = Path(settings.BASE_DIR, "templates/letters/letter.css").read_text()
    for rule in style.split("url(")[1:]:
        assert Path(settings.BASE_DIR, "templates/letters", rule.split('"')[1]).is_file()


def test_no_script_or_action_gets_into_a_document() -> None:
    content = render(html("<script>alert(1)</script><p onclick='x()'>Text</p>")).content
    with opened(content) as pdf:
        assert "/OpenAction" not in pdf.Root
        assert "/AcroForm" not in pdf.Root
        assert all("/Annots" not in page.obj for page in pdf.pages)
        assert not any(
            isinstance(item, pikepdf.Dictionary) and "/JS" in item for item in pdf.objects
        )


def test_long_answers_are_rendered_in_no_time_and_long_words_stay_on_the_page() -> None:
    answer = "Anfallen har ökat under året. " * 130
    word = "Licensmotiveringsbilagedokument" * 8
    rows = f'<tr><th scope="row">{word}</th><td>{answer}</td></tr>' * 4
    rows += f'<tr><th scope="row">Ord</th><td>{word}</td></tr>'
    started = time.perf_counter()
    content = render(html(f"<table><caption>Långt</caption><tbody>{rows}</tbody></table>")).content
    # A style that measures every letter of a cell (overflow-wrap: anywhere) takes minutes.
    assert time.perf_counter() - started < 10
    document = pypdfium2.PdfDocument(content)
    for page in document:
        width = page.get_width()
        text_page = page.get_textpage()
        for index in range(text_page.count_rects()):
            assert text_page.get_rect(index)[2] <= width - 50
        text_page.close()
        page.close()
    document.close()
