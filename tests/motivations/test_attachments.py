"""Attachments: added to a draft, opened by those who may, demanded when a product is new."""

import uuid
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Assignment
from klas.access import Role
from klas.errors import NotAllowed, Refused, WrongState
from klas.models import AccessLogEntry
from klas.policy import policy
from klas.summary import TaskStatus
from klas.uploads import rebuild
from klas.word import OLE
from motivations.enums import AttachmentClass, AttachmentKind, MotivationStatus, ScanState
from motivations.models import Attachment, Motivation
from motivations.services import attachments, files, scanning, submission
from motivations.services.drafts import answers_of
from motivations.services.scanning import check_waiting
from tests import factories
from tests.docx import MACRO_DOCUMENT, docx
from tests.klas.pdf_reading import text_of
from tests.klas.test_uploads import pdf_with, picture

pytestmark = pytest.mark.django_db

CLINICAL, PRODUCT = AttachmentClass.CLINICAL, AttachmentClass.PRODUCT


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def author() -> Assignment:
    return factories.AssignmentFactory(prescriber=True)


@pytest.fixture
def draft(author: Assignment) -> Motivation:
    return factories.draft(
        by=author, answers=factories.individual_answers(factories.ProductFactory())
    )


def add(motivation: Motivation, name: str = "spc.pdf", **fields: Any) -> Attachment:
    pages = fields.pop("pages", 1)
    values: dict[str, Any] = {
        "kind": AttachmentKind.SPC,
        "secrecy": CLINICAL,
        "by": motivation.author,
        **fields,
    }
    file = rebuild(SimpleUploadedFile(name, pdf_with(pages=pages)))
    return attachments.add(motivation, file=file, **values)


def add_word(motivation: Motivation, name: str = "intyg.docx", **fields: Any) -> Attachment:
    values: dict[str, Any] = {
        "kind": AttachmentKind.OTHER,
        "secrecy": CLINICAL,
        "by": motivation.author,
        **fields,
    }
    return attachments.add(motivation, file=rebuild(SimpleUploadedFile(name, docx())), **values)


def form(content: bytes | None = None, name: str = "spc.pdf", **fields: Any) -> dict[str, Any]:
    file = SimpleUploadedFile(name, pdf_with() if content is None else content)
    return {
        "file": file,
        "kind": "spc",
        "secrecy": "clinical",
        "_key": str(uuid.uuid4()),
        **fields,
    }


def address(motivation: Motivation) -> str:
    return reverse("motivations:attachments", args=[motivation.pk])


def stored_files() -> list[Path]:
    return [path for path in Path(django_settings.MEDIA_ROOT).rglob("*") if path.is_file()]


# The page


def test_a_file_is_added_and_stands_in_the_list(acting: Any, author: Any, draft: Any) -> None:
    client = acting(author)
    response = client.post(address(draft), form(name="Produktresumé.pdf"), follow=True)
    assert response.redirect_chain == [(address(draft), 302)]
    page = response.content.decode()
    assert "Filen är sparad." in page
    assert "Produktresumé.pdf" in page
    assert "Visas för dig och Läkemedelsverket" in page
    attachment = Attachment.objects.get()
    assert (attachment.kind, attachment.secrecy) == ("spc", "clinical")
    assert [path.name for path in stored_files()] == [str(attachment.stored_as)]
    assert AccessLogEntry.objects.filter(
        what="attachment", action="write", object_id=attachment.pk
    ).exists()


def test_a_double_click_adds_one_file(acting: Any, author: Any, draft: Any) -> None:
    client = acting(author)
    key = str(uuid.uuid4())
    first = client.post(address(draft), form(_key=key))
    second = client.post(address(draft), form(_key=key))
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert Attachment.objects.count() == 1


def test_a_file_without_choices_is_refused_in_words(acting: Any, author: Any, draft: Any) -> None:
    response = acting(author).post(address(draft), {"_key": str(uuid.uuid4())})
    assert response.status_code == 422
    page = response.content.decode()
    assert "Välj en fil" in page
    assert "<title>Fel:" in page
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Filen är tom"),
        (b"MZ", "av en typ som vi inte kan ta emot"),
        (b"%PDF-1.7 skr\xc3\xa4p", "går inte att läsa"),
        (b"%PDF-" + b"0" * policy.attachment_max_bytes, "större än 10 MB"),
    ],
)
def test_a_refused_file_says_why_and_keeps_what_was_chosen(
    acting: Any, author: Any, draft: Any, content: bytes, words: str
) -> None:
    response = acting(author).post(address(draft), form(content, kind="certificate"))
    assert response.status_code == 422
    page = response.content.decode()
    assert words in page
    assert '<option value="certificate" selected>' in page
    assert not stored_files()


