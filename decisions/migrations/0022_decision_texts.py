from django.db import migrations, models
from django.utils import timezone


def ship_texts(apps, schema_editor):
    from decisions.shipped_decision_texts import SHIPPED

    for place, kind, topic, text in SHIPPED:
        made = apps.get_model("decisions", "QuestionText").objects.create(
            place=place, kind=kind, topic=topic
        )
        apps.get_model("decisions", "QuestionTextVersion").objects.create(
            text_of=made, number=1, text=text, created_at=timezone.now()
        )


class Migration(migrations.Migration):

    dependencies = [
        ('decisions', '0021_appeals_of_more'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='questiontext', name='question_text_topic_once'),
        migrations.AlterModelOptions(
            name='questiontext',
            options={'ordering': ('place', 'topic', 'pk')},
        ),
        migrations.RenameField(model_name='questiontext', old_name='recipient', new_name='place'),
        migrations.AlterField(
            model_name='questiontext',
            name='place',
            field=models.CharField(choices=[('pharmacy', 'Frågor till apoteket'), ('prescriber', 'Frågor till förskrivaren'), ('reasons', 'Skäl för beslutet'), ('conditions', 'Villkor'), ('special_information', 'Särskild information till förskrivaren')], max_length=20, verbose_name='används i'),
        ),
        migrations.AddConstraint(
            model_name='questiontext',
            constraint=models.UniqueConstraint(condition=models.Q(('retired_at__isnull', True)), fields=('place', 'kind', 'topic'), name='question_text_topic_once', violation_error_message='Det finns redan en färdig text om det ämnet.'),
        ),
        migrations.RunPython(ship_texts, migrations.RunPython.noop),
    ]
