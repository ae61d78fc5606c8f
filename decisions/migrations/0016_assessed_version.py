import django.db.models.deletion
from django.db import migrations, models


def assess(apps, schema_editor):
    """What was the newest version when an assessment was saved is what it was about."""
    assessments = apps.get_model("decisions", "Assessment").objects
    versions = apps.get_model("motivations", "MotivationVersion").objects
    for one in assessments.select_related("case__application"):
        known = versions.filter(
            motivation=one.case.application.motivation_id, created_at__lte=one.saved_at
        )
        one.version = known.order_by("-number").first() or one.case.application.version
        one.save(update_fields=["version"])


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0015_merged_choices"),
        ("motivations", "0009_supplements"),
    ]

    operations = [
        migrations.AddField(
            model_name="assessment",
            name="version",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="motivations.motivationversion",
            ),
        ),
        migrations.RunPython(assess, migrations.RunPython.noop),
    ]
