"""What people upload: what is taken, what is taken away, and what is said when it is refused."""

import struct
import uuid
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.ExifTags import Base as Tag

from klas import uploads
from klas.access import Role
from klas.errors import Refused, UploadRefused
from klas.policy import policy
from klas.uploads import LimitedUploadHandler, RebuiltFile, rebuild
from tests import factories
from tests.klas.pdf_reading import opened, text_of


def upload(content: bytes, name: str = "fil.pdf") -> RebuiltFile:
    return rebuild(SimpleUploadedFile(name, content))


def refusal(content: bytes, name: str = "fil.pdf") -> str:
    with pytest.raises(UploadRefused) as caught:
        upload(content, name)
    assert isinstance(caught.value, Refused)
    return str(caught.value)


def saved(pdf: pikepdf.Pdf, **options: object) -> bytes:
    out = BytesIO()
    pdf.save(out, **options)  # type: ignore[arg-type]
    return out.getvalue()


def pdf_with(
    pages: int = 1, change: Callable[[pikepdf.Pdf], None] | None = None, **options: object
) -> bytes:
    """A PDF that says “Hej” on each page; its resources stand on the page tree, as many do."""
    with pikepdf.new() as pdf:
        font = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Font,
                Subtype=pikepdf.Name.Type1,
                BaseFont=pikepdf.Name.Helvetica,
            )
        )
        for _number in range(pages):
            pdf.add_blank_page(page_size=(300, 200))
            page = pdf.pages[-1].obj
            page.Contents = pdf.make_stream(b"BT /A 24 Tf 40 100 Td (Hej) Tj ET")
            del page["/Resources"]
        # A font may be called A: only what leads out of a page is taken away.
        pdf.Root.Pages.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(A=font))
        if change:
            change(pdf)
        return saved(pdf, **options)


def add_all_that_is_dangerous(pdf: pikepdf.Pdf) -> None:
    script = pikepdf.Dictionary(
        S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert('FARLIGT')")
    )
    page = pdf.pages[0].obj
    pdf.Root.OpenAction = script
    pdf.Root.AA = pikepdf.Dictionary(WC=script)
    pdf.Root.Names = pikepdf.Dictionary(
        JavaScript=pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("FARLIGT"), script]))
    )
    pdf.attachments["FARLIGT.exe"] = b"MZ FARLIGT"
    field = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T=pikepdf.String("FARLIGT"),
            Rect=pikepdf.Array([0, 0, 9, 9]),
            AA=pikepdf.Dictionary(K=script),
        )
    )
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Link,
        Rect=pikepdf.Array([0, 0, 300, 200]),
        A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://FARLIGT.example")),
    )
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))
    page.Annots = pikepdf.Array([field, link])
    page.AA = pikepdf.Dictionary(O=script)
    drawing = pdf.make_stream(b"q Q")
    drawing.Type, drawing.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    drawing.BBox = pikepdf.Array([0, 0, 9, 9])
    drawing.Ref = pikepdf.Dictionary(F=pikepdf.String("FARLIGT.pdf"), Page=0)
    drawing.Metadata = pdf.make_stream(b"<x>FARLIGT</x>")
    pdf.Root.Pages.Resources.XObject = pikepdf.Dictionary(Fm0=drawing)
    pdf.docinfo["/Author"] = "FARLIGT"


def whole_content(pdf: bytes) -> bytes:
    """Everything in a PDF, unpacked."""
    with opened(pdf) as document:
        return saved(
            document,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        )


def test_a_pdf_keeps_its_pages_and_their_text() -> None:
    file = upload(pdf_with(pages=3), "Produktresumé sv.PDF")
    assert (file.name, file.content_type) == ("Produktresumé sv.PDF", "application/pdf")
    assert text_of(file.content).split() == ["Hej", "Hej", "Hej"]
    with opened(file.content) as pdf:
        assert [float(side) for side in pdf.pages[0].mediabox] == [0, 0, 300, 200]


def test_a_pdf_loses_scripts_forms_links_and_files_within() -> None:
    dangerous = pdf_with(change=add_all_that_is_dangerous)
    assert b"FARLIGT" in whole_content(dangerous)
    file = upload(dangerous)
    assert text_of(file.content).strip() == "Hej"
    left = whole_content(file.content)
    for trace in (b"FARLIGT", b"/JavaScript", b"/AcroForm", b"/Annots", b"/EmbeddedFile", b"/Ref"):
        assert trace not in left


def test_the_same_pdf_is_rebuilt_to_the_same_bytes() -> None:
    content = pdf_with(pages=2)
    assert upload(content).content == upload(content).content


