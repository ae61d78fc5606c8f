"""Seal what earlier releases stored in the clear, in every app and in the files.

In batches of their own transactions: it may be interrupted and run again. docs/operations.md says
what is left in the clear afterwards (dead rows until VACUUM, the write-ahead log, old back-ups).
"""

from django.db import migrations

from klas.resealing import reseal_columns, reseal_files


def seal_all(apps, schema_editor):
    reseal_columns(apps=apps, from_plain=True)
    reseal_files(from_plain=True)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("klas", "0003_log_seals"),
        ("motivations", "0010_sealed"),
        ("applications", "0013_sealed"),
        ("decisions", "0025_appeal_frozen"),
        ("licences", "0004_sealed"),
    ]

    operations = [migrations.RunPython(seal_all, migrations.RunPython.noop)]
