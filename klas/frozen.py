"""Triggers for rows that are never overwritten."""

from functools import reduce
from operator import or_

import pgtrigger


def append_only() -> list[pgtrigger.Trigger]:
    """Triggers for `Meta.triggers`: the database refuses UPDATE, DELETE and TRUNCATE."""
    return [
        pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        _no_truncate(),
    ]


def frozen_when(**old_values: object) -> list[pgtrigger.Trigger]:
    """Triggers for `Meta.triggers`: once a row meets the condition, it can neither change nor go.

    Args:
        old_values: look-ups on the stored row, such as ``decided_at__isnull=False``.
    """
    condition = pgtrigger.Q(**{f"old__{key}": value for key, value in old_values.items()})
    return [
        pgtrigger.Protect(
            name="frozen", operation=pgtrigger.Update | pgtrigger.Delete, condition=condition
        ),
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
        pgtrigger.Protect(
            name="fields_frozen",
            operation=pgtrigger.Update,
            condition=condition & changed,
        ),
        pgtrigger.Protect(name="kept", operation=pgtrigger.Delete, condition=condition),
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
