"""The check of attached files: scanned, made into PDF, stopped, and never lost or let through."""

import contextlib
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from klas import clock, scanner, word_to_pdf
from klas.apart import apart
from klas.errors import NotAllowed, Refused
from klas.policy import policy
from klas.summary import TaskStatus
from klas.uploads import rebuild
from motivations import tasks
from motivations.enums import AttachmentKind, ScanState
from motivations.models import Attachment, Motivation
from motivations.services import attachments, files, scanning, submission
from motivations.services.drafts import answers_of
from notifications.enums import NoticeKind
from notifications.models import Notice
from tests import factories
from tests.clamd import EICAR, PROGRAM, Clamd
from tests.docx import docx, paragraph
from tests.klas.pdf_reading import text_of
from tests.klas.test_uploads import pdf_with

# Files are deleted when a transaction is through: these transactions must be real.
pytestmark = pytest.mark.django_db(transaction=True)

WORD, PDF = docx(paragraph("Klinisk bedömning")), pdf_with()


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def draft() -> Motivation:
    return factories.draft(answers=factories.individual_answers(factories.ProductFactory()))


@pytest.fixture(scope="module")
def one_clamd() -> Iterator[Clamd]:
    if PROGRAM is None:
        pytest.skip("ClamAV:s clamd finns inte här (Debian: clamav-daemon)")
    clamd = Clamd()
    yield clamd
    clamd.remove()


@pytest.fixture
def clamd(one_clamd: Clamd, settings: Any) -> Iterator[Clamd]:
    """A real virus scanner at work, and KLAS set to ask it."""
    one_clamd.start()
    settings.CLAMD_SOCKET = one_clamd.socket
    yield one_clamd
    one_clamd.stop()


@pytest.fixture
def away(settings: Any, tmp_path: Path) -> None:
    """KLAS is set to ask a scanner that is not there."""
    settings.CLAMD_SOCKET = str(tmp_path / "ingen.sock")


def add(motivation: Motivation, content: bytes = WORD, name: str = "", **fields: Any) -> Attachment:
    name = name or ("intyg.docx" if content.startswith(b"PK") else "intyg.pdf")
    values: dict[str, Any] = {"kind": "spc", "secrecy": "clinical", "by": motivation.author}
    file = rebuild(SimpleUploadedFile(name, content))
    return attachments.add(motivation, file=file, **{**values, **fields})


def infected_pdf() -> bytes:
    """A PDF with the test virus in a stream that no page shows."""
    return pdf_with(change=lambda pdf: setattr(pdf.Root, "X", pdf.make_stream(EICAR.encode())))


def stored() -> dict[str, set[str]]:
    """The keys of what is stored, by folder."""
    root = Path(django_settings.MEDIA_ROOT)
    return {
        folder: {path.name for path in (root / folder).glob("*")}
        for folder in ("attachments", "quarantine")
    }


def again(attachment: Attachment) -> Attachment:
    return Attachment.objects.get(pk=attachment.pk)


def later() -> Any:
    """When an interrupted check is taken up again."""
    moment = clock.now() + timedelta(minutes=policy.attachment_check_minutes, seconds=1)
    return clock.at(moment)


# Without a scanner


def test_without_a_scanner_a_pdf_is_clean_at_once(draft: Motivation) -> None:
    attachment = add(draft, PDF)
    assert attachment.scan == ScanState.CLEAN
    assert stored() == {"attachments": {str(attachment.stored_as)}, "quarantine": set()}
    assert scanning.check_waiting() == 0


def test_a_word_document_waits_and_becomes_a_pdf(draft: Motivation) -> None:
    attachment = add(draft, WORD, "Bedömning.docx")
    assert (attachment.scan, attachment.name) == (ScanState.PENDING, "Bedömning.pdf")
    assert stored() == {"attachments": set(), "quarantine": {str(attachment.quarantined_as)}}
    with pytest.raises(NotAllowed):
        attachments.open_file(attachment, draft.author)
    tasks.check_attachment()
    made = again(attachment)
    assert (made.scan, made.from_word, made.quarantined_as) == (ScanState.CLEAN, True, None)
    assert stored() == {"attachments": {str(made.stored_as)}, "quarantine": set()}
    content = attachments.open_file(made, draft.author).read()
    assert "Klinisk bedömning" in text_of(content)
    assert made.size == len(content)
    assert not Notice.objects.exists()