def test_the_same_file_twice_is_told(acting: Any, author: Any, draft: Any) -> None:
    client = acting(author)
    content = pdf_with()
    client.post(address(draft), form(content))
    response = client.post(address(draft), form(content, "annat namn.pdf"))
    assert response.status_code == 409
    assert "finns redan" in response.content.decode()
    assert Attachment.objects.count() == 1


def test_there_is_a_most(monkeypatch: pytest.MonkeyPatch, draft: Motivation) -> None:
    for pages in range(1, policy.attachments_per_motivation + 1):
        add(draft, pages=pages)
    with pytest.raises(Refused, match=str(policy.attachments_per_motivation)):
        add(draft, pages=50)


def test_a_personnummer_in_a_name_that_pharmacies_see_is_refused(draft: Motivation) -> None:
    with pytest.raises(Refused, match="personnummer"):
        add(draft, name="intyg 19570428-9999.pdf", secrecy=PRODUCT)
    assert add(draft, name="intyg 19570428-9999.pdf", secrecy=CLINICAL)


def test_a_sent_motivation_takes_no_more_files(acting: Any, author: Any, draft: Any) -> None:
    add(draft, name="först.pdf")
    client = acting(author)
    submission.submit(draft, by=author)
    page = client.get(address(draft)).content.decode()
    assert "först.pdf" in page
    assert "Lägg till" not in page
    assert "Ta bort" not in page
    response = client.post(address(draft), form(pdf_with(pages=4)))
    assert response.status_code == 409
    assert "redan skickad" in response.content.decode()
    assert Attachment.objects.count() == 1


def test_another_prescribers_attachments_are_not_found(acting: Any, draft: Any) -> None:
    attachment = add(draft)
    stranger = acting(factories.AssignmentFactory(prescriber=True))
    for name, args in (
        ("attachments", [draft.pk]),
        ("attachment", [draft.pk, attachment.pk]),
        ("remove_attachment", [draft.pk, attachment.pk]),
    ):
        assert stranger.get(reverse(f"motivations:{name}", args=args)).status_code == 404
    assert stranger.post(address(draft), form(pdf_with(pages=2))).status_code == 404
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize("role", [Role.PHARMACIST, Role.CASEWORKER, Role.OPERATOR])
def test_the_page_is_the_prescribers(acting: Any, draft: Motivation, role: Role) -> None:
    assert acting(factories.acting_as(role)).get(address(draft)).status_code == 403


def test_an_attachment_of_another_draft_is_not_found_here(
    acting: Any, author: Any, draft: Any
) -> None:
    other = add(factories.draft(by=author))
    url = reverse("motivations:attachment", args=[draft.pk, other.pk])
    assert acting(author).get(url).status_code == 404


def test_the_page_costs_the_same_for_one_file_and_for_many(
    acting: Any, author: Any, draft: Any, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = acting(author)
    add(draft)
    with CaptureQueriesContext(connection) as one:
        client.get(address(draft))
    for pages in range(2, 12):
        add(draft, pages=pages)
    with django_assert_num_queries(len(one)):
        client.get(address(draft))


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (docx(main_type=MACRO_DOCUMENT), "intyg.docx", "innehåller makron"),
        (docx(body="<w:p>"), "intyg.docx", "går inte att läsa"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "intyg.docx", "skyddad med lösenord"),
        (OLE + b"WordDocument", "intyg.doc", "äldre Office-format"),
    ],
)
def test_what_can_be_said_of_a_word_document_at_once_is_said_at_once(
    acting: Any, author: Any, draft: Any, content: bytes, name: str, words: str
) -> None:
    response = acting(author).post(address(draft), form(content, name))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not stored_files()


def test_the_page_names_the_types_and_the_limits(acting: Any, author: Any, draft: Any) -> None:
    page = acting(author).get(address(draft)).content.decode()
    assert "PDF, Word (.docx), JPEG eller PNG, högst 10 MB och 200 sidor" in page
    assert 'accept=".pdf,.png,.jpg,.jpeg,.docx"' in page


