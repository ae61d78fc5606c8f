"""The print queue: batches, one merged PDF each, posted, and printed once more."""

import threading
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pikepdf
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from decisions.enums import Channel, LetterStatus
from decisions.models import Letter, PrintBatch, PrintedLetter
from decisions.services import printing
from decisions.services.issuing import issue_letters
from decisions.services.merging import issue_batches, merge
from klas import clock
from klas.access import Role
from klas.errors import NotAllowed, Refused, WrongState
from klas.merging import merged
from klas.presentation import swedish_date
from motivations.enums import Outcome
from tests import factories
from tests.klas.pdf_reading import pages_of

pytestmark = pytest.mark.django_db
LETTERS, PRINT = reverse("decisions:letters"), reverse("decisions:print_letters")


def ready(count: int = 1, **facts: Any) -> list[Letter]:
    """Prescribers' letters that can be printed, in the order they were ordered."""
    cases = [factories.decided(Outcome.REJECTED, **facts) for _ in range(count)]
    issue_letters()
    return list(Letter.objects.filter(case__in=cases, channel=Channel.POST).order_by("pk"))


def states(letters: list[Letter]) -> set[str]:
    return set(
        Letter.objects.filter(pk__in=[one.pk for one in letters]).values_list("status", flat=True)
    )


def one_page(words: str) -> bytes:
    from klas.pdf import render

    return render(f'<html lang="sv"><head><title>{words}</title></head><p>{words}</p>').content


# The merged PDF


def test_each_document_begins_on_a_sheet_of_its_own_and_the_bytes_are_the_same_each_time() -> None:
    long = one_page("Lång " * 3_000)
    documents = [one_page("Ett"), long, one_page("Tre")]
    content = merged(documents, title="Utskrift")
    pages = pages_of(content)
    first = [next(n for n, text in enumerate(pages) if word in text) for word in ("Ett", "Tre")]
    assert [number % 2 for number in first] == [0, 0]
    assert pages[1].strip() == ""
    assert len(pages) % 2 == 0
    assert merged(documents, title="Utskrift") == content


def test_a_batch_is_one_pdf_of_its_letters_own_pages_in_order() -> None:
    letters = ready(3)
    batch = printing.print_letters(reversed(letters), by=factories.AssignmentFactory())
    assert issue_batches() == 1
    batch.refresh_from_db()
    pages = [page for page in pages_of(bytes(batch.pdf or b"")) if page.strip()]
    numbers = [letter.case.dnr for letter in letters]
    assert [
        next(n for n in numbers if n in page) for page in pages if "Sida 1 av" in page
    ] == numbers
    assert not any("Omtryck" in page for page in pages)
    assert merge(batch).sha256 == batch.sha256
    with pikepdf.open(BytesIO(bytes(batch.pdf or b""))) as pdf:
        assert str(batch.pk) in str(pdf.docinfo["/Title"])
    assert states(letters) == {LetterStatus.PRINTED}
    assert issue_batches() == 0


def test_a_reprint_says_so_on_each_page_and_leaves_the_letters_as_they_were() -> None:
    letters, officer = ready(2), factories.AssignmentFactory()
    batch = printing.print_letters(letters, by=officer)
    before = {one.pk: one.sha256 for one in Letter.objects.all()}
    printed = list(Letter.objects.filter(pk__in=[one.pk for one in letters]).order_by("pk"))
    again = printing.reprint(printed, reason="Skrivaren åt ett ark.", by=officer, of=batch)
    issue_batches()
    again.refresh_from_db()
    pages = [page for page in pages_of(bytes(again.pdf or b"")) if page.strip()]
    assert len(pages) >= 2
    assert all(f"Omtryck {swedish_date(again.ordered_at)}" in page for page in pages)
    assert {one.pk: one.sha256 for one in Letter.objects.all()} == before
    assert (again.reprint_of, again.reason) == (batch, "Skrivaren åt ett ark.")


# Rules


