"""Misspelled words are corrected by a small table of words, not by all the notes."""

import re
from typing import Any

import django.contrib.postgres.indexes
from django.db import migrations, models


def learn(apps: Any, schema_editor: Any) -> None:
    words: set[str] = set()
    precedents = apps.get_model("decisions", "Precedent").objects.order_by()
    for facts in precedents.values_list("note", "product_line", "substances").iterator():
        words.update(re.findall(r"\w{3,100}", " ".join(facts).lower()))
    table = apps.get_model("decisions", "PrecedentWord")
    table.objects.bulk_create([table(word=word) for word in sorted(words)], batch_size=1_000)


class Migration(migrations.Migration):

    dependencies = [
        ('decisions', '0019_appeal'),
    ]

    operations = [
        migrations.CreateModel(
            name='PrecedentWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(max_length=100, unique=True)),
                ('folded', models.GeneratedField(db_persist=True, expression=models.Func(models.F('word'), function='klas_fold', output_field=models.TextField()), output_field=models.TextField())),
            ],
        ),
        migrations.RunPython(learn, migrations.RunPython.noop),
        migrations.RemoveIndex(
            model_name='precedent',
            name='precedent_spelling',
        ),
        migrations.RemoveField(
            model_name='precedent',
            name='note_folded',
        ),
        migrations.AddIndex(
            model_name='precedentword',
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['folded'], name='precedent_word_spelling', opclasses=['gin_trgm_ops']),
        ),
    ]
