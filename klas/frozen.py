"""Triggers for rows that are never overwritten.

One thing may still be done to them: what is sealed may be sealed anew, with another key
(`klas.resealing`, which alone sets `klas.resealing` in the database, for its own transaction). The
triggers then let only the sealed columns differ.
"""

from functools import reduce
from operator import or_
from typing import Any

import pgtrigger

from klas.sealed import SealedField


class Frozen(pgtrigger.Protect):
    """Refuses, but for what is sealed anew in a table that has sealed columns."""

    def get_func(self, model: Any) -> str:
        refuse: str = super().get_func(model)  # type: ignore[no-untyped-call]
        sealed = [field for field in model._meta.concrete_fields if isinstance(field, SealedField)]
        if not sealed or "UPDATE" not in str(self.operation):
            return refuse
        # What the database itself computes is not known yet when the trigger looks.
        computed = [field for field in model._meta.concrete_fields if field.generated]
        columns = ", ".join(sorted(f"'{field.column}'" for field in [*sealed, *computed]))
        return f"""
            IF TG_OP = 'UPDATE' AND current_setting('klas.resealing', true) = 'on'
                AND to_jsonb(NEW) - ARRAY[{columns}] = to_jsonb(OLD) - ARRAY[{columns}]
            THEN
                RETURN NEW;
            END IF;
            {refuse.strip()}
        """


def append_only() -> list[pgtrigger.Trigger]:
    """Triggers for `Meta.triggers`: the database refuses UPDATE, DELETE and TRUNCATE."""
    return [
        Frozen(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        _no_truncate(),
    ]


def frozen_when(**old_values: object) -> list[pgtrigger.Trigger]:
    """Triggers for `Meta.triggers`: once a row meets the condition, it can neither change nor go.

    Args:
        old_values: look-ups on the stored row, such as ``decided_at__isnull=False``.
    """
    condition = pgtrigger.Q(**{f"old__{key}": value for key, value in old_values.items()})
    return [
        Frozen(name="frozen", operation=pgtrigger.Update | pgtrigger.Delete, condition=condition),
        _no_truncate(),
    ]


def frozen_fields(*fields: str, **old_values: object) -> list[pgtrigger.Trigger]:
    """Triggers for `Meta.triggers`: once a row meets the condition, these fields never change and
    the row cannot go.

    Args:
        fields: names of the frozen fields.
        old_values: look-ups on the stored row, such as ``issued_at__isnull=False``.
    """
    condition = pgtrigger.Q(**{f"old__{key}": value for key, value in old_values.items()})
    changed = reduce(
        or_,
        (pgtrigger.Q(**{f"old__{field}__df": pgtrigger.F(f"new__{field}")}) for field in fields),
    )
    return [
        Frozen(
            name="fields_frozen",
            operation=pgtrigger.Update,
            condition=condition & changed,
        ),
        Frozen(name="kept", operation=pgtrigger.Delete, condition=condition),
        _no_truncate(),
    ]


def _no_truncate() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="no_truncate",
        operation=pgtrigger.Truncate,
        when=pgtrigger.Before,
        level=pgtrigger.Statement,
        func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
    )
