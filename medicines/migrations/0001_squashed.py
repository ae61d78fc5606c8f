"""All tables of the app at once; who has an older database takes the steps that this replaces."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import klas.formats
import medicines.models.exact
import pgtrigger.compiler
from django.db import migrations, models

from django.contrib.postgres.operations import (
    BtreeGinExtension,
    TrigramExtension,
    UnaccentExtension,
)

# unaccent() is only STABLE because its dictionary could change; naming both makes the wrapper
# safe to index and to restore from a dump with an empty search_path.
FOLD = """
CREATE FUNCTION public.klas_fold(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, $1)) $$;
"""

SEARCH = r"""
CREATE FUNCTION public.klas_search_products(
    sought text, most integer, want_veterinary boolean DEFAULT NULL
) RETURNS TABLE (product_id bigint, score double precision, rough text[], near text[])
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET pg_trgm.word_similarity_threshold = 0.2
SET plan_cache_mode = force_custom_plan
AS $function$
#variable_conflict use_column
DECLARE
    folded text := btrim(public.klas_fold(sought));
    words text[] := (
        SELECT array_agg(word ORDER BY place)
        FROM (
            SELECT word, min(place) AS place
            FROM regexp_split_to_table(folded, '[^[:alnum:]]+') WITH ORDINALITY AS s (word, place)
            WHERE word <> ''
            GROUP BY word ORDER BY min(place) LIMIT 6
        ) AS first_words
    );
BEGIN
    RETURN QUERY
    WITH word AS MATERIALIZED (
        SELECT w FROM unnest(words) AS w
        -- Numbers are strengths, unless nothing else is sought.
        WHERE (w !~ '^[0-9]+$' AND w NOT IN ('mg', 'g', 'ml', 'ug'))
           OR cardinality(words) = 1
    ),
    sharp AS MATERIALIZED (
        SELECT word.w, p.id,
            CASE WHEN p.name_folded = folded THEN 1.3
                 WHEN starts_with(p.name_folded, folded) THEN 1.15
                 WHEN starts_with(p.name_folded, word.w) THEN 1.0
                 WHEN p.name_folded ~ ('\m' || word.w) THEN 0.9
                 ELSE 0.6 END::float8 AS found
        FROM word JOIN medicines_licenceproduct AS p
          ON length(word.w) >= 3 AND p.name_folded LIKE '%' || word.w || '%'
        UNION ALL
        SELECT word.w, p.id, 1.0
        FROM word JOIN medicines_licenceproduct AS p
          ON length(word.w) < 3
         AND p.name_folded ~>=~ word.w AND p.name_folded ~<~ (word.w || chr(1114111))
        UNION ALL
        SELECT word.w, link.product_id,
            CASE WHEN s.name_folded = folded THEN 1.1
                 WHEN starts_with(s.name_folded, word.w) THEN 0.95
                 WHEN s.name_folded ~ ('\m' || word.w) THEN 0.85
                 ELSE 0.55 END::float8
        FROM word
        JOIN medicines_substance AS s
          ON length(word.w) >= 3 AND s.name_folded LIKE '%' || word.w || '%'
        JOIN medicines_productsubstance AS link ON link.substance_id = s.id
        UNION ALL
        SELECT word.w, p.id, 1.2
        FROM word JOIN medicines_licenceproduct AS p
          ON word.w ~ '^q?[a-z][0-9]{2}'
         AND p.atc ~>=~ upper(word.w) AND p.atc ~<~ (upper(word.w) || chr(1114111))
    ),
    missed AS MATERIALIZED (
        SELECT word.w FROM word
        WHERE length(word.w) >= 3 AND NOT EXISTS (SELECT 1 FROM sharp WHERE sharp.w = word.w)
    ),
    near_name AS (
        SELECT missed.w, p.id, p.name_folded AS near,
            public.strict_word_similarity(missed.w, p.name_folded)::float8 AS alike
        FROM missed JOIN medicines_licenceproduct AS p ON p.name_folded %> missed.w
        ORDER BY alike DESC, p.id LIMIT 150
    ),
    near_substance AS (
        SELECT missed.w, s.id, s.name_folded AS near,
            public.strict_word_similarity(missed.w, s.name_folded)::float8 AS alike
        FROM missed JOIN medicines_substance AS s ON s.name_folded %> missed.w
        ORDER BY alike DESC, s.id LIMIT 40
    ),
    hit AS (
        SELECT w, id, found, NULL::text AS near FROM sharp
        UNION ALL
        SELECT w, id, 0.4 * alike, near FROM near_name
        UNION ALL
        SELECT w, link.product_id, 0.395 * alike, near
        FROM near_substance
        JOIN medicines_productsubstance AS link ON link.substance_id = near_substance.id
    ),
    best AS (
        SELECT DISTINCT ON (hit.id, hit.w) hit.id, hit.w, hit.found, hit.near
        FROM hit ORDER BY hit.id, hit.w, hit.found DESC, hit.near
    ),
    summed AS (
        SELECT best.id, sum(best.found) AS found, array_agg(best.w) AS seen,
            array_agg(best.w ORDER BY best.w) FILTER (WHERE best.near IS NOT NULL) AS rough,
            array_agg(best.near ORDER BY best.w) FILTER (WHERE best.near IS NOT NULL) AS near
        FROM best
        JOIN medicines_licenceproduct AS p ON p.id = best.id
        WHERE want_veterinary IS NULL OR p.veterinary = want_veterinary
        GROUP BY best.id
        ORDER BY sum(best.found) DESC, best.id
        LIMIT greatest(most * 5, 200)
    )
    SELECT p.id, summed.found + 0.15 * (
        SELECT count(*) FROM unnest(words) AS w
        WHERE NOT w = ANY (summed.seen)
          AND public.klas_fold(concat_ws(' ', p.strength, p.form, p.mah)) ~ ('\m' || w || '\M')
    ) AS total, summed.rough, summed.near
    FROM summed JOIN medicines_licenceproduct AS p ON p.id = summed.id
    ORDER BY total DESC, (p.status = 'active') DESC, p.name_folded, p.strength, p.id
    LIMIT most;
