"""Products of the licences granted so far are known to have been on licence."""

from django.db import migrations

FILL = """
INSERT INTO medicines_licensedproduct (product_key)
SELECT DISTINCT product_key
FROM decisions_licence JOIN medicines_exactproduct ON medicines_exactproduct.id = product_id
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0002_prescribers_desk"),
        ("medicines", "0004_products_approved_in_sweden"),
    ]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