def test_an_upload_orders_its_check_in_its_own_transaction(draft: Motivation) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    ordered = ProcrastinateJob.objects.filter(task_name="motivations.check_attachment")
    add(draft, PDF)
    assert not ordered.exists()
    add(draft, WORD)
    with pytest.raises(Refused):
        add(draft, WORD)
    assert ordered.count() == 1


def test_a_word_document_that_cannot_be_made_into_a_pdf_is_told(draft: Motivation) -> None:
    deep = "<w:sdt><w:sdtContent>" * 20_000 + paragraph("Hej") + "</w:sdtContent></w:sdt>" * 20_000
    attachment = add(draft, docx(deep))
    scanning.check_waiting()
    assert again(attachment).scan == ScanState.UNREADABLE
    assert stored() == {"attachments": set(), "quarantine": set()}
    notice = Notice.objects.get()
    assert (notice.recipient, notice.kind) == (draft.author.user, NoticeKind.ATTACHMENT_STOPPED)
    assert notice.url == reverse("motivations:attachments", args=[draft.pk])
    assert notice.facts == {}


# The real scanner


@pytest.mark.parametrize("content", [PDF, WORD], ids=["pdf", "word"])
def test_a_clean_file_passes_the_scanner(clamd: Clamd, draft: Motivation, content: bytes) -> None:
    attachment = add(draft, content)
    assert attachment.scan == ScanState.PENDING
    tasks.check_attachment()
    attachment = again(attachment)
    assert attachment.scan == ScanState.CLEAN
    assert stored() == {"attachments": {str(attachment.stored_as)}, "quarantine": set()}
    assert attachments.open_file(attachment, draft.author).read().startswith(b"%PDF-")


@pytest.mark.parametrize("content", [infected_pdf(), docx(paragraph(EICAR))], ids=["pdf", "word"])
def test_a_virus_is_found_told_and_gone(clamd: Clamd, draft: Motivation, content: bytes) -> None:
    attachment = add(draft, content)
    tasks.check_attachment()
    assert again(attachment).scan == ScanState.INFECTED
    assert stored() == {"attachments": set(), "quarantine": set()}
    with pytest.raises(NotAllowed):
        attachments.open_file(again(attachment), draft.author)
    assert Notice.objects.get().recipient == draft.author.user


def test_while_the_scanner_is_away_files_wait_and_when_it_is_back_they_are_checked(
    clamd: Clamd, draft: Motivation
) -> None:
    clamd.stop()
    clean, infected = add(draft, WORD), add(draft, infected_pdf())
    for _minute in range(3):
        tasks.sweep_attachments(0)
        assert {again(one).scan for one in (clean, infected)} == {ScanState.PENDING}
    clamd.start()
    tasks.sweep_attachments(0)
    assert again(clean).scan == ScanState.CLEAN
    assert again(infected).scan == ScanState.INFECTED


# Fail closed


@pytest.mark.usefixtures("away")
def test_a_scanner_that_is_away_lets_nothing_through(draft: Motivation) -> None:
    for added in (add(draft, PDF), add(draft, WORD)):
        scanning.check_waiting()
        attachment = again(added)
        assert (attachment.scan, attachment.claimed_at) == (ScanState.PENDING, None)
        assert attachment.attempts > 0
        with pytest.raises(NotAllowed):
            attachments.open_file(attachment, draft.author)


def test_what_was_to_be_scanned_waits_also_for_a_worker_that_knows_no_scanner(
    away: None, draft: Motivation, settings: Any
) -> None:
    attachment = add(draft, PDF)
    settings.CLAMD_SOCKET = ""
    scanning.check_waiting()
    assert again(attachment).scan == ScanState.PENDING