def test_a_letter_is_printed_for_the_first_time_once() -> None:
    first, second = ready(2)
    officer = factories.AssignmentFactory()
    printing.print_letters([first], by=officer)
    with pytest.raises(WrongState, match=f"{first.case.dnr} är redan utskrivet"):
        printing.print_letters([second, first], by=officer)
    assert states([second]) == {LetterStatus.ISSUED}
    assert PrintBatch.objects.count() == 1
    # The database says so too.
    batch = PrintBatch.objects.create(made_by=officer, count=1, ordered_at=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        PrintedLetter.objects.create(batch=batch, letter=first, position=1, is_reprint=False)


def test_what_cannot_be_printed_is_refused() -> None:
    officer = factories.AssignmentFactory()
    with pytest.raises(Refused, match="inga brev"):
        printing.print_letters([], by=officer)
    with pytest.raises(Refused, match="inga brev"):
        printing.print_waiting(by=officer)
    factories.decided(Outcome.REJECTED)
    pending = Letter.objects.get(channel=Channel.POST)
    with pytest.raises(WrongState, match="inte klart än"):
        printing.print_letters([pending], by=officer)
    issue_letters()
    electronic = Letter.objects.get(channel=Channel.ELECTRONIC)
    with pytest.raises(Refused):
        printing.print_letters([electronic], by=officer)
    ready_one = Letter.objects.get(channel=Channel.POST)
    with pytest.raises(WrongState, match="inte utskrivet"):
        printing.reprint([ready_one], reason="x", by=officer)
    printing.print_letters([ready_one], by=officer)
    with pytest.raises(Refused, match="varför"):
        printing.reprint([Letter.objects.get(pk=ready_one.pk)], reason=" ", by=officer)


def test_only_who_prints_letters_prints_and_posts() -> None:
    letters, assessor = ready(1), factories.AssignmentFactory(assessor=True)
    with pytest.raises(NotAllowed):
        printing.print_letters(letters, by=assessor)
    batch = printing.print_waiting(by=factories.AssignmentFactory())
    with pytest.raises(NotAllowed):
        printing.reprint(letters, reason="x", by=assessor)
    with pytest.raises(NotAllowed):
        printing.post_batch(batch, posted_on=clock.today(), by=assessor)


def test_a_batch_is_posted_once_with_what_is_left_of_it() -> None:
    letters, officer = ready(2), factories.AssignmentFactory()
    batch = printing.print_letters(letters, by=officer)
    today = clock.today()
    for day in (today + timedelta(days=1), today - timedelta(days=1)):
        with pytest.raises(Refused):
            printing.post_batch(batch, posted_on=day, by=officer)
    printing.mark_posted(letters[0], posted_on=today, by=officer)
    printing.post_batch(batch, posted_on=today, by=officer)
    assert states(letters) == {LetterStatus.POSTED}
    with pytest.raises(WrongState, match="redan markerad"):
        printing.post_batch(batch, posted_on=today, by=officer)


def test_a_merged_pdf_is_kept_as_it_is() -> None:
    printing.print_letters(ready(1), by=factories.AssignmentFactory())
    issue_batches()
    with pytest.raises(DatabaseError), transaction.atomic():
        PrintBatch.objects.update(sha256="0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        PrintedLetter.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_never_print_the_same_letter() -> None:
    letters = ready(3)
    officers = [factories.AssignmentFactory() for _ in range(4)]
    start, refused, failed = threading.Barrier(len(officers)), [], []

    def work(officer: Any, takes_all: bool) -> None:
        try:
            start.wait()
            if takes_all:
                printing.print_waiting(by=officer)
            else:
                printing.print_letters(letters, by=officer)
        except Refused as error:
            refused.append(error)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=work, args=(officer, number % 2 == 0))
        for number, officer in enumerate(officers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failed
    # Who was refused has left the letters as they were: they are there for the next.
    if Letter.objects.filter(status=LetterStatus.ISSUED, channel=Channel.POST).exists():
        printing.print_waiting(by=officers[0])
    places = PrintedLetter.objects.values_list("letter", flat=True)
    assert sorted(places) == sorted(letter.pk for letter in letters)
    assert states(letters) == {LetterStatus.PRINTED}


# The pages


def sent(*letters: Letter, **fields: Any) -> dict[str, Any]:
    return {"letters": [letter.pk for letter in letters], "_key": str(uuid4()), **fields}


def test_letters_are_chosen_printed_opened_and_posted(acting: Any) -> None:
    first, second, left = ready(3)
    client = acting(factories.AssignmentFactory())
    page = client.get(LETTERS).content.decode()
    assert "3 brev att skriva ut" in page
    data = sent(first, second)
    for _ in range(2):  # double click
        answer = client.post(PRINT, data)
    batch = PrintBatch.objects.get()
    where = reverse("decisions:batch", args=[batch.pk])
    assert answer.url == where
    assert states([left]) == {LetterStatus.ISSUED}
    assert client.get(f"{where}pdf/").status_code == 202
    issue_batches()
    assert client.get(f"{where}pdf/").content.startswith(b"%PDF")
    page = client.get(where).content.decode()
    assert first.case.dnr in page
    assert left.case.dnr not in page
    today = {"posted_on": clock.today().isoformat(), "_key": str(uuid4())}
    assert "Det går inte att ångra." in client.post(where, today).content.decode()
    assert states([first, second]) == {LetterStatus.PRINTED}
    for _ in range(2):
        assert client.post(where, {**today, "_confirm": "1"}).url == where
    assert states([first, second]) == {LetterStatus.POSTED}
    assert "Postad" in client.get(reverse("decisions:batches")).content.decode()


def test_all_that_waits_is_printed_with_one_button(acting: Any) -> None:
    letters = ready(2)
    client = acting(factories.AssignmentFactory())
    client.post(PRINT, sent(_all="1"))
    assert states(letters) == {LetterStatus.PRINTED}
    again = client.post(PRINT, sent(_all="1"))
    assert again.status_code == 409
    assert "Det finns inga brev att skriva ut." in again.content.decode()


def test_choosing_nothing_or_what_a_colleague_took_is_said(acting: Any) -> None:
    taken, left = ready(2)
    client = acting(factories.AssignmentFactory())
    nothing = client.post(PRINT, sent())
    assert nothing.status_code == 422
    assert "Välj minst ett brev" in nothing.content.decode()
    printing.print_letters([taken], by=factories.AssignmentFactory())
    answer = client.post(PRINT, sent(left, taken))
    assert answer.status_code == 409
    assert f"Brevet i ärende {taken.case.dnr} är redan utskrivet" in answer.content.decode()
    assert states([left]) == {LetterStatus.ISSUED}


def test_a_letter_and_a_batch_are_printed_again_for_a_reason(acting: Any) -> None:
    letters = ready(2)
    client = acting(factories.AssignmentFactory())
    not_yet = reverse("decisions:reprint_letter", args=[letters[0].pk])
    assert client.get(not_yet).status_code == 404
    client.post(PRINT, sent(*letters))
    batch = PrintBatch.objects.get()
    for name, pk, count in (
        ("reprint_letter", letters[0].pk, 1),
        ("reprint_batch", batch.pk, 2),
    ):
        url = reverse(f"decisions:{name}", args=[pk])
        assert client.get(url).status_code == 200
        assert client.post(url, {"reason": "", "_key": str(uuid4())}).status_code == 422
        answer = client.post(url, {"reason": "Kom i retur.", "_key": str(uuid4())})
        newest = PrintBatch.objects.order_by("-pk")[0]
        assert answer.url == reverse("decisions:batch", args=[newest.pk])
        assert (newest.count, newest.is_reprint) == (count, True)
        assert "Kom i retur." in client.get(answer.url).content.decode()
    # Printed again they are still to be posted, once.
    assert "2 brev att posta" in client.get(f"{LETTERS}?flik=printed").content.decode()


@pytest.mark.parametrize("role", list(Role))
def test_who_prints(acting: Any, role: Role) -> None:
    letters = ready(1)
    client = acting(factories.acting_as(role))
    prints = role in {Role.CASEWORKER, Role.DECISION_MAKER}
    assert client.post(PRINT, sent(*letters)).status_code == (302 if prints else 403)


def test_the_number_of_queries_does_not_grow(acting: Any) -> None:
    client, batches = acting(factories.AssignmentFactory()), reverse("decisions:batches")
    letters = ready(4)
    printing.print_letters(letters[:1], by=factories.AssignmentFactory())
    one_page = reverse("decisions:batch", args=[PrintBatch.objects.get().pk])

    def counted(url: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    before = counted(batches), counted(one_page)
    batch = printing.print_letters(letters[1:], by=factories.AssignmentFactory())
    assert (counted(batches), counted(reverse("decisions:batch", args=[batch.pk]))) == before
    assert max(before) <= 9
