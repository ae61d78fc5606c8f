"""Word documents as they are uploaded: which are taken, and what is said of those that are not."""

import random
import struct
import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from klas import word
from klas.errors import UploadRefused
from klas.policy import policy
from klas.uploads import RebuiltFile, rebuild
from tests.docx import MACRO_DOCUMENT, WORD, docx, paragraph


def upload(content: bytes, name: str = "intyg.docx") -> RebuiltFile:
    return rebuild(SimpleUploadedFile(name, content))


def refusal(content: bytes, name: str = "intyg.docx") -> str:
    with pytest.raises(UploadRefused) as caught:
        upload(content, name)
    return str(caught.value)


def test_a_word_document_is_taken_under_its_name_and_becomes_a_pdf_later() -> None:
    content = docx()
    file = upload(content, "Remiss och svar.DOCX")
    assert (file.name, file.content_type) == ("Remiss och svar.pdf", "application/pdf")
    assert (file.content, file.original) == (None, content)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [("intyg", "intyg.pdf"), ("intyg.pdf", "intyg.pdf.pdf"), (".docx", ".docx.pdf")],
)
def test_the_name_always_ends_as_a_pdfs(given_name: str, kept: str) -> None:
    assert upload(docx(), given_name).name == kept


def test_a_template_is_taken_as_well() -> None:
    assert upload(docx(main_type=f"{WORD}.template.main+xml")).name == "intyg.pdf"


# What is no Word document


def archive(**parts: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        archive(note=b"hej"),
        archive(**{"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<x/>"}),
        archive(**{"word/document.xml": b"<x/>"}),
        docx(main_type="application/vnd.ms-excel"),
        docx(main_type="application/xml"),
    ],
)
def test_other_archives_are_of_a_type_that_we_do_not_take(content: bytes) -> None:
    assert "av en typ som vi inte kan ta emot" in refusal(content)


@pytest.mark.parametrize(
    "content",
    [
        docx(main_type=MACRO_DOCUMENT),
        docx(parts={"word/vbaProject.bin": b"\0"}),
        docx(
            more_types='<Override PartName="/word/x.bin" '
            'ContentType="application/vnd.ms-office.vbaProject"/>'
        ),
        docx(more_types='<Default Extension="bin" ContentType="a/vnd.MS-office.VBAproject"/>'),
    ],
)
def test_macros_are_refused_with_what_to_do(content: bytes) -> None:
    message = refusal(content)
    assert "makron" in message
    assert ".docx" in message


def test_a_document_with_password_and_an_old_one_are_told_apart() -> None:
    locked = word.OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 60
    assert "lösenord" in refusal(locked)
    old = word.OLE + b"\0" * 600 + "WordDocument".encode("utf-16-le")
    assert "äldre Office-format" in refusal(old, "intyg.doc")


def test_an_archive_with_password_is_refused_as_such() -> None:
    content = bytearray(docx())
    place = content.index(b"PK\x01\x02")  # the first entry of the list of contents
    content[place + 8] |= 1
    assert "lösenord" in refusal(bytes(content))


@pytest.mark.parametrize(
    "content",
    [
        docx()[:400],
        word.ZIP + b"skr\xc3\xa4p",
        docx(body="<w:p>"),
        docx(parts={"word/styles.xml": "<a>"}),
        docx(parts={"[Content_Types].xml": "<Types>"}),
        docx(parts={"word/document.xml": b"\xff\xfe\xff"}),
    ],
)
def test_a_broken_document_is_refused(content: bytes) -> None:
    assert "går inte att läsa" in refusal(content)


# Bombs


@pytest.fixture
def nothing_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    def unpack(*_arguments: object, **_more: object) -> None:
        raise AssertionError("unpacked before it was measured")

    monkeypatch.setattr(zipfile.ZipFile, "open", unpack)


def many_parts(count: int) -> bytes:
    return docx(parts={f"word/media/{number}.bin": b"" for number in range(count)})