def test_a_file_changed_in_quarantine_is_not_let_through(clamd: Clamd, draft: Motivation) -> None:
    attachment, other = add(draft, PDF), add(draft, WORD)
    path = Path(django_settings.MEDIA_ROOT) / "quarantine" / str(attachment.quarantined_as)
    path.write_bytes(pdf_with(pages=3))
    scanning.check_waiting()
    assert again(attachment).scan == ScanState.PENDING
    assert again(other).scan == ScanState.CLEAN, "one must not stop the others"


# Killed on the way


class Killed(BaseException):
    """The worker is gone: nothing of it runs on."""


def kill_at(monkeypatch: pytest.MonkeyPatch, target: Any, name: str) -> None:
    def killed(*_arguments: object, **_more: object) -> None:
        raise Killed

    monkeypatch.setattr(target, name, killed)


@pytest.mark.parametrize(
    ("target", "name"),
    [
        (scanning, "_examine"),
        (files, "read"),
        (scanner, "is_infected"),
        (scanning, "word_to_pdf"),
        (scanning, "_settle"),
        (files, "keep"),
        (files, "delete"),
    ],
)
@pytest.mark.parametrize("content", [WORD, docx(paragraph(EICAR))], ids=["clean", "infected"])
def test_a_worker_killed_before_the_finding_is_written_leaves_the_file_waiting(
    clamd: Clamd, draft: Motivation, target: Any, name: str, content: bytes
) -> None:
    attachment = add(draft, content)
    expected = ScanState.CLEAN if content is WORD else ScanState.INFECTED
    with pytest.MonkeyPatch.context() as monkeypatch:
        kill_at(monkeypatch, target, name)
        try:
            scanning.check_waiting()
        except Killed:
            assert again(attachment).scan == ScanState.PENDING
            assert str(again(attachment).quarantined_as) in stored()["quarantine"]
        else:
            # An infected Word document is never made into anything.
            assert (expected, name) in {
                (ScanState.INFECTED, "word_to_pdf"),
                (ScanState.INFECTED, "keep"),
            }
            return
    assert scanning.check_waiting() == 0, "somebody else may be at it"
    with later():
        assert scanning.check_waiting() == 1
    assert again(attachment).scan == expected


def test_a_conversion_that_is_stopped_with_its_worker_is_no_verdict(draft: Motivation) -> None:
    attachment = add(draft, WORD)

    def stopped(_work: str, content: bytes, *_arguments: str, **limits: int) -> bytes:
        return apart("tests.klas.apart_work:be_stopped", content, **limits)

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(word_to_pdf, "apart", stopped)
        scanning.check_waiting()
    assert again(attachment).scan == ScanState.PENDING
    with later():
        scanning.check_waiting()
    assert again(attachment).scan == ScanState.CLEAN


def test_a_worker_killed_while_it_tells_has_neither_told_nor_written(
    clamd: Clamd, draft: Motivation, monkeypatch: pytest.MonkeyPatch
) -> None:
    attachment = add(draft, infected_pdf())
    with pytest.MonkeyPatch.context() as patched:
        kill_at(patched, scanning, "tell")
        with pytest.raises(Killed):
            scanning.check_waiting()
    assert again(attachment).scan == ScanState.PENDING
    with later():
        scanning.check_waiting()
    assert again(attachment).scan == ScanState.INFECTED
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("content", [WORD, PDF], ids=["word", "pdf"])
def test_a_worker_killed_after_it_has_written_leaves_a_file_that_the_night_takes(
    clamd: Clamd, draft: Motivation, content: bytes
) -> None:
    attachment = add(draft, content)
    with pytest.MonkeyPatch.context() as monkeypatch:
        kill_at(monkeypatch, files.default_storage, "delete")
        with pytest.raises(Killed):
            scanning.check_waiting()
    assert again(attachment).scan == ScanState.CLEAN
    assert len(stored()["quarantine"]) == 1
    with clock.at(clock.now() + timedelta(hours=policy.stray_file_hours + 1)):
        tasks.remove_stray_files(0)
    assert stored() == {"attachments": {str(again(attachment).stored_as)}, "quarantine": set()}


