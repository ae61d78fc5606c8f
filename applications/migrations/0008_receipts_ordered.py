"""Applications sent before there were receipts get theirs; the worker's sweep renders them."""

from typing import Any

from django.db import migrations


def order(apps: Any, schema_editor: Any) -> None:
    application, receipt = (
        apps.get_model("applications", name) for name in ("Application", "ApplicationReceipt")
    )
    sent = application.objects.filter(
        sent_at__isnull=False, product__isnull=False, receipt__isnull=True
    )
    receipt.objects.bulk_create(
        [
            receipt(application_id=pk, pharmacy_id=pharmacy, ordered_at=at)
            for pk, pharmacy, at in sent
            .order_by("pk")
            .values_list("pk", "pharmacy_id", "sent_at")
        ],
        batch_size=1_000,
    )


class Migration(migrations.Migration):
    dependencies = [
        ('applications', '0007_application_ways'),
    ]
    operations = [migrations.RunPython(order, migrations.RunPython.noop)]
