"""All tables of the app at once; who has an older database takes the steps that this replaces."""

import klas.formats
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('pharmacies', '0001_initial'),
        ('pharmacies', '0002_care_unit_preparedness'),
    ]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='CareUnit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('street', models.CharField(blank=True, max_length=120, verbose_name='gatuadress eller box')),
                ('postcode', models.CharField(blank=True, max_length=5, verbose_name='postnummer')),
                ('city', models.CharField(blank=True, max_length=80, verbose_name='ort')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='telefon')),
                ('hsa_id', models.CharField(max_length=31, unique=True, validators=[klas.formats.validate_hsa_id], verbose_name='HSA-id')),
                ('name', models.CharField(max_length=160, verbose_name='vårdenhet')),
                ('organisation', models.CharField(blank=True, max_length=160, verbose_name='organisation')),
                ('region', models.CharField(blank=True, max_length=80, verbose_name='region')),
                ('workplace_code', models.CharField(blank=True, max_length=13, validators=[klas.formats.validate_workplace_code], verbose_name='arbetsplatskod')),
                ('active', models.BooleanField(default=True, verbose_name='verksam')),
                ('preparedness', models.BooleanField(default=False, verbose_name='får skriva för beredskapslicens')),
            ],
            options={
                'verbose_name': 'vårdenhet',
                'verbose_name_plural': 'vårdenheter',
                'ordering': ['name', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('hsa_id__regex', '^SE[0-9]{10}-[A-Z0-9-]{1,18}$')), name='care_unit_hsa_id'), models.CheckConstraint(condition=models.Q(('workplace_code', ''), ('workplace_code__regex', '^[0-9]{13}$'), _connector='OR'), name='care_unit_workplace_code'), models.CheckConstraint(condition=models.Q(('postcode', ''), ('postcode__regex', '^[0-9]{5}$'), _connector='OR'), name='care_unit_postcode')],
            },
        ),
        migrations.CreateModel(
            name='Pharmacy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('street', models.CharField(blank=True, max_length=120, verbose_name='gatuadress eller box')),
                ('postcode', models.CharField(blank=True, max_length=5, verbose_name='postnummer')),
                ('city', models.CharField(blank=True, max_length=80, verbose_name='ort')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='telefon')),
                ('gln', models.CharField(max_length=13, unique=True, validators=[klas.formats.validate_gln], verbose_name='GLN')),
                ('name', models.CharField(max_length=120, verbose_name='apotekets namn')),
                ('legal_name', models.CharField(max_length=120, verbose_name='juridisk person')),
                ('organisation_number', models.CharField(max_length=10, validators=[klas.formats.validate_organisation_number], verbose_name='organisationsnummer')),
                ('chain', models.CharField(blank=True, max_length=80, verbose_name='kedja')),
                ('kind', models.CharField(choices=[('retail', 'Öppenvårdsapotek'), ('online', 'Öppenvårdsapotek med e-handel'), ('hospital', 'Sjukhusapotek'), ('extempore', 'Extemporeapotek')], default='retail', max_length=12, verbose_name='slag')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-post')),
                ('active', models.BooleanField(default=True, verbose_name='verksamt')),
            ],
            options={
                'verbose_name': 'apotek',
                'verbose_name_plural': 'apotek',
                'ordering': ['name', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('gln__regex', '^[0-9]{13}$')), name='pharmacy_gln'), models.CheckConstraint(condition=models.Q(('organisation_number__regex', '^[0-9]{10}$')), name='pharmacy_organisation_number'), models.CheckConstraint(condition=models.Q(('postcode', ''), ('postcode__regex', '^[0-9]{5}$'), _connector='OR'), name='pharmacy_postcode'), models.CheckConstraint(condition=models.Q(('kind__in', ['retail', 'online', 'hospital', 'extempore'])), name='pharmacy_kind_known')],
            },
        ),
    ]
