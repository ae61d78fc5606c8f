"""Fields for what must not be readable in the database: identities, clinical text, free words.

They are sealed (`klas.sealing`) for their table, column and row. A value is opened when its
attribute is read, not when its row is fetched, so that a list opens only what it shows; a value
that was not changed is written back as it stood, so that triggers on frozen columns see no change.

The row's key takes part in the seal, so it is taken from the sequence before the row is inserted
(`RowKeyField`), and a value can only be saved with its row: `QuerySet.update` refuses it.
What is empty is stored as it is: constraints may ask for that, and nothing else can be searched.
Decision record: docs/decisions/010-sealing.md.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.migrations.state import StateApps
from django.db.models.lookups import Exact
from django.db.models.query_utils import DeferredAttribute

from klas.sealing import SealBroken, key_number, seal, unseal

if TYPE_CHECKING:
    _Field = models.Field[Any, Any]
    _TextField = models.TextField[Any, str]
    _AnyField = models.TextField[Any, Any]
    _BinaryField = models.BinaryField[Any, Any]
    _BigAutoField = models.BigAutoField[Any, int]
else:
    _Field = models.Field
    _TextField = _AnyField = models.TextField
    _BinaryField = models.BinaryField
    _BigAutoField = models.BigAutoField

logger = structlog.get_logger("klas.sealed")
# Where an instance remembers what its columns hold, to write it back as it stood.
_STORED = "_sealed"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value as the database holds it, not opened."""

    stored: str | bytes

    def __repr__(self) -> str:
        return "<sealed>"


class RowKeyField(_BigAutoField):
    """The key of a row, known before the row is inserted where something is sealed with it.

    To migrations it is a `BigAutoField`.
    """

    _pyi_private_set_type: Any
    _pyi_private_get_type: int

    def get_pk_value_on_save(self, instance: models.Model) -> Any:
        if not any(isinstance(field, SealedField) for field in instance._meta.concrete_fields):
            return super().get_pk_value_on_save(instance)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s))",
                [connection.ops.quote_name(instance._meta.db_table), self.column],
            )
            (number,) = cursor.fetchone()
        return number

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.BigAutoField", args, kwargs


class _OpenedWhenRead(DeferredAttribute):
    """The attribute of a sealed field."""

    field: "SealedField"

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        if instance is None:
            return self
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            value = self.field.opened(value.stored, instance)
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class _IsEmpty(Exact):
    """`= ''`: the only thing that a column of sealed values can be asked."""

    def get_prep_lookup(self) -> Any:
        if self.rhs != "":
            raise TypeError("a sealed field can be compared with nothing but the empty text")
        return self.rhs