# Several workers


def test_two_workers_take_different_files_and_none_twice(draft: Motivation) -> None:
    first, second = add(draft, WORD), add(draft, docx(paragraph("Annat")))
    taken = [scanning._claim(besides=set()) for _worker in range(3)]
    assert [one and one.pk for one in taken] == [first.pk, second.pk, None]
    with later():
        retaken = scanning._claim(besides=set())
    assert retaken is not None
    assert retaken.pk == first.pk


def test_the_second_of_two_that_checked_the_same_file_changes_nothing(draft: Motivation) -> None:
    attachment = add(draft, WORD)
    finding = scanning._examine(attachment)
    scanning._settle(attachment, finding)
    kept = again(attachment)
    scanning._settle(attachment, finding)
    scanning._settle(attachment, scanning._Finding(ScanState.INFECTED))
    assert again(attachment).stored_as == kept.stored_as
    assert again(attachment).scan == ScanState.CLEAN
    assert stored() == {"attachments": {str(kept.stored_as)}, "quarantine": set()}
    assert not Notice.objects.exists()


def test_a_file_taken_away_while_it_was_checked_leaves_nothing(draft: Motivation) -> None:
    attachment = add(draft, WORD)
    finding = scanning._examine(attachment)
    attachments.remove(attachment, by=draft.author)
    scanning._settle(attachment, finding)
    assert not Attachment.objects.exists()
    assert stored() == {"attachments": set(), "quarantine": set()}


# Sending


def stop(attachment: Attachment, state: ScanState = ScanState.INFECTED) -> None:
    """What the check of a file that waits comes to, when it is not clean."""
    scanning._settle(attachment, scanning._Finding(state))


@pytest.mark.parametrize("state", [ScanState.INFECTED, ScanState.UNREADABLE])
def test_a_motivation_with_a_stopped_file_is_not_sent_until_it_is_taken_away(
    draft: Motivation, state: ScanState, acting: Any
) -> None:
    attachment = add(draft, WORD, "intyg.docx")
    stop(attachment, state)
    with pytest.raises(Refused, match=r"intyg\.pdf stoppades"):
        submission.submit(draft, by=draft.author)
    assert attachments.task_status(draft, answers_of(draft)) == TaskStatus.PROBLEM
    page = acting(draft.author).get(reverse("motivations:check", args=[draft.pk])).content.decode()
    assert "intyg.pdf stoppades" in page
    assert reverse("motivations:attachments", args=[draft.pk]) in page
    attachments.remove(attachment, by=draft.author)
    assert submission.submit(draft, by=draft.author).reference


def test_a_file_that_waits_stops_nobody_and_what_is_found_later_is_shown_to_all(
    draft: Motivation, acting: Any
) -> None:
    attachment = add(draft, WORD, secrecy="product")
    sent = submission.submit(draft, by=draft.author)
    case = factories.case(of=factories.application(on=sent))
    stop(again(attachment))
    assert Attachment.objects.get(motivation=sent).version is not None
    assert Notice.objects.get(kind=NoticeKind.ATTACHMENT_STOPPED).reference == sent.reference
    officer, pharmacist = factories.AssignmentFactory(), case.application.created_by
    pages = (
        (draft.author, reverse("motivations:detail", args=[sent.pk])),
        (draft.author, reverse("motivations:attachments", args=[sent.pk])),
        (pharmacist, reverse("applications:motivation", args=[sent.pk])),
        (officer, reverse("decisions:case", args=[case.pk])),
    )
    for who, address in pages:
        page = acting(who).get(address).content.decode()
        assert "intyg.pdf" in page, address
        assert "Innehåller skadlig kod" in page, address
        assert f"bilagor/{attachment.pk}/" not in page, address
    for who, name, key in (
        (draft.author, "motivations", sent.pk),
        (pharmacist, "applications", sent.pk),
        (officer, "decisions", case.pk),
    ):
        for address, more in (
            ("attachment", []),
            ("attachment_preview", []),
            ("attachment_page", [1]),
        ):
            url = reverse(f"{name}:{address}", args=[key, attachment.pk, *more])
            assert acting(who).get(url).status_code == 404, url