END
$function$;
"""


class Migration(migrations.Migration):

    replaces = [
        ('medicines', '0001_text_search'),
        ('medicines', '0002_initial'),
        ('medicines', '0003_product_search'),
        ('medicines', '0004_products_approved_in_sweden'),
    ]

    initial = True

    dependencies = [
    ]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        BtreeGinExtension(),
        migrations.RunSQL(FOLD, "DROP FUNCTION public.klas_fold(text)"),
        migrations.CreateModel(
            name='LicenceProduct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=40, verbose_name='källa')),
                ('source_id', models.CharField(max_length=60, verbose_name='källans nummer')),
                ('name', models.CharField(max_length=300, verbose_name='namn')),
                ('form', models.CharField(blank=True, max_length=200, verbose_name='läkemedelsform')),
                ('strength', models.CharField(blank=True, max_length=500, verbose_name='styrka')),
                ('route', models.CharField(blank=True, max_length=200, verbose_name='administreringssätt')),
                ('mah', models.CharField(blank=True, max_length=200, verbose_name='innehavare av godkännandet')),
                ('country', models.CharField(blank=True, max_length=2, validators=[klas.formats.validate_country], verbose_name='godkännandeland')),
                ('approval_number', models.CharField(blank=True, max_length=60, verbose_name='godkännandenummer')),
                ('atc', models.CharField(blank=True, max_length=8, validators=[klas.formats.validate_atc], verbose_name='ATC-kod')),
                ('status', models.CharField(choices=[('active', 'Godkänt'), ('suspended', 'Godkännandet är tillfälligt stoppat'), ('withdrawn', 'Godkännandet är avslutat av företaget'), ('withdrawn_by_authority', 'Godkännandet är återkallat av myndighet'), ('not_approved', 'Inte godkänt i något land'), ('unknown', 'Okänd status')], default='unknown', max_length=24, verbose_name='status')),
                ('marketed', models.BooleanField(default=False, verbose_name='marknadsförs')),
                ('on_licence_before', models.BooleanField(default=False, verbose_name='har varit på licens tidigare')),
                ('veterinary', models.BooleanField(default=False, verbose_name='för djur')),
                ('supply_status', models.CharField(blank=True, choices=[('shortage', 'Restnoterat'), ('strained', 'Begränsad tillgång'), ('discontinued', 'Säljs inte längre'), ('available_again', 'Tillgängligt igen')], default='', max_length=20, verbose_name='tillgång')),
                ('supply_changed_on', models.DateField(blank=True, null=True, verbose_name='tillgången ändrad')),
                ('substances_text', models.CharField(blank=True, max_length=2000, verbose_name='aktiva substanser')),
                ('name_folded', models.GeneratedField(db_persist=True, expression=models.Func(models.F('name'), function='klas_fold', output_field=models.TextField()), output_field=models.TextField())),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='ändrad')),
            ],
            options={
                'verbose_name': 'licensläkemedel',
                'verbose_name_plural': 'licensläkemedel',
                'ordering': ['name', 'strength', 'pk'],
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['name_folded'], name='product_name_trigram', opclasses=['gin_trgm_ops']), models.Index(fields=['name_folded'], name='product_name_prefix', opclasses=['text_pattern_ops']), models.Index(fields=['atc'], name='product_atc', opclasses=['varchar_pattern_ops'])],
                'constraints': [models.UniqueConstraint(fields=('source', 'source_id'), name='product_source_unique'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='product_name_given'), models.CheckConstraint(condition=models.Q(('source_id', ''), _negated=True), name='product_source_id_given'), models.CheckConstraint(condition=models.Q(('status__in', ['active', 'suspended', 'withdrawn', 'withdrawn_by_authority', 'not_approved', 'unknown'])), name='product_status_known'), models.CheckConstraint(condition=models.Q(('supply_status', ''), ('supply_status__in', ['shortage', 'strained', 'discontinued', 'available_again']), _connector='OR'), name='product_supply_status_known'), models.CheckConstraint(condition=models.Q(('country', ''), ('country__regex', '^[A-Z]{2}$'), _connector='OR'), name='product_country_form'), models.CheckConstraint(condition=models.Q(('atc', ''), ('atc__regex', '^Q?[A-Z]([0-9]{2}([A-Z]([A-Z]([0-9]{2})?)?)?)?$'), _connector='OR'), name='product_atc_form'), models.CheckConstraint(condition=models.Q(('approval_number', ''), models.Q(('country', ''), _negated=True), _connector='OR'), name='product_approval_has_country'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'not_approved'), _negated=True), ('country', ''), _connector='OR'), name='product_not_approved_has_no_country')],
            },
        ),
        migrations.CreateModel(
            name='LicensedProduct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('product_key', models.CharField(max_length=32, unique=True)),
            ],
            options={
                'verbose_name': 'läkemedel som har varit på licens',
                'verbose_name_plural': 'läkemedel som har varit på licens',
            },
        ),
        migrations.CreateModel(
            name='ApprovedProduct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('npl_id', models.CharField(max_length=14, unique=True, validators=[klas.formats.validate_npl_id], verbose_name='NPL-id')),
                ('name', models.CharField(max_length=300, verbose_name='namn')),
                ('form', models.CharField(max_length=200, verbose_name='läkemedelsform')),
                ('strength', models.CharField(blank=True, max_length=500, verbose_name='styrka')),
                ('mah', models.CharField(blank=True, max_length=200, verbose_name='innehavare av godkännandet')),
                ('atc', models.CharField(blank=True, max_length=8, validators=[klas.formats.validate_atc], verbose_name='ATC-kod')),
                ('substances_text', models.CharField(max_length=2000, verbose_name='aktiva substanser')),
                ('marketed', models.BooleanField(default=False, verbose_name='säljs i Sverige')),
                ('veterinary', models.BooleanField(default=False, verbose_name='för djur')),
                ('substances_key', models.CharField(editable=False, max_length=2000)),
                ('form_group', models.CharField(editable=False, max_length=200)),
            ],
            options={
                'verbose_name': 'läkemedel godkänt i Sverige',
                'verbose_name_plural': 'läkemedel godkända i Sverige',
                'ordering': ('name', 'strength', 'pk'),
                'indexes': [models.Index(condition=models.Q(('marketed', True)), fields=['atc', 'form_group'], name='approved_by_atc'), models.Index(condition=models.Q(('marketed', True)), fields=['substances_key', 'form_group'], name='approved_by_substances')],
                'constraints': [models.CheckConstraint(condition=models.Q(('npl_id__regex', '^[0-9]{14}$')), name='approved_product_npl_id_form'), models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('form', ''), _negated=True), models.Q(('substances_key', ''), _negated=True)), name='approved_product_facts_given'), models.CheckConstraint(condition=models.Q(('atc', ''), ('atc__regex', '^Q?[A-Z]([0-9]{2}([A-Z]([A-Z]([0-9]{2})?)?)?)?$'), _connector='OR'), name='approved_product_atc_form')],
            },
        ),
        migrations.CreateModel(
            name='Pack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pack_id', models.CharField(max_length=60, verbose_name='förpackningens nummer')),
                ('code', models.CharField(blank=True, max_length=14, verbose_name='streckkod')),
                ('description', models.CharField(max_length=500, verbose_name='förpackning')),
                ('status', models.CharField(choices=[('active', 'Godkänd'), ('withdrawn', 'Avslutad'), ('unknown', 'Okänd status')], default='unknown', max_length=10, verbose_name='status')),
                ('marketed', models.BooleanField(default=False, verbose_name='marknadsförs')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='packs', to='medicines.licenceproduct')),
            ],
            options={
                'verbose_name': 'förpackning',
                'verbose_name_plural': 'förpackningar',
                'ordering': ['product', 'pack_id'],
                'constraints': [models.UniqueConstraint(fields=('product', 'pack_id'), name='pack_id_unique'), models.CheckConstraint(condition=models.Q(('status__in', ['active', 'withdrawn', 'unknown'])), name='pack_status_known'), models.CheckConstraint(condition=models.Q(('description', ''), _negated=True), name='pack_description_given')],
            },
        ),
        migrations.CreateModel(
            name='Substance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=300, verbose_name='namn')),
                ('name_folded', models.GeneratedField(db_persist=True, expression=models.Func(models.F('name'), function='klas_fold', output_field=models.TextField()), output_field=models.TextField())),
            ],
            options={
                'verbose_name': 'substans',
                'verbose_name_plural': 'substanser',
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['name_folded'], name='substance_name_trigram', opclasses=['gin_trgm_ops']), models.Index(fields=['name_folded'], name='substance_name_prefix', opclasses=['text_pattern_ops'])],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('name'), name='substance_name_unique')],
            },
        ),
        migrations.CreateModel(
            name='ProductSubstance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('active_substance', 'Aktiv substans'), ('therapeutic_moiety', 'Verksam del')], default='active_substance', max_length=20, verbose_name='roll')),
                ('part', models.CharField(blank=True, max_length=200, verbose_name='del av läkemedlet')),
                ('strength', models.CharField(blank=True, max_length=200, verbose_name='styrka')),
                ('per', models.CharField(blank=True, max_length=200, verbose_name='mängden avser')),
                ('order', models.PositiveSmallIntegerField(default=1, verbose_name='ordning')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='product_substances', to='medicines.licenceproduct')),
                ('substance', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='product_substances', to='medicines.substance')),
            ],
            options={
                'verbose_name': 'substans i läkemedel',
                'verbose_name_plural': 'substanser i läkemedel',
                'ordering': ['product', 'order', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('product', 'order'), name='product_substance_order_unique'), models.CheckConstraint(condition=models.Q(('role__in', ['active_substance', 'therapeutic_moiety'])), name='product_substance_role_known')],
            },
        ),
        migrations.CreateModel(
            name='ExactProduct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=300, verbose_name='läkemedlets namn')),
                ('substances', models.CharField(blank=True, max_length=2000, verbose_name='aktiv substans')),
                ('form', models.CharField(blank=True, max_length=200, verbose_name='läkemedelsform')),
                ('strength', models.CharField(blank=True, max_length=500, verbose_name='styrka')),
                ('mah', models.CharField(blank=True, max_length=200, verbose_name='innehavare av godkännandet eller ansvarigt företag')),
                ('country', models.CharField(blank=True, max_length=2, validators=[klas.formats.validate_country], verbose_name='godkännandeland')),
                ('approval_number', models.CharField(blank=True, max_length=60, verbose_name='godkännandenummer i det landet')),
                ('atc', models.CharField(blank=True, max_length=8, validators=[klas.formats.validate_atc], verbose_name='ATC-kod')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='skapad')),
                ('product_key', models.GeneratedField(db_index=True, db_persist=True, expression=medicines.models.exact._WordingKey(django.db.models.functions.text.Concat(models.F('name'), models.Value('|'), models.F('form'), models.Value('|'), models.F('strength'), models.Value('|'), models.F('mah'), output_field=models.TextField())), output_field=models.CharField(max_length=32))),
                ('register', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='exact_products', to='medicines.licenceproduct', verbose_name='registrets läkemedel')),
            ],
            options={
                'verbose_name': 'exakt läkemedel',
                'verbose_name_plural': 'exakta läkemedel',
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='exact_product_name_given')],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='09ab8932642f2b20e8e808bad3ed58f9c99a152e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_05922', table='medicines_exactproduct', when='BEFORE')), pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='d05c236295bd59a9ffd3674e4bb4e9c5a218cd55', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_68b64', table='medicines_exactproduct', when='BEFORE'))],
            },
        ),
        migrations.AddField(
            model_name='licenceproduct',
            name='substances',
            field=models.ManyToManyField(related_name='products', through='medicines.ProductSubstance', to='medicines.substance'),
        ),
        migrations.RunSQL(
            SEARCH, "DROP FUNCTION public.klas_search_products(text, integer, boolean)"
        ),
    ]
