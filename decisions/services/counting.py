"""Keeping the counts of the queue few (docs/decisions/007)."""

from django.db import connection

_FOLD = """
WITH taken AS (DELETE FROM decisions_queuecount RETURNING tab, officer, day, n)
INSERT INTO decisions_queuecount (tab, officer, day, n)
SELECT tab, officer, day, sum(n) FROM taken GROUP BY tab, officer, day HAVING sum(n) <> 0
"""


def fold() -> None:
    """Put what the triggers have written together: one row for each tab, officer and day.

    One statement, so that who counts meanwhile sees the rows before or after, never both. Rows that
    others are writing are left for the next time; two workers at once wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FOLD)