@pytest.mark.parametrize("user", ["", "hemligt"])
def test_a_pdf_with_password_is_refused_in_clear_words(user: str) -> None:
    locked = pdf_with(encryption=pikepdf.Encryption(owner="ägare", user=user))
    assert "lösenord" in refusal(locked)


def test_too_many_pages_are_refused_with_both_numbers() -> None:
    most = policy.attachment_max_pages
    assert upload(pdf_with(pages=most)).content
    message = refusal(pdf_with(pages=most + 1))
    assert str(most) in message
    assert str(most + 1) in message


def test_a_pdf_without_pages_is_refused() -> None:
    with pikepdf.new() as empty:
        assert "går inte att läsa" in refusal(saved(empty))


def test_a_small_pdf_that_unpacks_to_a_huge_one_is_refused() -> None:
    def pad(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Padding = pdf.make_indirect(pikepdf.Dictionary(X=pikepdf.String("0" * 3_000_000)))

    bomb = pdf_with(change=pad, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert len(bomb) < 20_000
    assert upload(bomb).content
    limits = pikepdf.settings.get_qpdf_limits()
    assert limits["flate_max_memory"] == 200_000_000
    pikepdf.settings.set_qpdf_limits(flate_max_memory=2_000_000)
    try:
        assert "går inte att läsa" in refusal(bomb)
    finally:
        pikepdf.settings.set_qpdf_limits(**limits)


def test_page_trees_that_bite_their_own_tail_are_refused() -> None:
    def loop(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Pages.Kids = pikepdf.Array([pdf.Root.Pages])

    assert "går inte att läsa" in refusal(pdf_with(change=loop))


@given(st.binary(max_size=400))
def test_no_bytes_after_the_mark_of_a_pdf_break_us(tail: bytes) -> None:
    refusal(b"%PDF-1.7\n" + tail)


@given(st.data())
def test_a_damaged_pdf_is_rebuilt_or_refused_and_nothing_else(data: st.DataObject) -> None:
    content = bytearray(_WHOLE)
    for _damage in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(5, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        file = upload(bytes(content))
    except UploadRefused:
        return
    with opened(file.content) as pdf:
        assert len(pdf.pages) >= 1


_WHOLE = pdf_with(pages=2, change=add_all_that_is_dangerous)


def picture(
    format_: str, mode: str = "RGB", size: tuple[int, int] = (40, 30), **kw: object
) -> bytes:
    out = BytesIO()
    Image.new(mode, size).save(out, format_, **kw)  # type: ignore[arg-type]
    return out.getvalue()


@pytest.mark.parametrize(
    ("format_", "mode", "content_type", "name"),
    [
        ("PNG", "RGBA", "image/png", "röntgen.png"),
        ("PNG", "P", "image/png", "röntgen.png"),
        ("PNG", "1", "image/png", "röntgen.png"),
        ("PNG", "I;16", "image/png", "röntgen.png"),
        ("JPEG", "RGB", "image/jpeg", "röntgen.jpg"),
        ("JPEG", "CMYK", "image/jpeg", "röntgen.jpeg"),
        ("JPEG", "L", "image/jpeg", "röntgen.JPG"),
    ],
)
def test_pictures_are_written_anew(format_: str, mode: str, content_type: str, name: str) -> None:
    file = upload(picture(format_, mode), name)
    assert (file.name, file.content_type) == (name, content_type)
    with Image.open(BytesIO(file.content)) as image:
        assert (image.format, image.size) == (format_, (40, 30))


def test_a_photograph_loses_the_cameras_notes_but_stays_upright() -> None:
    notes = Image.Exif()
    notes[Tag.Make] = "HEMLIG-KAMERA"
    notes[Tag.Orientation] = 6  # lies on its side
    photograph = picture("JPEG", size=(40, 30), exif=notes)
    assert b"HEMLIG-KAMERA" in photograph
    file = upload(photograph, "foto.jpg")
    assert b"HEMLIG-KAMERA" not in file.content
    with Image.open(BytesIO(file.content)) as image:
        assert image.size == (30, 40)
        assert not image.getexif()


def test_what_hides_behind_a_picture_is_gone() -> None:
    file = upload(picture("PNG") + b"PK\x03\x04 GOMD", "bild.png")
    assert b"GOMD" not in file.content


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [6_400, 9_600, 40_000])
def test_a_picture_with_too_many_pixels_is_refused_before_it_is_unpacked(side: int) -> None:
    assert side * side > uploads.MAX_PIXELS
    assert "upplösning" in refusal(png_that_claims(side, side), "bild.png")


@pytest.mark.parametrize(
    "content",
    [picture("PNG")[:60], picture("JPEG")[:200], b"\x89PNG\r\n\x1a\nnej", b"\xff\xd8\xffnej"],
)
def test_a_broken_picture_is_refused(content: bytes) -> None:
    assert "går inte att läsa" in refusal(content, "bild.png")


@pytest.mark.parametrize(
    "content",
    [b"MZ\x90", b"<html>%PDF-1.7", b"PK\x05\x06", b" %PDF-1.7", b"GIF89a", b"<svg/>"],
)
def test_other_types_are_refused_whatever_they_are_called(content: bytes) -> None:
    message = refusal(content, "intyg.pdf")
    assert "PDF, Word (.docx), JPEG eller PNG" in message


def test_the_type_is_told_by_the_content_and_the_name_follows() -> None:
    file = upload(picture("PNG"), "intyg.pdf")
    assert (file.content_type, file.name) == ("image/png", "intyg.pdf.png")


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("a\x00b\n\u202egpj.pdf", "abgpj.pdf"),
        ("å" * 300 + ".pdf", "å" * 150 + ".pdf"),
        (".pdf", ".pdf.pdf"),
        ("C:\\hem\\kurva.pdf", "C:\\hem\\kurva.pdf"),
    ],
)
def test_names_are_kept_short_and_printable(given_name: str, kept: str) -> None:
    file = SimpleUploadedFile("x.pdf", pdf_with())
    file._name = given_name  # type: ignore[attr-defined]
    assert rebuild(file).name == kept


def test_an_empty_file_is_refused() -> None:
    assert "tom" in refusal(b"")


def test_a_file_over_the_limit_is_refused_before_it_is_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uploads, "_TYPES", ())
    message = refusal(b"%PDF-" + b"0" * policy.attachment_max_bytes)
    assert "större än 10 MB" in message


