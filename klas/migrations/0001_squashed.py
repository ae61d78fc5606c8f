"""All tables of the app at once; who has an older database takes the steps that this replaces."""

import django.db.models.deletion
import django.db.models.functions.datetime
import klas.log_models
import klas.sealed
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

# Partitioned by month from the start: five years of it are pruned a month at a time. A plain
# sequence instead of an identity column, which partitioned tables have from PostgreSQL 17 only.
PARTITIONED_LOG = """
CREATE SEQUENCE klas_accesslogentry_id_seq AS bigint;
CREATE TABLE klas_accesslogentry (
    id bigint NOT NULL DEFAULT nextval('klas_accesslogentry_id_seq'),
    at timestamptz NOT NULL DEFAULT statement_timestamp(),
    role varchar(30) NOT NULL,
    unit varchar(200) NOT NULL,
    action varchar(20) NOT NULL,
    what varchar(60) NOT NULL,
    object_id bigint,
    whose varchar(40) NOT NULL,
    purpose varchar(60) NOT NULL,
    hit boolean,
    request_id varchar(36) NOT NULL,
    address inet,
    assignment_id bigint REFERENCES accounts_assignment (id) DEFERRABLE INITIALLY DEFERRED,
    user_id bigint REFERENCES accounts_user (id) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
ALTER SEQUENCE klas_accesslogentry_id_seq OWNED BY klas_accesslogentry.id;
CREATE TABLE klas_accesslogentry_rest PARTITION OF klas_accesslogentry DEFAULT;
CREATE INDEX access_log_newest ON klas_accesslogentry (at DESC, id DESC);
CREATE INDEX access_log_whose ON klas_accesslogentry (whose, at DESC);
CREATE INDEX access_log_assignment ON klas_accesslogentry (assignment_id, at DESC);

CREATE FUNCTION klas_add_log_partitions(months integer) RETURNS integer AS $$
DECLARE
    first_day date := date_trunc('month', now() AT TIME ZONE 'UTC')::date;
    month date;
    partition text;
    added integer := 0;
BEGIN
    FOR ahead IN 0..months LOOP
        month := (first_day + make_interval(months => ahead))::date;
        partition := 'klas_accesslogentry_' || to_char(month, 'YYYY_MM');
        IF to_regclass(partition) IS NULL THEN
            EXECUTE format(
                'CREATE TABLE %I PARTITION OF klas_accesslogentry FOR VALUES FROM (%L) TO (%L)',
                partition,
                month::timestamp AT TIME ZONE 'UTC',
                (month + interval '1 month')::timestamp AT TIME ZONE 'UTC'
            );
            added := added + 1;
        END IF;
    END LOOP;
    RETURN added;
END
$$ LANGUAGE plpgsql;
SELECT klas_add_log_partitions(3);
"""
DROP_LOG = """
DROP FUNCTION klas_add_log_partitions(integer);
DROP TABLE klas_accesslogentry;
"""


