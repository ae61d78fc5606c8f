"""`manage.py rotate_keys`: everything is sealed anew, frozen rows and files too."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from decisions.models import Letter
from decisions.services import cases
from decisions.services.issuing import issue_letters
from klas import resealing
from klas.keys import KeySource
from klas.resealing import key_use, reseal_columns, reseal_files, sealed_fields
from klas.sealed import SealedBinaryField
from motivations import reading
from motivations.enums import Outcome, SearchedBy
from motivations.models import Attachment, Motivation, SearchKey
from motivations.queries import current_version, known_by
from motivations.services import attachments, files, search_keys, submission
from motivations.services.search_keys import keys_of, sharing_keys
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keys(settings: Any, tmp_path: Path) -> None:
    """Rings and files of the test's own."""
    settings.SEAL_KEYS = KeySource("", tmp_path / "keys")
    settings.SEARCH_KEYS = KeySource("", tmp_path / "search-key")
    settings.MEDIA_ROOT = tmp_path / "files"
    call_command("make_keys", stdout=StringIO())


def rotated(*options: str) -> str:
    said = StringIO()
    call_command("rotate_keys", *options, stdout=said)
    return said.getvalue()


def with_file() -> Motivation:
    """A motivation that has been sent with a file."""
    begun = factories.draft(answers=factories.individual_answers(factories.ProductFactory()))
    picture = factories.picture("Intyg Vera.png")
    attachments.add(begun, file=picture, kind="other", secrecy="clinical", by=begun.author)
    return submission.submit(begun, by=begun.author)


def found() -> list[Motivation]:
    keys = keys_of(SearchedBy.PERSONAL_NUMBER, factories.PERSONAL_NUMBER)
    return [version.motivation for version in known_by(SearchedBy.PERSONAL_NUMBER, keys)]


def test_after_a_rotation_nothing_uses_the_old_key_and_all_is_as_it_was(settings: Any) -> None:
    motivation = with_file()
    officer = factories.AssignmentFactory()
    case = factories.decided(Outcome.REJECTED, of=factories.application(on=motivation))
    note = cases.add_note(case, text="Ring Vera.", by=officer)
    issue_letters()
    before = bytes(Letter.objects.filter(case=case).order_by("pk")[0].pdf or b"")
    file = Attachment.objects.get(motivation=motivation)

    said = rotated("--new-key", "--new-search-key")

    assert "Nyckel 1: 0 värden, används inte längre" in said
    assert "Söknyckel 1: 0 värden, används inte längre" in said
    assert set(key_use()) == {2}
    # The old keys can go.
    for source in (settings.SEAL_KEYS, settings.SEARCH_KEYS):
        (line,) = (one for one in source.path.read_text().splitlines() if one.startswith("2 "))
        source.path.write_text(line)
        assert list(source.ring().secrets) == [2]
    version = current_version(motivation)
    assert reading.whole(version)["patient"]["name"] == "Vera Provpatient"
    note.refresh_from_db()
    assert note.text == "Ring Vera."
    assert bytes(Letter.objects.filter(case=case).order_by("pk")[0].pdf or b"") == before
    assert Attachment.objects.get(pk=file.pk).name == "Intyg Vera.png"
    assert files.read(files.KEPT, file.stored_as, expected=file.sha256)
    assert found() == [motivation]
    assert "inte längre" not in rotated("--status")


def test_only_the_seal_of_a_frozen_row_may_change() -> None:
    case = factories.decided(Outcome.GRANTED)
    note = cases.add_note(case, text="Ring Vera.", by=factories.AssignmentFactory())
    sql = "UPDATE decisions_note SET {} WHERE id = %s"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format("text = 'annat'"), [note.pk])
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('klas.resealing', 'on', true)")
        cursor.execute(sql.format("text = text || ''"), [note.pk])
        for refused in (sql.format("at = now()"), "DELETE FROM decisions_note WHERE id = %s"):
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(refused, [note.pk])


def test_while_the_search_key_is_replaced_patients_are_found_and_compared(settings: Any) -> None:
    old = factories.motivation()
    settings.SEARCH_KEYS.add()
    new = factories.motivation()
    assert set(SearchKey.objects.values_list("key_number", flat=True)) == {1, 2}
    assert found() == [new, old]
    for one, other in ((old, new), (new, old)):
        same = sharing_keys(one)
        assert same is not None
        assert list(same) == [other]
    assert search_keys.keep_all(rotate=True) == 1
    assert set(SearchKey.objects.values_list("key_number", flat=True)) == {2}
    assert found() == [new, old]


def test_a_value_that_cannot_be_opened_is_told_and_stops_nothing(settings: Any) -> None:
    motivation, other = factories.motivation(), factories.motivation()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE motivations_motivation SET subject_label = "
            "(SELECT subject_label FROM motivations_motivation WHERE id = %s) WHERE id = %s",
            [motivation.pk, other.pk],
        )
    said = StringIO()
    with pytest.raises(CommandError, match="1 värden gick inte att öppna"):
        call_command("rotate_keys", "--new-key", stdout=said)
    assert f"subject_label, row {other.pk}: " in said.getvalue()
    assert "Nyckel 1: 1 värden, behövs fortfarande." in said.getvalue()
    assert Motivation.objects.get(pk=motivation.pk).subject_label


def test_what_an_earlier_release_stored_in_the_clear_is_sealed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(resealing, "BATCH", 1)
    motivation = with_file()
    case = factories.decided(Outcome.REJECTED, of=factories.application(on=motivation))
    cases.add_note(case, text="Ring Vera.", by=factories.AssignmentFactory())
    issue_letters()
    expected = opened()
    in_the_clear()
    assert set(key_use()) == {None}
    assert reseal_columns(from_plain=True).broken == reseal_files(from_plain=True).broken == 0
    assert set(key_use()) == {1}
    assert opened() == expected
    assert reseal_columns(from_plain=True).done == reseal_files(from_plain=True).done == 0


def test_two_rotations_at_once_are_one_too_many(settings: Any) -> None:
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(7305117)")
        with pytest.raises(CommandError, match="körs redan"):
            rotated()
    finally:
        other.close()


def opened() -> dict[tuple[str, int], Any]:
    """Every sealed value there is, by place and row."""
    return {
        (field.place, row.pk): getattr(row, field.attname)
        for field in sealed_fields()
        for row in field.model._base_manager.order_by("pk")
    }


def in_the_clear() -> None:
    """Leave the database and the files as an earlier release did."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('klas.resealing', 'on', true)")
        for field in sealed_fields():
            for row in field.model._base_manager.order_by("pk"):
                value = getattr(row, field.attname)
                if value is None:
                    continue
                content = field.dumped(value)
                plain = content if isinstance(field, SealedBinaryField) else content.decode()
                cursor.execute(
                    f'UPDATE {field.model._meta.db_table} SET "{field.column}" = %s WHERE id = %s',
                    [plain, row.pk],
                )
    for model in files.stored_models():
        for file in model._default_manager.order_by("pk"):
            content = files.read(files.KEPT, file.stored_as, expected=file.sha256)
            path = Path(files.default_storage.path(f"{files.KEPT}/{file.stored_as}"))
            path.write_bytes(content)
