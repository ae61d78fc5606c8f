"""All tables of the app at once; who has an older database takes the steps that this replaces."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('notifications', '0001_initial'),
        ('notifications', '0002_recall'),
        ('notifications', '0003_application_ways'),
        ('notifications', '0004_delay'),
        ('notifications', '0005_licence_acts'),
        ('notifications', '0006_supplements'),
        ('notifications', '0007_review'),
        ('notifications', '0008_merged_choices'),
        ('notifications', '0009_appeal'),
        ('notifications', '0010_break_glass'),
    ]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='MailPreference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(choices=[('drafts', 'Utkast och bilagor'), ('supplements', 'Kompletteringar'), ('cases', 'Ansökan och beslut'), ('licences', 'Licenser som upphör'), ('safety', 'Stoppade licenser och säkerhet'), ('colleagues', 'Kollegor inom Läkemedelsverket'), ('recalls', 'Indragna batcher')], max_length=20)),
                ('wanted', models.BooleanField(default=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mail_preferences', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'group'), name='one_preference_per_group')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('draft_ready', 'Utkast att läsa igenom'), ('waiting_for_pharmacy', 'Inget apotek har ansökt än'), ('lapsed', 'Licensmotivering har förfallit'), ('application_sent', 'Apotek har ansökt'), ('application_withdrawn', 'Apotek har återkallat sin ansökan'), ('hand_over_offered', 'Ansökan att ta över'), ('hand_over_declined', 'Överlämning avböjd'), ('handed_over', 'Ansökan har lämnats över'), ('renewal_sent', 'Apotek förnyar en licens'), ('renewal_withdrawn', 'Apotek förnyar inte längre licensen'), ('supplement_requested', 'Komplettering begärd'), ('supplement_reminder', 'Komplettering ska snart vara besvarad'), ('supplement_closed', 'Komplettering behövs inte längre'), ('injunction', 'Föreläggande'), ('decided', 'Beslut fattat'), ('decision_delayed', 'Beslutet dröjer'), ('decision_request_rejected', 'Begäran om avgörande har avslagits'), ('licence_ends', 'Licens upphör snart'), ('licence_suspended', 'Licens stoppad tills vidare'), ('licence_lifted', 'Stoppad licens gäller igen'), ('licence_revoked', 'Licens återkallad'), ('appeal_received', 'Överklagandet har kommit in'), ('appeal_rejected', 'Överklagandet har avvisats'), ('appeal_forwarded', 'Överklagandet är lämnat till domstolen'), ('appeal_ended', 'Överklagandet är avslutat'), ('case_reopened', 'Ärendet är öppnat igen'), ('decision_corrected', 'Skrivfel i beslut rättat'), ('safety_information', 'Säkerhetsinformation'), ('safety_suspended', 'Licenser stoppade tills vidare'), ('safety_lifted', 'Stoppade licenser gäller igen'), ('safety_told', 'Säkerhetsinformation om licenser'), ('hearing_requested', 'Läs det som talar emot ansökan'), ('hearing_answered', 'Apoteket har svarat före beslut'), ('mentioned', 'Du är nämnd i en anteckning'), ('referred', 'Ärende att yttra sig om'), ('opinion_given', 'Yttrande lämnat'), ('recall', 'Batch dras in'), ('break_glass', 'Någon har använt nödinloggningen'), ('attachment_stopped', 'Bilaga stoppad')], max_length=40)),
                ('reference', models.CharField(blank=True, max_length=40)),
                ('facts', models.JSONField(default=dict)),
                ('url', models.CharField(max_length=200)),
                ('key', models.CharField(max_length=120)),
                ('at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('mail', models.CharField(choices=[('none', 'Ingen e-post'), ('waiting', 'Väntar'), ('sending', 'Skickas'), ('sent', 'Skickad'), ('failed', 'Gick inte att skicka')], default='none', max_length=10)),
                ('mail_attempts', models.PositiveSmallIntegerField(default=0)),
                ('mail_claimed_at', models.DateTimeField(null=True)),
                ('mailed_at', models.DateTimeField(null=True)),
                ('message_id', models.CharField(blank=True, max_length=120)),
                ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-at', '-pk'),
                'indexes': [models.Index(fields=['recipient', '-at', '-id'], name='notice_of_recipient'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['recipient'], name='notice_unread'), models.Index(condition=models.Q(('mail__in', ['waiting', 'sending'])), fields=['recipient', 'id'], name='notice_to_mail')],
                'constraints': [models.UniqueConstraint(fields=('recipient', 'key'), name='notice_told_once'), models.CheckConstraint(condition=models.Q(models.Q(('mail', 'sent'), ('mailed_at__isnull', False)), models.Q(models.Q(('mail', 'sent'), _negated=True), ('mailed_at__isnull', True)), _connector='OR'), name='notice_mailed_at_iff_sent')],
            },
        ),
    ]
