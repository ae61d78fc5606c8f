"""All tables of the app at once; who has an older database takes the steps that this replaces."""

import django.db.models.deletion
import django.db.models.functions.text
import klas.sealed
import pgtrigger.compiler
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('licences', '0001_initial'),
        ('licences', '0002_licence_acts'),
        ('licences', '0003_recalls_of_notices'),
        ('licences', '0004_sealed'),
        ('licences', '0005_seal_what_is_stored'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_squashed'),
        ('decisions', '0001_squashed'),
        ('medicines', '0001_squashed'),
        ('pharmacies', '0001_squashed'),
    ]

    operations = [
        migrations.CreateModel(
            name='DispensingPermission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('dnr', models.CharField(max_length=30, verbose_name='diarienummer')),
                ('conditions', klas.sealed.SealedTextField(blank=True)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField()),
                ('decided_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('end_reason', klas.sealed.SealedTextField(blank=True)),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.assignment')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.assignment')),
                ('licence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='permissions', to='decisions.licence')),
            ],
            options={
                'indexes': [models.Index(fields=['licence', 'valid_to'], name='permission_of_licence'), models.Index(fields=['-decided_at', '-id'], name='permission_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__gte', models.F('valid_from'))), name='permission_ends_after_start', violation_error_message='Tillståndet ska sluta gälla efter att det börjat.'), models.CheckConstraint(condition=models.Q(models.Q(('end_reason', ''), ('ended_at__isnull', True), ('ended_by__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), models.Q(('end_reason', ''), _negated=True)), _connector='OR'), name='permission_ended_at_by_and_why')],
                'triggers': [pgtrigger.compiler.Trigger(name='fields_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."decided_at" IS NOT NULL AND (OLD."licence_id" IS DISTINCT FROM (NEW."licence_id") OR OLD."dnr" IS DISTINCT FROM (NEW."dnr") OR OLD."conditions" IS DISTINCT FROM (NEW."conditions") OR OLD."valid_from" IS DISTINCT FROM (NEW."valid_from") OR OLD."valid_to" IS DISTINCT FROM (NEW."valid_to") OR OLD."decided_by_id" IS DISTINCT FROM (NEW."decided_by_id") OR OLD."decided_at" IS DISTINCT FROM (NEW."decided_at")))', func="\n            IF TG_OP = 'UPDATE' AND current_setting('klas.resealing', true) = 'on'\n                AND to_jsonb(NEW) - ARRAY['conditions', 'end_reason'] = to_jsonb(OLD) - ARRAY['conditions', 'end_reason']\n            THEN\n                RETURN NEW;\n            END IF;\n            RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;\n        ", hash='f9399a88b622eaf99ac6a6e884ff46666b480785', operation='UPDATE', pgid='pgtrigger_fields_frozen_b0706', table='licences_dispensingpermission', when='BEFORE')), pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."decided_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='d25aa4a9a5d1a7e355689866576ebea76117b6b3', operation='DELETE', pgid='pgtrigger_kept_ac241', table='licences_dispensingpermission', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='c024a7360cb6eeec2b36a687816d8e06fb7006ff', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_86bdf', table='licences_dispensingpermission', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Dispensing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('withdrawal', 'Uttag'), ('reversal', 'Rättelse')], max_length=12)),
                ('registered_at', models.DateTimeField()),
                ('at', models.DateTimeField()),
                ('route', models.CharField(choices=[('prescription', 'Recept'), ('requisition', 'Rekvisition')], max_length=20)),
                ('order_id', klas.sealed.SealedTextField()),
                ('care_unit', models.CharField(blank=True, max_length=31)),
                ('care_unit_name', models.CharField(blank=True, max_length=160)),
                ('product_key', models.CharField(max_length=32)),
                ('pack', models.CharField(max_length=120)),
                ('packs', models.PositiveIntegerField()),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=12)),
                ('batch', models.CharField(max_length=20)),
                ('batch_folded', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Upper(models.Func(models.F('batch'), models.Value('[^A-Za-z0-9]'), models.Value(''), models.Value('g'), function='regexp_replace', output_field=models.CharField(max_length=20))), output_field=models.CharField(max_length=20))),
                ('expires_on', models.DateField()),
                ('gtin', models.CharField(blank=True, max_length=14)),
                ('serial', models.CharField(blank=True, max_length=20)),
                ('reason', klas.sealed.SealedTextField(blank=True)),
                ('licence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dispensings', to='decisions.licence')),
                ('pharmacy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dispensings', to='pharmacies.pharmacy')),
                ('registered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.assignment')),
                ('reversal_of', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversal', to='licences.dispensing')),
                ('permission', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='licences.dispensingpermission')),
            ],
            options={
                'indexes': [models.Index(fields=['licence', '-at', '-id'], name='dispensing_of_licence'), models.Index(fields=['pharmacy', '-at', '-id'], name='dispensing_of_pharmacy'), models.Index(fields=['batch_folded', 'product_key'], name='dispensing_of_batch')],
                'constraints': [models.CheckConstraint(condition=models.Q(('packs__gte', 1), ('quantity__gt', 0)), name='dispensing_of_something'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'withdrawal'), ('reason', ''), ('reversal_of__isnull', True)), models.Q(('kind', 'reversal'), ('reversal_of__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='dispensing_reversal_of_and_why'), models.CheckConstraint(condition=models.Q(('order_id', ''), _negated=True), name='dispensing_on_an_order'), models.CheckConstraint(condition=models.Q(('at__lte', models.F('registered_at'))), name='dispensing_not_in_the_future'), models.CheckConstraint(condition=models.Q(('permission__isnull', True), ('route', 'prescription'), _connector='OR'), name='dispensing_permission_is_for_prescriptions')],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF TG_OP = 'UPDATE' AND current_setting('klas.resealing', true) = 'on'\n                AND to_jsonb(NEW) - ARRAY['batch_folded', 'order_id', 'reason'] = to_jsonb(OLD) - ARRAY['batch_folded', 'order_id', 'reason']\n            THEN\n                RETURN NEW;\n            END IF;\n            RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;\n        ", hash='5ad3515b8aae6ae6cb73d9914d76e900eaa1f8ce', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_bc176', table='licences_dispensing', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='f269c126090188bd4acaff858eff43dcfc98c486', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_0dd69', table='licences_dispensing', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='LicenceBalance',
            fields=[
                ('licence', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='balance', serialize=False, to='decisions.licence')),
                ('granted', models.DecimalField(decimal_places=3, max_digits=12)),
                ('remaining', models.DecimalField(decimal_places=3, max_digits=12)),
                ('revision', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('remaining__gte', 0), ('remaining__lte', models.F('granted'))), name='balance_within_what_is_granted', violation_error_message='Uttaget är större än det som finns kvar på licensen.')],
            },
        ),
        migrations.CreateModel(
            name='LicenceHit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('dispense', 'Jag ska lämna ut läkemedel på licensen'), ('question', 'En kund eller vårdenhet frågar om licensen'), ('correct', 'Jag ska rätta ett registrerat uttag')], max_length=20)),
                ('at', models.DateTimeField()),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.assignment')),
                ('licence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='decisions.licence')),
                ('pharmacy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='pharmacies.pharmacy')),
            ],
            options={
                'indexes': [models.Index(fields=['pharmacy', 'licence', '-at'], name='licence_hit_of_pharmacy')],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='94742e0aa3aa4fb93bf61e6b6149ff866e793ccb', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_87b89', table='licences_licencehit', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='b5c68f5cd716d63a2aedccbe2eeb11eaf2ec1be3', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_47f4e', table='licences_licencehit', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Recall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('product_key', models.CharField(max_length=32)),
                ('batch', models.CharField(max_length=20)),
                ('batch_folded', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Upper(models.Func(models.F('batch'), models.Value('[^A-Za-z0-9]'), models.Value(''), models.Value('g'), function='regexp_replace', output_field=models.CharField(max_length=20))), output_field=models.CharField(max_length=20))),
                ('reason', models.TextField()),
                ('at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('end_reason', models.TextField(blank=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.assignment')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.assignment')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='medicines.exactproduct')),
            ],
            options={
                'indexes': [models.Index(fields=['-at', '-id'], name='recall_newest')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('batch_folded', 'product_key'), name='one_recall_in_force_per_batch', violation_error_message='Batchen är redan indragen.'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='recall_reasoned'), models.CheckConstraint(condition=models.Q(models.Q(('end_reason', ''), ('ended_at__isnull', True), ('ended_by__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), models.Q(('end_reason', ''), _negated=True)), _connector='OR'), name='recall_ended_at_by_and_why')],
                'triggers': [pgtrigger.compiler.Trigger(name='fields_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."at" IS NOT NULL AND (OLD."product_id" IS DISTINCT FROM (NEW."product_id") OR OLD."product_key" IS DISTINCT FROM (NEW."product_key") OR OLD."batch" IS DISTINCT FROM (NEW."batch") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."by_id" IS DISTINCT FROM (NEW."by_id") OR OLD."at" IS DISTINCT FROM (NEW."at")))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='917a921b45a1e13b17f798afff9ef83dc1afd9f6', operation='UPDATE', pgid='pgtrigger_fields_frozen_c00dd', table='licences_recall', when='BEFORE')), pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='75121644ccdf7bbe8f2dc5704210afd3fd82c8b1', operation='DELETE', pgid='pgtrigger_kept_4fcaf', table='licences_recall', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='84c42df74a068bb9c217738c0d09b23164082025', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_460e0', table='licences_recall', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='RecallNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('product_key', models.CharField(max_length=32)),
                ('product_line', models.CharField(max_length=3100)),
                ('batch', models.CharField(max_length=20)),
                ('batch_folded', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Upper(models.Func(models.F('batch'), models.Value('[^A-Za-z0-9]'), models.Value(''), models.Value('g'), function='regexp_replace', output_field=models.CharField(max_length=20))), output_field=models.CharField(max_length=20))),
                ('sent_at', models.DateTimeField()),
                ('pharmacy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recalls', to='pharmacies.pharmacy')),
                ('recall', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='licences.recall')),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.assignment')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('recall', 'pharmacy'), name='recall_told_once')],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7ce9f30abb80159235746ef55f52d6872c64cf87', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ee65a', table='licences_recallnotice', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='3cdffb3194952bc31e436e64c5fdd863d3c24fff', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_fe8d3', table='licences_recallnotice', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='SafetyAction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('suspend', 'Stoppa licenserna tills vidare'), ('lift', 'Låt stoppade licenser gälla igen'), ('tell', 'Bara informera. Licenserna gäller som förut')], max_length=10)),
                ('product_line', models.CharField(max_length=3100)),
                ('reason', models.TextField()),
                ('instruction', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.assignment')),
                ('products', models.ManyToManyField(related_name='+', to='medicines.exactproduct')),
            ],
            options={
                'indexes': [models.Index(fields=['-at', '-id'], name='safety_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='safety_reasoned')],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7739a53ae31273e777808b99f75dcc732d2ceefb', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_4ea9c', table='licences_safetyaction', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='02e7c8d52d9ed08a87e9efc59faa60213544b4b1', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_45cb9', table='licences_safetyaction', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='ActedLicence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'Väntar'), ('done', 'Klar'), ('failed', 'Gick inte')], default='waiting', max_length=10)),
                ('problem', models.TextField(blank=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('done_at', models.DateTimeField(null=True)),
                ('licence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='decisions.licence')),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='licences', to='licences.safetyaction')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['attempts', 'id'], name='acted_waiting'), models.Index(fields=['action', 'state', 'id'], name='acted_of_action'), models.Index(fields=['licence', '-id'], name='acted_on_licence')],
                'constraints': [models.UniqueConstraint(fields=('action', 'licence'), name='licence_once_per_action'), models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', True), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('done_at__isnull', False)), _connector='OR'), name='acted_done_at_iff_done'), models.CheckConstraint(condition=models.Q(('state', 'failed'), ('problem', ''), _connector='OR'), name='acted_problem_only_when_failed')],
                'triggers': [pgtrigger.compiler.Trigger(name='fields_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."done_at" IS NOT NULL AND (OLD."action_id" IS DISTINCT FROM (NEW."action_id") OR OLD."licence_id" IS DISTINCT FROM (NEW."licence_id") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."problem" IS DISTINCT FROM (NEW."problem") OR OLD."done_at" IS DISTINCT FROM (NEW."done_at")))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='7a51a1a5f959c1ca8c8c9997c007c723958b1bc1', operation='UPDATE', pgid='pgtrigger_fields_frozen_5caef', table='licences_actedlicence', when='BEFORE')), pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."done_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='9c565ed0da447e3c4aaddc4b04a2de57c300b896', operation='DELETE', pgid='pgtrigger_kept_b647a', table='licences_actedlicence', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='21f4fb7a3901946864b9a1f3bc11ce653fa5ad22', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_48072', table='licences_actedlicence', when='BEFORE'))],
            },
        ),
    ]
