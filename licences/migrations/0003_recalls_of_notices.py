"""The pharmacies that had been told of a batch get the recall that their notices hang on."""

import django.db.models.deletion
from django.db import migrations, models

RECALLS = """
INSERT INTO licences_recall (product_id, product_key, batch, reason, by_id, at, end_reason)
SELECT DISTINCT ON (n.batch_folded, n.product_key)
    (SELECT min(p.id) FROM medicines_exactproduct p WHERE p.product_key = n.product_key),
    n.product_key, n.batch, 'Indragen.', n.sent_by_id, n.sent_at, ''
FROM licences_recallnotice n
ORDER BY n.batch_folded, n.product_key, n.sent_at;

ALTER TABLE licences_recallnotice DISABLE TRIGGER USER;
UPDATE licences_recallnotice n SET recall_id = r.id
FROM licences_recall r
WHERE r.batch_folded = n.batch_folded AND r.product_key = n.product_key;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE licences_recallnotice ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("licences", "0002_licence_acts"), ("medicines", "0004_products_approved_in_sweden")]

    operations = [
        migrations.RunSQL(RECALLS, migrations.RunSQL.noop),
        migrations.AlterField(
            "recallnotice",
            "recall",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notices",
                to="licences.recall",
            ),
        ),
    ]