def test_a_word_document_is_told_to_be_checked_and_then_to_be_made_from_word(
    acting: Any, author: Any, draft: Any, read: Any
) -> None:
    client = acting(author)
    page = read(client.post(address(draft), form(docx(), "Remiss.docx"), follow=True))
    assert "Filen är sparad och kontrolleras. Du kan skriva vidare." in page
    assert "Kontrolleras Filen kontrolleras. Du kan skriva vidare." in page
    assert "Remiss.pdf" in page
    assert "Ladda ned" not in page
    assert "http-equiv" not in page.html
    check_waiting()
    page = read(client.get(address(draft)))
    assert "Kontrollerad" in page
    assert "Gjord om från Word" in page
    assert "Ladda ned" in page


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ScanState.INFECTED, "Virusskyddet hittade skadlig kod i filen, och den är raderad. Be"),
        (ScanState.UNREADABLE, "gick inte att göra om till PDF. Öppna det i Word, spara det som"),
    ],
)
def test_a_stopped_file_says_why_and_what_to_do(
    acting: Any, author: Any, draft: Any, read: Any, state: ScanState, words: str
) -> None:
    attachment = add_word(draft)
    scanning._settle(attachment, scanning._Finding(state))
    page = read(acting(author).get(address(draft)))
    assert str(state.label) in page
    assert words in page
    assert "Byt ut" in page
    assert "Ta bort" in page
    assert "Ladda ned" not in page
    check = read(acting(author).get(reverse("motivations:check", args=[draft.pk])))
    assert str(state.label) in check


# Downloading


def test_the_author_gets_the_file_as_a_file(acting: Any, author: Any, draft: Any) -> None:
    attachment = add(draft, name="kurva.pdf")
    url = reverse("motivations:attachment", args=[draft.pk, attachment.pk])
    response = acting(author).get(url)
    content = b"".join(response.streaming_content)
    assert text_of(content).strip() == "Hej"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="kurva.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    entry = AccessLogEntry.objects.get(action="download")
    assert (entry.what, entry.object_id) == ("attachment", attachment.pk)


def test_the_type_is_what_the_content_is(acting: Any, author: Any, draft: Any) -> None:
    client = acting(author)
    client.post(address(draft), form(picture("PNG"), name="bild.pdf"))
    attachment = Attachment.objects.get()
    url = reverse("motivations:attachment", args=[draft.pk, attachment.pk])
    response = client.get(url)
    assert response["Content-Type"] == "image/png"
    assert BytesIO(b"".join(response.streaming_content)).read(4) == b"\x89PNG"


def readers(motivation: Motivation) -> dict[str, set[str]]:
    """The names of the files that each kind of reader may open."""
    found = {
        "author": motivation.author,
        "other prescriber": factories.AssignmentFactory(prescriber=True),
        "pharmacist": factories.AssignmentFactory(pharmacist=True),
        "agency": factories.AssignmentFactory(),
        "operator": factories.AssignmentFactory(operator=True),
    }
    return {
        who: {attachment.name for attachment in attachments.readable_by(motivation, by)}
        for who, by in found.items()
    }


def test_who_may_open_what_follows_the_motivations_life(author: Any, draft: Any) -> None:
    both, nothing = {"klinik.pdf", "produkt.pdf"}, set[str]()
    add(draft, name="klinik.pdf", secrecy=CLINICAL)
    add(draft, name="produkt.pdf", secrecy=PRODUCT, pages=2)
    alone = {"author": both, "other prescriber": nothing, "operator": nothing}
    assert readers(draft) == {**alone, "pharmacist": nothing, "agency": nothing}
    sent = submission.submit(draft, by=author)
    assert readers(sent) == {**alone, "pharmacist": {"produkt.pdf"}, "agency": nothing}
    factories.application(on=sent)
    sent.refresh_from_db()
    assert sent.status == MotivationStatus.IN_CASE
    assert readers(sent) == {**alone, "pharmacist": {"produkt.pdf"}, "agency": both}


def test_a_file_that_may_not_be_opened_is_neither_given_nor_logged(author: Any, draft: Any) -> None:
    attachment = add(draft, secrecy=CLINICAL)
    submission.submit(draft, by=author)
    attachment.refresh_from_db()
    with pytest.raises(NotAllowed):
        attachments.open_file(attachment, factories.AssignmentFactory(pharmacist=True))
    assert not AccessLogEntry.objects.filter(action="download").exists()


def test_a_download_from_a_sent_motivation_is_logged_with_its_reference(
    author: Any, draft: Any
) -> None:
    attachment = add(draft, secrecy=PRODUCT)
    sent = submission.submit(draft, by=author)
    attachment.refresh_from_db()
    attachments.download(attachment, by=factories.AssignmentFactory(pharmacist=True))
    assert AccessLogEntry.objects.get(action="download").whose == sent.reference