class Migration(migrations.Migration):

    replaces = [
        ('klas', '0001_initial'),
        ('klas', '0002_kept_forms'),
        ('klas', '0003_log_seals'),
        ('klas', '0004_limits'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_squashed'),
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Bucket',
            fields=[
                ('key', models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ('full_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='LogHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField()),
                ('digest', models.BinaryField(max_length=32)),
                ('first', models.BigIntegerField(default=1)),
                ('kept_from', models.DateTimeField(null=True)),
                ('closed_to', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField()),
                ('key', models.CharField(max_length=64)),
                ('signature', models.BinaryField(max_length=64)),
            ],
            options={
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f5b245198ccc0d8cf782beaca06952352de50cb7', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_15ebc', table='klas_loghead', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='aaaea62f32c6568e0f75a1a691adf91210805357', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_31990', table='klas_loghead', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='LogSample',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('drawn_at', models.DateTimeField()),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('among', models.PositiveIntegerField()),
                ('drawn_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.assignment')),
            ],
            options={
                'ordering': ('-drawn_at', '-pk'),
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='095f5a737e3a6ba015fa528a1a298d1e3ac4347b', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_6e94b', table='klas_logsample', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='5103acadbc7b6b89589b549210acb56d8672711b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_028a4', table='klas_logsample', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='LogSeal',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('entry_id', models.BigIntegerField()),
                ('entry_at', models.DateTimeField()),
                ('digest', models.BinaryField(max_length=32)),
            ],
            options={
                'indexes': [models.Index(fields=['entry_at', 'number'], name='log_seal_at')],
                'constraints': [models.UniqueConstraint(fields=('entry_id', 'entry_at'), name='one_seal_per_entry')],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5dd67a0f2aad89d39ec58103c3efd2ee9648dc66', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_53d0f', table='klas_logseal', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='7d10cc559058f810f4a07af491372f0cde59f956', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_e5c9c', table='klas_logseal', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='SampledEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField()),
                ('entry_id', models.BigIntegerField()),
                ('entry_at', models.DateTimeField()),
                ('verdict', models.CharField(blank=True, choices=[('fine', 'Inget att anmärka'), ('questioned', 'Ifrågasatt')], max_length=12)),
                ('note', klas.sealed.SealedTextField(blank=True)),
                ('checked_at', models.DateTimeField(null=True)),
                ('checked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.assignment')),
                ('sample', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='klas.logsample')),
            ],
            options={
                'ordering': ('place', 'pk'),
                'constraints': [models.UniqueConstraint(fields=('sample', 'place'), name='one_entry_per_place'), models.CheckConstraint(condition=models.Q(models.Q(('checked_at__isnull', True), ('checked_by__isnull', True), ('verdict', '')), models.Q(('checked_at__isnull', False), ('checked_by__isnull', False), models.Q(('verdict', ''), _negated=True)), _connector='OR'), name='sampled_verdict_iff_checked')],
                'triggers': [pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."checked_at" IS NOT NULL)', func="\n            IF TG_OP = 'UPDATE' AND current_setting('klas.resealing', true) = 'on'\n                AND to_jsonb(NEW) - ARRAY['note'] = to_jsonb(OLD) - ARRAY['note']\n            THEN\n                RETURN NEW;\n            END IF;\n            RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;\n        ", hash='94c0660b93f5491c209c6438021cb0a016324731', operation='UPDATE OR DELETE', pgid='pgtrigger_frozen_26ac4', table='klas_sampledentry', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='8e95d7133c4725fbe49554a08804bfc965dfd4f0', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_2d98f', table='klas_sampledentry', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('name', 'year'), name='one_row_per_series')],
            },
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(PARTITIONED_LOG, DROP_LOG)],
            state_operations=[
                migrations.CreateModel(
                    name='AccessLogEntry',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ('role', models.CharField(blank=True, max_length=30)),
                        ('unit', models.CharField(blank=True, max_length=200)),
                        ('action', models.CharField(choices=[('read', 'Läste'), ('search', 'Sökte'), ('write', 'Skrev'), ('download', 'Hämtade'), ('print', 'Skrev ut'), ('sign_in', 'Loggade in'), ('sign_out', 'Loggade ut')], max_length=20)),
                        ('what', models.CharField(max_length=60)),
                        ('object_id', models.BigIntegerField(null=True)),
                        ('whose', models.CharField(blank=True, max_length=40)),
                        ('purpose', models.CharField(blank=True, max_length=60)),
                        ('hit', models.BooleanField(null=True)),
                        ('request_id', models.CharField(blank=True, max_length=36)),
                        ('address', models.GenericIPAddressField(null=True)),
                        ('assignment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.assignment')),
                        ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['-at', '-id'], name='access_log_newest'), models.Index(fields=['whose', '-at'], name='access_log_whose'), models.Index(fields=['assignment', '-at'], name='access_log_assignment')],
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('xid', models.BigIntegerField(db_default=klas.log_models.TransactionId())),
                ('began_at', models.DateTimeField(db_default=klas.log_models.TransactionTime())),
                ('kind', models.CharField(max_length=40)),
                ('scope', models.CharField(blank=True, max_length=40)),
                ('count', models.PositiveIntegerField()),
                ('rows', models.PositiveIntegerField()),
                ('files', models.PositiveIntegerField(default=0)),
                ('oldest', models.DateTimeField(null=True)),
                ('archive', models.CharField(blank=True, max_length=100)),
                ('manifest', models.CharField(blank=True, max_length=64)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.assignment')),
            ],
            options={
                'ordering': ('-at', '-pk'),
                'indexes': [models.Index(fields=['xid', 'began_at'], name='erasure_transaction')],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0ab3c8051131099dafd767a89905521878cab28c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_2c5a6', table='klas_erasure', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='c4137ffc6cfa7f61a0c06a1a14ebea82dc415c28', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_8dabd', table='klas_erasure', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='IdempotencyKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField()),
                ('answer', models.CharField(blank=True, max_length=500)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='one_answer_per_form')],
            },
        ),
        migrations.CreateModel(
            name='KeptForm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(max_length=64)),
                ('path', models.CharField(max_length=200)),
                ('fields', klas.sealed.SealedJSONField()),
                ('kept_at', models.DateTimeField()),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.assignment')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['user', '-kept_at'], name='kept_form_of_person'), models.Index(fields=['kept_at'], name='kept_form_oldest')],
                'constraints': [models.UniqueConstraint(fields=('token_hash', 'path'), name='one_kept_form_per_page')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accesslogentry',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d0a5fbef57832a72f465b9d2fc207009cc5f2365', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_20910', table='klas_accesslogentry', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accesslogentry',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='3dd3716e30f84413dc4c7a21eae3b503ab0bc63d', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_98d6f', table='klas_accesslogentry', when='BEFORE')),
        ),
        # Nothing in it is worth a write to the log of the database: a crash forgets the counts.
        migrations.RunSQL(
            'ALTER TABLE klas_bucket SET UNLOGGED', 'ALTER TABLE klas_bucket SET LOGGED'
        ),
    ]
