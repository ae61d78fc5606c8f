"""A Word document as PDF: what is kept, what is left out, and that nothing is fetched."""

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from klas import word_to_pdf as module
from klas.apart import Failed
from klas.word_to_pdf import convert, html_of, word_to_pdf
from tests.docx import docx, link, paragraph, picture, relationship, table
from tests.klas.pdf_reading import opened, pages_of, tags_of, text_of
from tests.klas.test_uploads import picture as image

CREATED = datetime(2026, 11, 20, 8, 41, tzinfo=UTC)


def pdf_of(content: bytes) -> bytes:
    """The PDF as the work makes it, here and now."""
    return convert(content, CREATED.isoformat())


def pictures_in(content: bytes) -> list[tuple[int, int]]:
    """The sizes of the pictures on the first page."""
    document = pypdfium2.PdfDocument(content)
    page = document[0]
    kind = pypdfium2.raw.FPDF_PAGEOBJ_IMAGE
    sizes = [found.get_px_size() for found in page.get_objects(filter=[kind])]
    page.close()
    document.close()
    return sizes


# One kind of list, with bullets.
NUMBERED: dict[str, Any] = {
    "relationships": relationship("n", "numbering", "numbering.xml"),
    "parts": {
        "word/numbering.xml": (
            '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
            '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/>'
            '</w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
            "</w:numbering>"
        )
    },
}


def test_headings_text_lists_and_tables_are_kept() -> None:
    body = (
        paragraph("Utredning", "Heading1")
        + paragraph("Bakgrund å ä ö", "Heading2")
        + paragraph("Patienten är prövad på två preparat.")
        + table(("Preparat", "Effekt"), ("Metformin", "Otillräcklig"))
        + "<w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr>"
        "<w:r><w:t>Första punkten</w:t></w:r></w:p>"
    )
    made = word_to_pdf(docx(body, **NUMBERED), created=CREATED)
    text = text_of(made)
    for said in (
        "Utredning", "Bakgrund å ä ö", "två preparat", "Metformin", "Otillräcklig",
        "Första punkten", "Gjord om från Word", "Sida 1 av 1",
    ):  # fmt: skip
        assert said in text
    with opened(made) as pdf:
        tags = tags_of(pdf)
        assert str(pdf.Root.Lang) == "sv"
    assert [tag for tag in tags if tag in {"H1", "H2", "Table", "L", "LI"}] == [
        "H1", "H2", "Table", "L", "LI",
    ]  # fmt: skip
    assert tags.count("TD") + tags.count("TH") == 4


def test_the_same_document_gives_the_same_bytes() -> None:
    content = docx(paragraph("Hej") + picture("r1"), **with_picture(image("PNG")))
    assert pdf_of(content) == word_to_pdf(content, created=CREATED)


def test_what_looks_like_markup_is_text() -> None:
    text = text_of(pdf_of(docx(paragraph("<script>alert(1)</script> & <b>fet</b>"))))
    assert "<script>alert(1)</script> & <b>fet</b>" in text


def test_what_was_deleted_under_tracked_changes_is_not_there_and_what_was_added_is() -> None:
    body = (
        "<w:p><w:del><w:r><w:delText>STRUKET</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>TILLAGT</w:t></w:r></w:ins></w:p>"
    )
    text = text_of(pdf_of(docx(body)))
    assert "TILLAGT" in text
    assert "STRUKET" not in text


def test_a_table_of_absurd_width_is_a_table_all_the_same() -> None:
    wide = table(("A", "B")).replace(
        "<w:tc>", '<w:tc><w:tcPr><w:gridSpan w:val="99999999"/></w:tcPr>', 1
    )
    assert "colspan" not in html_of(docx(wide))
    assert "A" in text_of(pdf_of(docx(wide)))


def test_styles_of_the_documents_own_making_are_not_followed() -> None:
    mapped = docx(
        paragraph("Hej"),
        parts={"mammoth/style-map": "p => script"},
        relationships=relationship(
            "m", "../../2008/relationships/mammoth", "/mammoth/style-map"
        ).replace("officeDocument/2006/relationships/../../2008", "x"),
    )
    assert html_of(mapped) == "<p>Hej</p>"


# Pictures


def with_picture(content: bytes, name: str = "1.png") -> dict[str, Any]:
    return {
        "relationships": relationship("r1", "image", f"media/{name}"),
        "parts": {f"word/media/{name}": content},
    }


@pytest.mark.parametrize(("format_", "name"), [("PNG", "1.png"), ("JPEG", "1.jpeg")])
def test_pictures_in_the_document_are_kept(format_: str, name: str) -> None:
    content = docx(picture("r1", alt="Röntgenbild"), **with_picture(image(format_), name))
    made = pdf_of(content)
    assert pictures_in(made) == [(40, 30)]
    with opened(made) as pdf:
        assert any(
            "Röntgenbild" in str(item.get("/Alt", ""))
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary)
        )


