"""Fields for what must not be readable outside the code that may read it.

Clinical text, identities and drafts are kept in these. They hold one JSON text that the database
cannot look into: no look-up but `isnull` is possible, so that encrypting them changes this module
and no caller.
"""

import json
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

if TYPE_CHECKING:
    _TextField = models.TextField[Any, Any]
else:
    _TextField = models.TextField


class SealedJSONField(_TextField):
    """A JSON value stored as opaque text."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def get_prep_value(self, value: Any) -> str | None:
        if value is None:
            return None
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Any:
        return None if value is None else json.loads(value)

    def to_python(self, value: Any) -> Any:
        return value

    def get_lookup(self, lookup_name: str) -> Any:
        # "df", is distinct from, is what triggers compare old and new rows with.
        if lookup_name not in {"isnull", "df"}:
            raise TypeError(f"a sealed field cannot be searched with {lookup_name!r}")
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> Any:
        raise TypeError("a sealed field cannot be searched")
