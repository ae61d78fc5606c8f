"""Cases that wait know until when, and the library has the questions that the service comes with."""

from django.db import migrations
from django.utils import timezone


def say_until_when(apps, schema_editor):
    """At this point only the prescriber can have been asked."""
    asked = apps.get_model("motivations", "SupplementRequest").objects.filter(status="open")
    for request in asked.only("motivation_id", "due_on"):
        apps.get_model("decisions", "Case").objects.filter(
            status="waiting", application__motivation_id=request.motivation_id
        ).update(answer_due_on=request.due_on)


def ship_questions(apps, schema_editor):
    from decisions.shipped_questions import SHIPPED

    for recipient, kind, topic, text in SHIPPED:
        question = apps.get_model("decisions", "QuestionText").objects.create(
            recipient=recipient, kind=kind, topic=topic
        )
        apps.get_model("decisions", "QuestionTextVersion").objects.create(
            text_of=question, number=1, text=text, created_at=timezone.now()
        )


class Migration(migrations.Migration):

    dependencies = [
        ('decisions', '0010_supplements'),
    ]

    operations = [
        migrations.RunPython(say_until_when, migrations.RunPython.noop),
        migrations.RunPython(ship_questions, migrations.RunPython.noop),
    ]