def test_a_stored_file_that_has_been_changed_is_not_given_out(draft: Motivation) -> None:
    attachment = add(draft)
    (file,) = stored_files()
    file.write_bytes(file.read_bytes() + b" ")
    with pytest.raises(files.DamagedFile):
        attachments.open_file(attachment, draft.author)


# Removing


def test_removing_asks_first_and_takes_row_and_file(
    acting: Any, author: Any, draft: Any, django_capture_on_commit_callbacks: Any
) -> None:
    attachment = add(draft, name="fel fil.pdf")
    client = acting(author)
    url = reverse("motivations:remove_attachment", args=[draft.pk, attachment.pk])
    assert "fel fil.pdf" in client.get(url).content.decode()
    assert Attachment.objects.exists()
    key = {"_key": str(uuid.uuid4())}
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(url, key)
    assert response["Location"] == address(draft)
    assert not Attachment.objects.exists()
    assert stored_files() == []
    again = client.post(url, key)
    assert (again.status_code, again["Location"]) == (302, address(draft))


def test_a_sent_attachment_stays(acting: Any, author: Any, draft: Any) -> None:
    attachment = add(draft)
    submission.submit(draft, by=author)
    url = reverse("motivations:remove_attachment", args=[draft.pk, attachment.pk])
    client = acting(author)
    assert client.get(url)["Location"] == address(draft)
    response = client.post(url, {"_key": str(uuid.uuid4())}, follow=True)
    assert "redan skickad" in response.content.decode()
    assert Attachment.objects.exists()
    attachment.refresh_from_db()
    with pytest.raises(WrongState):
        attachments.remove(attachment, by=author)


def test_another_person_can_neither_add_nor_remove(draft: Motivation) -> None:
    attachment = add(draft)
    stranger = factories.AssignmentFactory(prescriber=True)
    with pytest.raises(NotAllowed):
        add(draft, by=stranger, pages=2)
    with pytest.raises(NotAllowed):
        attachments.remove(attachment, by=stranger)


def test_all_files_of_a_draft_thrown_away_go(
    draft: Motivation, django_capture_on_commit_callbacks: Any
) -> None:
    add(draft)
    add(draft, pages=2)
    with django_capture_on_commit_callbacks(execute=True):
        attachments.remove_unsent(draft)
    assert not Attachment.objects.exists()
    assert stored_files() == []


# What is demanded


NEW, KNOWN, BY_HAND = "new", "known", "by hand"


def draft_on(product: str, author: Assignment) -> Motivation:
    chosen = {
        NEW: lambda: factories.ProductFactory(on_licence_before=False),
        KNOWN: factories.ProductFactory,
        BY_HAND: lambda: None,
    }[product]()
    return factories.draft(by=author, answers=factories.individual_answers(chosen))


@pytest.mark.parametrize(("product", "demanded"), [(NEW, True), (BY_HAND, True), (KNOWN, False)])
def test_a_product_never_on_licence_demands_documentation(
    author: Assignment, product: str, demanded: bool
) -> None:
    motivation = draft_on(product, author)
    answers = answers_of(motivation)
    assert attachments.needs_product_documentation(motivation, answers) is demanded
    expected = TaskStatus.NOT_STARTED if demanded else TaskStatus.DONE
    assert attachments.task_status(motivation, answers) == expected


def test_before_a_product_is_chosen_nothing_is_demanded(author: Assignment) -> None:
    motivation = factories.draft(by=author)
    assert not attachments.needs_product_documentation(motivation, {})
    assert attachments.task_status(motivation, {}) == TaskStatus.DONE


@pytest.mark.parametrize("product", [NEW, BY_HAND])
def test_without_the_documentation_it_cannot_be_sent_and_with_it_it_can(
    author: Assignment, product: str
) -> None:
    motivation = draft_on(product, author)
    add(motivation, kind=AttachmentKind.ARTICLE)
    with pytest.raises(Refused, match="produktdokumentation"):
        submission.submit(motivation, by=author)
    add(motivation, kind=AttachmentKind.PRODUCT_DOCUMENTATION, pages=2)
    assert attachments.task_status(motivation, answers_of(motivation)) == TaskStatus.DONE
    assert submission.submit(motivation, by=author).status == MotivationStatus.SUBMITTED


def test_the_page_says_what_is_demanded(acting: Any, author: Assignment) -> None:
    client = acting(author)
    words = "Läkemedlet har aldrig varit på licens"
    assert words in client.get(address(draft_on(NEW, author))).content.decode()
    assert words not in client.get(address(draft_on(KNOWN, author))).content.decode()