DENSE = docx(parts={"word/media/1.bin": b"\0" * 5_000_000})
_NOISE = random.Random(1)
HEAVY = docx(
    parts={
        f"word/media/{number}.bin": b"".join(
            _NOISE.randbytes(200) + bytes(9_800) for _part in range(1_000)
        )
        for number in range(11)
    }
)
CROWDED = many_parts(policy.word_max_parts)


@pytest.mark.usefixtures("nothing_is_unpacked")
@pytest.mark.parametrize("bomb", [DENSE, HEAVY, CROWDED], ids=["dense", "heavy", "crowded"])
def test_bombs_are_refused_before_anything_is_unpacked(bomb: bytes) -> None:
    assert len(bomb) < policy.attachment_max_bytes
    assert "för stort när det packas upp" in refusal(bomb)


def test_each_bomb_breaks_the_limit_that_it_is_made_for() -> None:
    def sizes(bomb: bytes) -> list[tuple[int, int]]:
        with zipfile.ZipFile(BytesIO(bomb)) as parts:
            return [(part.file_size, part.compress_size) for part in parts.infolist()]

    dense, heavy, crowded = sizes(DENSE), sizes(HEAVY), sizes(CROWDED)
    assert max(whole / max(packed, 1) for whole, packed in dense) > policy.word_max_density
    assert sum(whole for whole, _packed in dense) < policy.word_max_unpacked_bytes
    assert sum(whole for whole, _packed in heavy) > policy.word_max_unpacked_bytes
    assert max(whole / max(packed, 1) for whole, packed in heavy) < policy.word_max_density
    assert len(crowded) > policy.word_max_parts
    assert upload(many_parts(policy.word_max_parts - 10)).name


def test_a_part_that_is_longer_than_the_list_of_contents_says_is_refused() -> None:
    honest = docx(paragraph(" ".join(map(str, range(90_000)))))
    content = bytearray(honest)
    place = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02"))
    while content[place + 46 : place + 46 + 17] != b"word/document.xml":
        place = content.index(b"PK\x01\x02", place + 4)
    assert upload(honest).name
    struct.pack_into("<I", content, place + 24, 1_000)
    assert "går inte att läsa" in refusal(bytes(content))


LAUGHS = (
    "<!DOCTYPE w:document [<!ENTITY a 'haha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>"
    "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]>"
)
OUTSIDE = "<!DOCTYPE w:document [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"


@pytest.mark.parametrize(
    "content",
    [
        docx("<w:p><w:r><w:t>&c;</w:t></w:r></w:p>", before_root=LAUGHS),
        docx("<w:p><w:r><w:t>&a;</w:t></w:r></w:p>", before_root=OUTSIDE),
        docx(before_root="<!DOCTYPE w:document SYSTEM 'https://farligt.example/x.dtd'>"),
        docx(parts={"word/_rels/document.xml.rels": f"{LAUGHS}<a>&c;</a>"}),
        docx(parts={"word/numbering.XML": f"{LAUGHS}<a>&c;</a>"}),
        docx(parts={"word/styles.xml": f"{LAUGHS}<a>&c;</a>".encode("utf-16")}),
        docx(parts={"[Content_Types].xml": f"{LAUGHS}<Types>&c;</Types>"}),
    ],
    ids=["laughs", "file", "dtd", "relationships", "capitals", "utf-16", "types"],
)
def test_documents_that_declare_entities_are_refused(content: bytes) -> None:
    assert "går inte att läsa" in refusal(content)


@given(st.binary(max_size=400))
def test_no_bytes_after_the_mark_of_a_zip_break_us(tail: bytes) -> None:
    refusal(word.ZIP + tail)
    refusal(word.OLE + tail)


_WHOLE = docx(paragraph("Rubrik", "Heading1") + paragraph("Hej"), method=zipfile.ZIP_STORED)


@given(st.data())
def test_a_damaged_document_is_taken_or_refused_and_nothing_else(data: st.DataObject) -> None:
    content = bytearray(_WHOLE)
    for _damage in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert upload(bytes(content)).content is None
    except UploadRefused:
        return
