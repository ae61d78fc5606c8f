"""Applications that were sent have their first version."""

from django.db import migrations


def keep(apps, schema_editor):
    versions = apps.get_model("applications", "ApplicationVersion")
    sent = apps.get_model("applications", "Application").objects.filter(sent_at__isnull=False)
    versions.objects.bulk_create(
        (
            versions(
                application=application,
                number=1,
                created_at=application.sent_at,
                created_by_id=application.sent_by_id,
                answers=application.answers,
                product_id=application.product_id,
                route=application.route,
                quantity=application.quantity,
                unit=application.unit,
                months=application.months,
            )
            for application in sent.iterator()
        ),
        batch_size=1000,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0009_supplements'),
    ]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
