"""Extensions and the function that names are searched by."""

from django.contrib.postgres.operations import (
    BtreeGinExtension,
    TrigramExtension,
    UnaccentExtension,
)
from django.db import migrations

# unaccent() is only STABLE because its dictionary could change; naming both makes the wrapper
# safe to index and to restore from a dump with an empty search_path.
FOLD = """
CREATE FUNCTION public.klas_fold(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, $1)) $$;
"""


class Migration(migrations.Migration):
    dependencies = []

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        BtreeGinExtension(),
        migrations.RunSQL(FOLD, "DROP FUNCTION public.klas_fold(text)"),
    ]