def test_no_more_than_the_limit_is_written_to_disk() -> None:
    handler: FileUploadHandler = LimitedUploadHandler()
    handler.new_file("file", "stor.pdf", "application/pdf", None)
    chunk = b"0" * 1_000_000
    for number in range(15):
        handler.receive_data_chunk(chunk, number * len(chunk))
    file = handler.file_complete(15 * len(chunk))
    assert file is not None
    assert file.size == 15_000_000
    file.seek(0, 2)
    assert file.tell() == policy.attachment_max_bytes
    with pytest.raises(UploadRefused, match="större än"):
        rebuild(file)
    file.close()


@pytest.mark.django_db
def test_of_a_body_of_50_mb_no_more_than_the_limit_reaches_the_disk(
    acting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []
    complete = LimitedUploadHandler.file_complete

    def measured(self: LimitedUploadHandler, file_size: int) -> Any:
        file = complete(self, file_size)
        assert file is not None
        written.append((file.seek(0, 2), file.size))
        return file

    monkeypatch.setattr(LimitedUploadHandler, "file_complete", measured)
    author = factories.acting_as(Role.PRESCRIBER)
    page = reverse("motivations:attachments", args=[factories.draft(by=author).pk])
    large = SimpleUploadedFile("stor.pdf", b"%PDF-" + b"0" * 50_000_000)
    fields = {"kind": "other", "secrecy": "clinical", "_key": str(uuid.uuid4())}
    answer = acting(author).post(page, {"file": large, **fields})
    [(on_disk, sent)] = written
    assert sent == 50_000_005
    assert 9_000_000 < on_disk <= policy.attachment_max_bytes
    assert answer.status_code == 422
    assert "större än 10 MB" in answer.content.decode()


@pytest.mark.django_db
def test_a_request_longer_than_any_of_ours_is_not_read(client: Any) -> None:
    class NeverRead:
        def read(self, *size: int) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    answer = client.generic(
        "POST",
        reverse("verification:check"),
        CONTENT_TYPE="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(policy.request_max_bytes + 1),
        **{"wsgi.input": NeverRead()},
    )
    assert answer.status_code == 413
    assert "högst 10 MB" in answer.content.decode()


def test_a_small_file_passes_the_handler_whole() -> None:
    handler: FileUploadHandler = LimitedUploadHandler()
    handler.new_file("file", "liten.pdf", "application/pdf", None)
    content = pdf_with()
    handler.receive_data_chunk(content, 0)
    file = handler.file_complete(len(content))
    assert file is not None
    assert text_of(rebuild(file).content).strip() == "Hej"
    file.close()
