import django.db.models.deletion
from django.db import migrations, models


def send(apps, schema_editor):
    """Documents of what has been sent were sent with its first version."""
    versions = apps.get_model("applications", "ApplicationVersion").objects.filter(number=1)
    documents = apps.get_model("applications", "QualityDocument").objects
    for version in versions.filter(application__documents__isnull=False).distinct():
        documents.filter(application=version.application_id).update(version=version)


class Migration(migrations.Migration):
    dependencies = [("applications", "0011_hearing")]

    operations = [
        migrations.AddField(
            model_name="qualitydocument",
            name="version",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="documents",
                to="applications.applicationversion",
            ),
        ),
        migrations.RunPython(send, migrations.RunPython.noop),
    ]