def test_pictures_are_written_anew_upright_and_no_larger_than_needed() -> None:
    notes = Image.Exif()
    notes[0x010F], notes[0x0112] = "HEMLIG-KAMERA", 6
    photograph = image("JPEG", size=(4_000, 2_000), exif=notes)
    html = html_of(docx(picture("r1"), **with_picture(photograph, "1.jpeg")))
    assert 'src="data:image/jpeg;base64,' in html
    made = pdf_of(docx(picture("r1"), **with_picture(photograph, "1.jpeg")))
    assert b"HEMLIG-KAMERA" not in made
    assert pictures_in(made) == [(800, 1_600)]


@pytest.mark.parametrize(
    "content",
    [b"\x01\0\0\0 EMF", b"<svg xmlns='http://www.w3.org/2000/svg'/>", image("PNG")[:45], b""],
)
def test_a_picture_that_cannot_be_taken_leaves_words_in_its_place(content: bytes) -> None:
    made = pdf_of(docx(paragraph("Hej") + picture("r1"), **with_picture(content)))
    text = text_of(made)
    assert "Hej" in text
    assert "[En bild i Word-dokumentet kunde inte tas med.]" in text
    assert pictures_in(made) == []


def test_a_picture_that_is_missing_leaves_words_in_its_place() -> None:
    content = docx(picture("r1"), relationships=relationship("r1", "image", "media/nej.png"))
    assert "kunde inte tas med" in text_of(pdf_of(content))


# Nothing is fetched


@pytest.fixture
def listening() -> Iterator[tuple[str, list[Any]]]:
    """An address on this machine, and who came there."""
    came: list[Any] = []
    server = socket.create_server(("127.0.0.1", 0))

    def wait() -> None:
        while True:
            try:
                connection, address = server.accept()
            except OSError:
                return
            came.append(address)
            connection.close()

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}", came
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(5)


def test_nothing_outside_the_document_is_fetched(listening: tuple[str, list[Any]]) -> None:
    address, came = listening
    relationships = "".join(
        (
            relationship("web", "image", f"{address}/1.png", external=True),
            relationship("file", "image", "file:///etc/passwd", external=True),
            relationship("up", "image", "../../../../../../etc/passwd"),
            relationship("link", "hyperlink", f"{address}/2", external=True),
            relationship("script", "hyperlink", "javascript:alert(1)", external=True),
            relationship("t", "attachedTemplate", f"{address}/mall.dotm", external=True),
            relationship("chunk", "aFChunk", f"{address}/3.html", external=True),
            relationship("frame", "frame", f"{address}/4", external=True),
        )
    )
    body = (
        paragraph("Hej")
        + picture("web", "link")
        + picture("web")
        + picture("file", "link")
        + picture("file")
        + picture("up")
        + link("link", "Läs mer")
        + link("script", "Klicka")
        + '<w:altChunk r:id="chunk"/>'
        + "<w:p><w:r><w:instrText>INCLUDEPICTURE "
        + f'"{address}/5.png"</w:instrText></w:r></w:p>'
    )
    content = docx(body, relationships=relationships)
    html = html_of(content)
    assert "<a" not in html
    assert "javascript" not in html
    assert address not in html
    made = word_to_pdf(content, created=CREATED)
    text = text_of(made)
    assert "Läs mer" in text
    assert "Klicka" in text
    assert text.count("kunde inte tas med") == 5
    assert "root:" not in text
    with opened(made) as pdf:
        assert all("/Annots" not in page for page in pdf.pages)
    assert came == []
    # The server is there: who asks is seen.
    with socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1]))) as asking:
        asking.recv(1)
    assert len(came) == 1


# What only the conversion finds


def test_too_many_pages_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    break_ = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
    long = docx((paragraph("Rad " * 400) + break_) * 3)
    assert len(pages_of(pdf_of(long))) >= 3
    monkeypatch.setattr(module, "policy", Limits(attachment_max_pages=2))
    with pytest.raises(ValueError, match="pages"):
        pdf_of(long)


def test_one_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "policy", Limits(word_seconds=1))
    rows = table(*[("Rad", "Rad", "Rad", "Rad")] * 9_000)
    with pytest.raises(Failed):
        word_to_pdf(docx(rows), created=CREATED)


def test_one_that_is_nested_too_deeply_is_given_up() -> None:
    deep = "<w:sdt><w:sdtContent>" * 20_000 + paragraph("Hej") + "</w:sdtContent></w:sdt>" * 20_000
    with pytest.raises(Failed):
        word_to_pdf(docx(deep), created=CREATED)


class Limits:
    """The policy, with other numbers."""

    def __init__(self, **numbers: int) -> None:
        self.__dict__ |= numbers

    def __getattr__(self, name: str) -> Any:
        from klas.policy import policy

        return getattr(policy, name)
