"""All tables of the app at once; who has an older database takes the steps that this replaces."""

import django.db.models.deletion
import klas.sealed
import pgtrigger.compiler
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('motivations', '0001_initial'),
        ('motivations', '0002_prescribers_desk'),
        ('motivations', '0003_attachments_checked'),
        ('motivations', '0004_hand_over'),
        ('motivations', '0005_written_again'),
        ('motivations', '0006_search_keys'),
        ('motivations', '0007_renewal'),
        ('motivations', '0008_licence_acts'),
        ('motivations', '0009_supplements'),
        ('motivations', '0010_sealed'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_squashed'),
        ('accounts', '__first__'),
        ('medicines', '0001_squashed'),
        ('pharmacies', '0001_squashed'),
    ]

    operations = [
        migrations.CreateModel(
            name='Motivation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1)),
                ('kind', models.CharField(choices=[('individual', 'Enskild licens'), ('general', 'Generell licens'), ('veterinary', 'Veterinär licens'), ('preparedness', 'Beredskapslicens')], max_length=20)),
                ('status', models.CharField(choices=[('draft', 'Utkast'), ('submitted', 'Väntar på apotek'), ('in_case', 'Ansökan skickad'), ('supplement', 'Komplettering begärd'), ('closed', 'Avslutad'), ('withdrawn', 'Återtagen'), ('lapsed', 'Förfallen')], default='draft', max_length=20)),
                ('reference', models.CharField(max_length=20, null=True, unique=True, verbose_name='referensnummer')),
                ('urgency', models.CharField(choices=[('normal', 'Normal'), ('urgent', 'Medicinskt brådskande')], default='normal', max_length=10)),
                ('product_line', models.CharField(blank=True, max_length=3100, verbose_name='läkemedel')),
                ('subject_label', klas.sealed.SealedJSONField(default=str)),
                ('created_at', models.DateTimeField()),
                ('submitted_at', models.DateTimeField(null=True)),
                ('dnr', models.CharField(blank=True, max_length=30, verbose_name='diarienummer')),
                ('expected_on', models.DateField(null=True, verbose_name='beslut väntas')),
                ('outcome', models.CharField(blank=True, choices=[('granted', 'Bifall'), ('granted_with_reservation', 'Bifall med förbehåll'), ('rejected', 'Avslag'), ('dismissed', 'Avvisning'), ('closed', 'Avskrivning')], max_length=30)),
                ('licence_number', models.CharField(blank=True, max_length=20, verbose_name='licensnummer')),
                ('licence_valid_to', models.DateField(null=True, verbose_name='licensen gäller till')),
                ('licence_stop', models.CharField(blank=True, choices=[('suspended', 'Tillfälligt stoppad'), ('revoked', 'Återkallad')], max_length=12)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='motivations', to='accounts.assignment')),
                ('chosen_pharmacy', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='addressed_motivations', to='pharmacies.pharmacy')),
                ('drafted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.assignment')),
                ('renews', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='renewals', to='motivations.motivation')),
            ],
            options={
                'indexes': [models.Index(fields=['author', '-submitted_at', '-created_at', '-id'], name='motivation_of_author'), models.Index(fields=['author', 'status'], name='motivation_author_status'), models.Index(condition=models.Q(('status', 'submitted')), fields=['chosen_pharmacy', '-submitted_at', '-id'], name='motivation_addressed_waiting'), models.Index(condition=models.Q(('status', 'submitted')), fields=['submitted_at'], name='motivation_waiting'), models.Index(condition=models.Q(('licence_valid_to__isnull', False)), fields=['licence_valid_to', 'author'], name='motivation_licence_ends')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('reference__isnull', True), ('status__in', ('draft',)), ('submitted_at__isnull', True)), models.Q(models.Q(('status__in', ('draft',)), _negated=True), ('reference__isnull', False), ('submitted_at__isnull', False)), _connector='OR'), name='motivation_reference_iff_submitted', violation_error_message='Ett skickat underlag ska ha referensnummer.'), models.CheckConstraint(condition=models.Q(('status', 'closed'), ('outcome', ''), _connector='OR'), name='motivation_outcome_only_when_closed'), models.CheckConstraint(condition=models.Q(models.Q(('licence_number', ''), ('licence_valid_to__isnull', True)), models.Q(('licence_valid_to__isnull', False), ('status__in', ('closed', 'in_case', 'supplement')), models.Q(('licence_number', ''), _negated=True)), _connector='OR'), name='motivation_licence_only_after_case'), models.CheckConstraint(condition=models.Q(('licence_stop', ''), models.Q(('licence_number', ''), _negated=True), _connector='OR'), name='motivation_stop_only_of_a_licence'), models.UniqueConstraint(condition=models.Q(('status__in', ('draft', 'submitted', 'in_case', 'supplement'))), fields=('renews',), name='one_open_renewal', violation_error_message='Licensen förnyas redan.')],
            },
        ),
        migrations.CreateModel(
            name='DraftShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('shared_at', models.DateTimeField()),
                ('handed_over_at', models.DateTimeField(null=True)),
                ('message', klas.sealed.SealedJSONField(default=str)),
                ('colleague', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='accounts.assignment')),
                ('shared_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.assignment')),
                ('motivation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='motivations.motivation')),
            ],
            options={
                'ordering': ('shared_at', 'pk'),
                'indexes': [models.Index(fields=['colleague', 'motivation'], name='draft_shared_with')],
                'constraints': [models.UniqueConstraint(fields=('motivation', 'colleague'), name='draft_shared_once_with_each')],
            },
        ),
        migrations.CreateModel(
            name='DraftSection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(max_length=40)),
                ('answers', klas.sealed.SealedJSONField(default=dict)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('saved_at', models.DateTimeField()),
                ('saved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.assignment')),
                ('motivation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='motivations.motivation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('motivation', 'slug'), name='one_draft_per_section')],
            },
        ),
        migrations.CreateModel(
            name='MotivationEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(max_length=40)),
                ('from_state', models.CharField(max_length=40)),
                ('to_state', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('reason', klas.sealed.SealedTextField(blank=True)),
                ('data', klas.sealed.SealedJSONField(default=dict)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.assignment')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='motivations.motivation')),
            ],
            options={
                'ordering': ('at', 'pk'),
                'abstract': False,
                'indexes': [models.Index(fields=['subject', 'at', 'id'], name='motivation_event_order')],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF TG_OP = 'UPDATE' AND current_setting('klas.resealing', true) = 'on'\n                AND to_jsonb(NEW) - ARRAY['data', 'reason'] = to_jsonb(OLD) - ARRAY['data', 'reason']\n            THEN\n                RETURN NEW;\n            END IF;\n            RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;\n        ", hash='76c3e9a1fbc2bdcfcda0099b4e965ba202137c91', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a7bb1', table='motivations_motivationevent', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='26e8d0ef4260407d98db21a67d2bdc7ac189bf58', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_9688f', table='motivations_motivationevent', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='MotivationVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('created_at', models.DateTimeField()),
                ('prescriber', models.JSONField()),
                ('answers', klas.sealed.SealedJSONField()),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.assignment')),
                ('motivation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='motivations.motivation')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='medicines.exactproduct')),
            ],
            options={
                'ordering': ('motivation', 'number'),
                'constraints': [models.UniqueConstraint(fields=('motivation', 'number'), name='version_number_once'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='version_from_one')],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF TG_OP = 'UPDATE' AND current_setting('klas.resealing', true) = 'on'\n                AND to_jsonb(NEW) - ARRAY['answers'] = to_jsonb(OLD) - ARRAY['answers']\n            THEN\n                RETURN NEW;\n            END IF;\n            RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;\n        ", hash='9e3454ec64bf6da26f7fe950f0f7da4e98285ad6', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_94c4d', table='motivations_motivationversion', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='b89da2a3d6c825d8effaf7469e83dde461ebe53c', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_fe3b0', table='motivations_motivationversion', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='MotivationDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ordered_at', models.DateTimeField()),
                ('issued_at', models.DateTimeField(null=True)),
                ('pdf', klas.sealed.SealedBinaryField(null=True)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('size', models.PositiveIntegerField(default=0)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('last_error', models.CharField(blank=True, max_length=100)),
                ('audience', models.CharField(choices=[('full', 'Förskrivaren och Läkemedelsverket'), ('pharmacy', 'Apotek'), ('patient', 'Patienten eller djurägaren')], max_length=10)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='motivations.motivationversion')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('issued_at__isnull', True)), fields=['attempts', 'id'], name='motivation_document_waiting')],
                'constraints': [models.UniqueConstraint(fields=('version', 'audience'), name='one_motivation_document_per_audience'), models.CheckConstraint(condition=models.Q(models.Q(('issued_at__isnull', False), ('pdf__isnull', False), models.Q(('sha256', ''), _negated=True)), models.Q(('issued_at__isnull', True), ('pdf__isnull', True), ('sha256', '')), _connector='OR'), name='motivation_document_issued_whole')],
                'triggers': [pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."issued_at" IS NOT NULL)', func="\n            IF TG_OP = 'UPDATE' AND current_setting('klas.resealing', true) = 'on'\n                AND to_jsonb(NEW) - ARRAY['pdf'] = to_jsonb(OLD) - ARRAY['pdf']\n            THEN\n                RETURN NEW;\n            END IF;\n            RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;\n        ", hash='0e41e9a0d023af2687d45e1b4eb2da61c1063227', operation='UPDATE OR DELETE', pgid='pgtrigger_frozen_84b92', table='motivations_motivationdocument', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='da6d2b201f8f8f7aefc3511b9663cd7b9c849252', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_9eb8b', table='motivations_motivationdocument', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='ClinicalText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answers', klas.sealed.SealedJSONField()),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='motivations.motivationversion')),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF TG_OP = 'UPDATE' AND current_setting('klas.resealing', true) = 'on'\n                AND to_jsonb(NEW) - ARRAY['answers'] = to_jsonb(OLD) - ARRAY['answers']\n            THEN\n                RETURN NEW;\n            END IF;\n            RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;\n        ", hash='2c197e837cc58ebc69f08f36978ffeea6c21f5b9', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_187c9', table='motivations_clinicaltext', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='e66fb81747b80d36630ce432032369b62baa97a8', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_6f7b1', table='motivations_clinicaltext', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', klas.sealed.SealedTextField()),
                ('content_type', models.CharField(max_length=100)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('uploaded_sha256', models.CharField(blank=True, max_length=64)),
                ('from_word', models.BooleanField(default=False)),
                ('stored_as', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('scan', models.CharField(choices=[('pending', 'Kontrolleras'), ('clean', 'Kontrollerad'), ('infected', 'Innehåller skadlig kod'), ('unreadable', 'Gick inte att läsa')], default='clean', max_length=20)),
                ('quarantined_as', models.UUIDField(null=True, unique=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('claimed_at', models.DateTimeField(null=True)),
                ('uploaded_at', models.DateTimeField()),
                ('kind', models.CharField(choices=[('spc', 'Produktresumé (SPC)'), ('product_documentation', 'Produktdokumentation'), ('article', 'Vetenskaplig artikel'), ('certificate', 'Certifikat'), ('other', 'Annat')], max_length=30, verbose_name='slag')),
                ('secrecy', models.CharField(choices=[('clinical', 'Innehåller uppgifter om patienten'), ('product', 'Handlar bara om läkemedlet')], max_length=10, verbose_name='innehåll')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.assignment')),
                ('motivation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='motivations.motivation')),
                ('version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='motivations.motivationversion')),
            ],
            options={
                'ordering': ('uploaded_at', 'pk'),
                'indexes': [models.Index(condition=models.Q(('scan', 'pending')), fields=['attempts', 'id'], name='attachment_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('quarantined_as__isnull', False), ('scan', 'pending')), models.Q(models.Q(('scan', 'pending'), _negated=True), ('quarantined_as__isnull', True)), _connector='OR'), name='attachment_quarantined_iff_pending'), models.CheckConstraint(condition=models.Q(('scan', 'clean'), ('sha256', ''), _negated=True), name='attachment_clean_is_hashed')],
            },
        ),
        migrations.CreateModel(
            name='PatientIdentity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answers', klas.sealed.SealedJSONField()),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='motivations.motivationversion')),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF TG_OP = 'UPDATE' AND current_setting('klas.resealing', true) = 'on'\n                AND to_jsonb(NEW) - ARRAY['answers'] = to_jsonb(OLD) - ARRAY['answers']\n            THEN\n                RETURN NEW;\n            END IF;\n            RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;\n        ", hash='2d636f95fb96df0743bcd57e15a0b22de5564221', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d5490', table='motivations_patientidentity', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='45e50763715a9cb30519d1962cafc9f9ec965a8a', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_565cf', table='motivations_patientidentity', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='ReasonTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=100, verbose_name='mallens namn')),
                ('product_name', models.CharField(max_length=300, verbose_name='läkemedel')),
                ('product_folded', models.CharField(max_length=300)),
                ('texts', klas.sealed.SealedJSONField()),
                ('revision', models.PositiveIntegerField(default=1)),
                ('saved_at', models.DateTimeField()),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reason_templates', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('product_folded', 'title', 'pk'),
                'constraints': [models.UniqueConstraint(fields=('owner', 'product_folded', 'title'), name='one_template_per_name_and_product', violation_error_message='Du har redan en mall med det namnet för läkemedlet.')],
            },
        ),
        migrations.CreateModel(
            name='SearchKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('personal_number', 'Personnummer eller samordningsnummer'), ('reserve_number', 'Reservnummer'), ('owner', 'Djurägarens namn'), ('care_unit', 'Vårdenhet')], max_length=20)),
                ('key', models.BinaryField(max_length=32)),
                ('key_number', models.PositiveSmallIntegerField(default=1)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='search_keys', to='motivations.motivationversion')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'key', 'version'), name='search_key_once_per_version')],
            },
        ),
        migrations.CreateModel(
            name='SupplementRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(default=1)),
                ('number', models.PositiveSmallIntegerField()),
                ('status', models.CharField(choices=[('open', 'Väntar på svar'), ('answered', 'Besvarad'), ('accepted', 'Besvarad och godtagen'), ('not_enough', 'Svaret räckte inte'), ('closed', 'Avslutad utan svar'), ('unanswered', 'Inget svar i tid')], default='open', max_length=20)),
                ('questions', klas.sealed.SealedJSONField()),
                ('texts', models.JSONField(default=list)),
                ('asked_at', models.DateTimeField()),
                ('due_on', models.DateField(verbose_name='svara senast')),
                ('enjoined_at', models.DateTimeField(null=True)),
                ('answer', klas.sealed.SealedJSONField(default=str)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.assignment')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.assignment')),
                ('follows', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='motivations.supplementrequest')),
                ('motivation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='motivations.motivation')),
                ('version', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='motivations.motivationversion')),
            ],
            options={
                'ordering': ('motivation', 'number'),
                'constraints': [models.UniqueConstraint(fields=('motivation', 'number'), name='supplement_request_number_once'), models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('motivation',), name='one_open_supplement_request', violation_error_message='Det finns redan en fråga att svara på.'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ('answered', 'accepted', 'not_enough')), ('answered_at__isnull', False), ('answered_by__isnull', False), ('version__isnull', False)), models.Q(models.Q(('status__in', ('answered', 'accepted', 'not_enough')), _negated=True), ('answered_at__isnull', True), ('answered_by__isnull', True), ('version__isnull', True)), _connector='OR'), name='supplement_answered_iff_version')],
            },
        ),
        migrations.CreateModel(
            name='SupplementEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(max_length=40)),
                ('from_state', models.CharField(max_length=40)),
                ('to_state', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('reason', klas.sealed.SealedTextField(blank=True)),
                ('data', klas.sealed.SealedJSONField(default=dict)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.assignment')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='motivations.supplementrequest')),
            ],
            options={
                'ordering': ('at', 'pk'),
                'abstract': False,
                'indexes': [models.Index(fields=['subject', 'at', 'id'], name='supplement_event_order')],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF TG_OP = 'UPDATE' AND current_setting('klas.resealing', true) = 'on'\n                AND to_jsonb(NEW) - ARRAY['data', 'reason'] = to_jsonb(OLD) - ARRAY['data', 'reason']\n            THEN\n                RETURN NEW;\n            END IF;\n            RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;\n        ", hash='1c2707ae420d2cde5a6ed53c0d2d10bbf55e574d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_23801', table='motivations_supplementevent', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='9cfaa5648d27cc562243e68edaa10c0cca768906', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_4bb04', table='motivations_supplementevent', when='BEFORE'))],
            },
        ),
    ]