class SealedField(_Field):
    """What the sealed fields share; a concrete one says what its value is as bytes."""

    descriptor_class = _OpenedWhenRead
    # What says nothing, as it is stored.
    stored_as_they_are: tuple[str, ...] = ("",)
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def dumped(self, value: Any) -> bytes:
        """A value as the bytes that are sealed."""
        raise NotImplementedError

    def loaded(self, content: bytes) -> Any:
        """The value that was sealed as these bytes."""
        raise NotImplementedError

    def is_empty(self, stored: str | bytes) -> bool:
        """Whether a stored value says nothing, and so is not sealed."""
        return any(stored in (value, value.encode()) for value in self.stored_as_they_are)

    @property
    def place(self) -> str:
        """What its keys are derived for."""
        return f"{self.model._meta.db_table}:{self.column}"

    def sealed(self, content: bytes, row: int) -> str | bytes:
        """Bytes as they are stored for a row: empty ones as they are."""
        return seal(content, place=self.place, row=str(row))

    def unsealed(self, stored: str | bytes, row: int) -> bytes:
        """The bytes that were sealed for a row.

        Raises:
            SealBroken: they were not.
        """
        if not isinstance(stored, bytes):
            raise SealBroken(f"{self.place}, row {row}: is not sealed")
        return unseal(stored, place=self.place, row=str(row))

    def opened(self, stored: str | bytes, instance: models.Model) -> Any:
        """The value that an instance's row holds, which the instance remembers as stored.

        Raises:
            SealBroken: it was not sealed here.
        """
        instance.__dict__.setdefault(_STORED, {})[self.attname] = stored
        if isinstance(instance._meta.apps, StateApps) and not self.looks_sealed(stored):
            return self.loaded(self._bytes(stored))  # a migration from before it was sealed
        try:
            return self.loaded(self.unsealed(stored, instance.pk))
        except SealBroken:
            logger.error("seal_broken", place=self.place, row=instance.pk)
            raise

    def looks_sealed(self, stored: str | bytes) -> bool:
        """Whether it begins as what is sealed does."""
        return key_number(self._bytes(stored)) is not None

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        value = instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Sealed):
            return value
        content = self.dumped(value)
        if self.is_empty(content):
            return value
        if instance.pk is None:
            raise TypeError(f"{self.place}: the row's key is not known")
        kept = instance.__dict__.setdefault(_STORED, {})
        stored = kept.get(self.attname)
        if stored is None or not self._holds(stored, content, instance):
            stored = kept[self.attname] = self.sealed(content, instance.pk)
        return Sealed(stored)

    def from_db_value(self, value: Any, expression: object, connection: object) -> Any:
        if value is None:
            return None
        return self.loaded(self._bytes(value)) if self.is_empty(value) else Sealed(value)

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Sealed):
            return value.stored
        if value is None:
            return None
        content = self.dumped(value)
        if not self.is_empty(content):
            raise TypeError(f"{self.place}: a sealed value is saved with its row, never asked for")
        return self._stored_empty(content)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return value if prepared else self.get_prep_value(value)

    def to_python(self, value: Any) -> Any:
        return value

    def get_lookup(self, lookup_name: str) -> Any:
        # "df", is distinct from, is what triggers compare old and new rows with.
        if lookup_name in {"isnull", "df"}:
            return super().get_lookup(lookup_name)
        if lookup_name == "exact":
            return _IsEmpty
        raise TypeError(f"a sealed field cannot be searched with {lookup_name!r}")

    def get_transform(self, lookup_name: str) -> Any:
        raise TypeError("a sealed field cannot be searched")

    def _holds(self, stored: str | bytes, content: bytes, instance: models.Model) -> bool:
        try:
            return self.unsealed(stored, instance.pk) == content
        except SealBroken:  # of another row: the instance was copied
            return False

    def _stored_empty(self, content: bytes) -> str | bytes:
        return content

    @staticmethod
    def _bytes(stored: Any) -> bytes:
        return stored.encode() if isinstance(stored, str) else bytes(stored)


class _AsText(SealedField):
    """A sealed field whose column is text: the ciphertext stands in base64."""

    def sealed(self, content: bytes, row: int) -> str:
        raw = seal(content, place=self.place, row=str(row))
        start = raw.index(b".") + 1
        return (raw[:start] + urlsafe_b64encode(raw[start:])).decode()

    def unsealed(self, stored: str | bytes, row: int) -> bytes:
        text = self._bytes(stored)
        start = text.find(b".") + 1
        try:
            raw = text[:start] + urlsafe_b64decode(text[start:])
        except ValueError as error:
            raise SealBroken(f"{self.place}, row {row}: is not sealed") from error
        return unseal(raw, place=self.place, row=str(row))

    def _stored_empty(self, content: bytes) -> str:
        return content.decode()


class SealedTextField(_AsText, _TextField):
    """A sealed text."""

    _pyi_private_get_type: str

    def dumped(self, value: Any) -> bytes:
        return str(value).encode()

    def loaded(self, content: bytes) -> str:
        return content.decode()


class SealedJSONField(_AsText, _AnyField):
    """A sealed JSON value."""

    stored_as_they_are = ('""', "{}", "[]", "null")

    def dumped(self, value: Any) -> bytes:
        text = json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)
        return text.encode()

    def loaded(self, content: bytes) -> Any:
        return json.loads(content)


class SealedBinaryField(SealedField, _BinaryField):
    """Sealed bytes: a rendered PDF."""

    def dumped(self, value: Any) -> bytes:
        return bytes(value)

    def loaded(self, content: bytes) -> bytes:
        return content