def test_a_stopped_file_is_no_product_documentation() -> None:
    product = factories.ProductFactory(on_licence_before=False)
    motivation = factories.draft(answers=factories.individual_answers(product))
    attachment = add(motivation, WORD, kind=AttachmentKind.PRODUCT_DOCUMENTATION)
    assert attachments.task_status(motivation, answers_of(motivation)) == TaskStatus.DONE
    stop(attachment)
    with pytest.raises(Refused, match="stoppades"):
        attachments.check(motivation, answers_of(motivation))
    attachments.remove(attachment, by=motivation.author)
    with pytest.raises(Refused, match="produktdokumentation"):
        attachments.check(motivation, answers_of(motivation))


def test_a_stopped_file_can_be_sent_again_when_it_has_been_mended(draft: Motivation) -> None:
    attachment = add(draft, WORD)
    stop(attachment)
    assert attachments.replace(
        again(attachment),
        file=rebuild(SimpleUploadedFile("intyg.docx", WORD)),
        kind="spc",
        secrecy="clinical",
        by=draft.author,
    )


def test_the_colleague_who_added_it_is_told_as_well(draft: Motivation) -> None:
    from motivations.models import DraftShare

    colleague = factories.AssignmentFactory(prescriber=True, care_unit=draft.author.care_unit)
    DraftShare.objects.create(
        motivation=draft, colleague=colleague, shared_at=clock.now(), shared_by=draft.author
    )
    stop(add(draft, WORD, by=colleague))
    told = set(Notice.objects.values_list("recipient", flat=True))
    assert told == {draft.author.user_id, colleague.user_id}


# Strays


def test_old_files_that_no_row_names_are_removed_and_all_others_stay(draft: Motivation) -> None:
    clean, waiting = add(draft, PDF), add(draft, WORD)
    keep = {str(clean.stored_as), str(waiting.quarantined_as)}
    for folder in ("attachments", "quarantine"):
        files.keep(folder, b"efter en avbruten transaktion")
        (Path(django_settings.MEDIA_ROOT) / folder / "LÄSMIG.txt").write_text("inte vår")
    assert files.remove_strays(clock.now()) == 0, "young: its transaction may not be through"
    assert files.remove_strays(clock.now() + timedelta(hours=policy.stray_file_hours + 1)) == 2
    left = stored()
    assert left["attachments"] | left["quarantine"] == keep | {"LÄSMIG.txt"}


def test_an_upload_that_is_rolled_back_leaves_nothing_for_long(draft: Motivation) -> None:
    from django.db import transaction

    class Interrupted(Exception):
        pass

    with contextlib.suppress(Interrupted), transaction.atomic():
        add(draft, WORD)
        raise Interrupted
    assert not Attachment.objects.exists()
    assert len(stored()["quarantine"]) == 1
    files.remove_strays(clock.now() + timedelta(hours=policy.stray_file_hours + 1))
    assert stored()["quarantine"] == set()


def test_nothing_is_stored_yet_and_nothing_is_removed() -> None:
    assert files.remove_strays(clock.now()) == 0


# One door


def test_only_the_check_moves_the_state_of_a_file() -> None:
    root = Path(__file__).resolve().parents[2]
    moving = re.compile(r"\.scan = |\[\"scan\"\] = |(update|create|Attachment)\([^)]*\bscan=")
    found = {
        path.relative_to(root).as_posix()
        for app in ("motivations", "applications", "decisions")
        for path in (root / app).rglob("*.py")
        if "migrations" not in path.parts and moving.search(path.read_text())
    }
    assert found == {"motivations/services/scanning.py"}
