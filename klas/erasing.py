"""The one way past the triggers that keep rows: a transaction that writes what it erases.

The triggers of `klas.frozen` ask the database function `_pgtrigger_should_ignore` before they
refuse. As django-pgtrigger makes it, it lets anybody through who sets a variable. Ours lets only
the transaction through that has written a row of `Erasure`, and only past the triggers that keep
rows.
"""

from typing import Any

from django.db import connections

# Installed after each migration: each one that adds a trigger puts django-pgtrigger's back.
_GUARD = """
CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name NAME)
RETURNS BOOLEAN AS $$
BEGIN
    RETURN trigger_name ~ '^pgtrigger_(append_only|frozen|kept)_'
        AND pg_current_xact_id_if_assigned() IS NOT NULL
        AND EXISTS (
            SELECT 1 FROM klas_erasure
            WHERE xid = pg_current_xact_id_if_assigned()::text::bigint
            AND began_at = transaction_timestamp()
        );
END
$$ LANGUAGE plpgsql;
"""


def install_guard(using: str = "default", **kwargs: Any) -> None:
    """After `migrate`: put our function in place, when the table it asks is there."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT to_regclass('klas_erasure') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute(_GUARD)
