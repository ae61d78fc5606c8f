"""What is sealed can be opened in its own place only, as it was sealed."""

from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from klas import clock
from klas.models import KeptForm
from klas.sealed import Sealed, SealedBinaryField, SealedJSONField, SealedTextField
from klas.sealing import SealBroken, key_number, seal, unseal
from motivations.models import MotivationDocument
from tests import factories

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
JSON_FIELD: Any = KeptForm._meta.get_field("fields")
PDF_FIELD: Any = MotivationDocument._meta.get_field("pdf")


class TestSealing:
    @given(st.binary(max_size=400), st.text(max_size=20), st.text(max_size=20))
    def test_it_opens_in_its_own_place(self, content: bytes, place: str, row: str) -> None:
        sealed = seal(content, place=place, row=row)
        assert unseal(sealed, place=place, row=row) == content
        assert seal(content, place=place, row=row) != sealed, "each sealing has its own nonce"
        assert len(content) < 8 or content not in sealed

    @given(st.binary(max_size=60), st.data())
    def test_a_changed_bit_is_refused(self, content: bytes, data: st.DataObject) -> None:
        sealed = bytearray(seal(content, place="t:c", row="1"))
        at = data.draw(st.integers(0, len(sealed) - 1))
        sealed[at] ^= 1 << data.draw(st.integers(0, 7))
        with pytest.raises(SealBroken):
            unseal(bytes(sealed), place="t:c", row="1")

    @given(st.binary(max_size=60), st.integers(0, 100))
    def test_a_cut_one_is_refused(self, content: bytes, length: int) -> None:
        sealed = seal(content, place="t:c", row="1")
        if length < len(sealed):
            with pytest.raises(SealBroken):
                unseal(sealed[:length], place="t:c", row="1")

    @pytest.mark.parametrize(("place", "row"), [("t:c", "2"), ("t:d", "1"), ("u:c", "1")])
    def test_a_moved_one_is_refused_and_the_error_says_nothing_of_it(
        self, place: str, row: str
    ) -> None:
        sealed = seal(b"Vera Provpatient", place="t:c", row="1")
        with pytest.raises(SealBroken, match=f"{place}, row {row}") as refused:
            unseal(sealed, place=place, row=row)
        assert "Vera" not in str(refused.value)


class TestFields:
    @given(JSON, st.integers(1, 2**62))
    def test_json_comes_back_and_is_not_seen(self, value: Any, row: int) -> None:
        field: SealedJSONField = JSON_FIELD
        stored = field.sealed(field.dumped(value), row)
        assert stored.isascii()
        assert field.loaded(field.unsealed(stored, row)) == value

    @given(st.text(), st.integers(1, 2**62))
    def test_a_text_comes_back(self, value: str, row: int) -> None:
        field = SealedTextField()
        field.model, field.column = KeptForm, "other"  # type: ignore[assignment]
        assert field.loaded(field.unsealed(field.sealed(field.dumped(value), row), row)) == value

    @given(st.binary(min_size=1), st.integers(1, 2**62))
    def test_bytes_come_back(self, value: bytes, row: int) -> None:
        field: SealedBinaryField = PDF_FIELD
        assert field.unsealed(field.sealed(value, row), row) == value

    @given(st.text())
    def test_what_was_never_sealed_is_refused(self, value: str) -> None:
        with pytest.raises(SealBroken):
            JSON_FIELD.unsealed(value, 1)


def kept(fields: dict[str, Any], path: str = "/a/") -> KeptForm:
    by = factories.AssignmentFactory()
    return KeptForm.objects.create(
        token_hash="0" * 64,
        path=path,
        user=by.user,
        assignment=by,
        fields=fields,
        kept_at=clock.now(),
    )


def stored(row: KeptForm) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT fields FROM klas_keptform WHERE id = %s", [row.pk])
        return str(cursor.fetchone()[0])


def put(row: KeptForm, text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE klas_keptform SET fields = %s WHERE id = %s", [text, row.pk])


@pytest.mark.django_db
class TestRows:
    def test_what_a_row_holds_is_sealed_with_the_current_key(self) -> None:
        row = kept({"name": ["Vera Provpatient"]})
        assert key_number(stored(row).encode()) == 1
        assert "Vera" not in stored(row)
        assert KeptForm.objects.get(pk=row.pk).fields == {"name": ["Vera Provpatient"]}

    def test_one_moved_to_another_row_is_refused(self) -> None:
        row, other = kept({"a": ["1"]}), kept({"a": ["2"]}, "/b/")
        put(other, stored(row))
        with pytest.raises(SealBroken, match="sealed for another place"):
            KeptForm.objects.get(pk=other.pk).fields  # noqa: B018

    @pytest.mark.parametrize("text", ['{"a": ["3"]}', "k1.AAAA", "k1.", "k2.AAAA", "k1.å"])
    def test_one_put_there_by_somebody_else_is_refused(self, text: str) -> None:
        row = kept({"a": ["1"]})
        put(row, text)
        with pytest.raises(SealBroken):
            KeptForm.objects.get(pk=row.pk).fields  # noqa: B018

    def test_an_unchanged_value_is_written_back_as_it_stood(self) -> None:
        row = kept({"a": ["1"]})
        before = stored(row)
        row.save()
        again = KeptForm.objects.get(pk=row.pk)
        again.save()
        assert again.fields == {"a": ["1"]}
        again.save()
        assert stored(row) == before
        again.fields["a"] = ["2"]
        again.save()
        assert stored(row) != before
        assert KeptForm.objects.get(pk=row.pk).fields == {"a": ["2"]}

    def test_what_is_empty_is_stored_as_it_is(self) -> None:
        row = kept({})
        assert stored(row) == "{}"
        assert KeptForm.objects.get(pk=row.pk).fields == {}

    def test_nothing_is_opened_that_is_not_read(self, monkeypatch: pytest.MonkeyPatch) -> None:
        opened: list[str] = []

        def counted(sealed: bytes, *, place: str, row: str) -> bytes:
            opened.append(row)
            return unseal(sealed, place=place, row=row)

        for n in range(5):
            kept({"a": [str(n)]}, f"/{n}/")
        monkeypatch.setattr("klas.sealed.unseal", counted)
        rows = list(KeptForm.objects.order_by("pk"))
        assert opened == []
        assert rows[3].fields == rows[3].fields == {"a": ["3"]}
        assert opened == [str(rows[3].pk)]

    def test_it_cannot_be_searched_nor_changed_without_its_row(self) -> None:
        for refused in (
            lambda: KeptForm.objects.filter(fields={"a": ["1"]}),
            lambda: KeptForm.objects.filter(fields__contains="1"),
            lambda: KeptForm.objects.update(fields={"a": ["1"]}),
        ):
            with pytest.raises(TypeError, match="sealed"):
                refused()
        assert "Vera" not in repr(Sealed("Vera"))

    def test_many_at_once_are_each_sealed_for_their_own_row(self) -> None:
        first = kept({"a": ["0"]})
        KeptForm.objects.bulk_create(
            KeptForm(
                token_hash="0" * 64,
                path=f"/{n}/",
                user_id=first.user_id,
                assignment_id=first.assignment_id,
                fields={"a": [str(n)]},
                kept_at=clock.now(),
            )
            for n in range(3)
        )
        said = [row.fields["a"][0] for row in KeptForm.objects.order_by("pk")]
        assert said == ["0", "0", "1", "2"]
