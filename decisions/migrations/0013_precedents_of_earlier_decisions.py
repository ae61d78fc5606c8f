"""Decisions made before there were precedents become precedents too."""

from typing import Any

from django.db import migrations

from medicines.sameness import substances_key


def keep(apps: Any, schema_editor: Any) -> None:
    decisions = apps.get_model("decisions", "Decision").objects
    precedents = apps.get_model("decisions", "Precedent").objects
    made = decisions.filter(
        decided_at__isnull=False,
        outcome__in=["granted", "granted_with_reservation", "rejected"],
        precedent__isnull=True,
    ).select_related("case", "product")
    for decision in made.iterator(chunk_size=500):
        product = decision.product
        line = ", ".join(part for part in (product.name, product.form, product.strength) if part)
        precedents.create(
            decision=decision,
            kind=decision.case.kind,
            outcome=decision.outcome,
            decided_at=decision.decided_at,
            product_line=f"{line} ({product.mah})" if product.mah else line,
            product_key=product.product_key,
            substances=product.substances,
            substances_key=substances_key(product.substances)[:500],
            atc=product.atc,
            note=decision.precedent_note,
        )


class Migration(migrations.Migration):
    dependencies = [
        ('decisions', '0012_review'),
    ]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
