"""Many rows like one that was made through the services."""

from django.db import connection


def copies(table: str, changed: dict[str, str], *, source: int, first: int, last: int) -> None:
    """Copy a row under the keys `first` to `last`; `changed` holds SQL per column, `n` the key.

    What is sealed is sealed for its row and cannot be copied: nobody stands in a list of copies.
    """
    changed = {"subject_label": "'\"\"'", "subject_line": "'\"\"'", **changed}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_name = %s AND table_schema = current_schema()",
            [table],
        )
        columns = [name for (name,) in cursor.fetchall()]
        values = [changed.get(name, "n" if name == "id" else f"source.{name}") for name in columns]
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} "
            f"FROM {table} source, generate_series(%s, %s) n WHERE source.id = %s",
            [first, last, source],
        )
