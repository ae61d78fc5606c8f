"""All tables of the app at once; who has an older database takes the steps that this replaces."""

import django.db.models.deletion
import klas.sealed
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('accounts', '0001_initial'),
        ('accounts', '0002_personal_key'),
        ('accounts', '0003_sessions'),
    ]

    initial = True

    dependencies = [
        ('pharmacies', '0001_squashed'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('subject', models.CharField(max_length=64, unique=True, verbose_name='HSA-id')),
                ('name', models.CharField(max_length=120, verbose_name='namn')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-post')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='telefon')),
                ('profession', models.CharField(choices=[('doctor', 'Läkare'), ('dentist', 'Tandläkare'), ('veterinarian', 'Veterinär'), ('pharmacist', 'Apotekare'), ('dispensing_pharmacist', 'Receptarie'), ('none', 'Inget legitimationsyrke')], default='none', max_length=30, verbose_name='yrke')),
                ('prescriber_code', models.CharField(blank=True, max_length=7, verbose_name='förskrivarkod')),
                ('licensed_to_practise', models.BooleanField(default=False, verbose_name='giltig legitimation')),
                ('licence_checked_at', models.DateTimeField(null=True, verbose_name='legitimation kontrollerad')),
                ('is_active', models.BooleanField(default=True)),
                ('personal_key', models.BinaryField(max_length=32, null=True, unique=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('licensed_to_practise', False), models.Q(('profession', 'none'), _negated=True), _connector='OR'), name='licence_needs_profession', violation_error_message='Ange yrke för den som har legitimation.'), models.CheckConstraint(condition=models.Q(('prescriber_code', ''), ('prescriber_code__regex', '^\\d{7}$'), _connector='OR'), name='prescriber_code_seven_digits', violation_error_message='Förskrivarkoden ska ha sju siffror.')],
            },
        ),
        migrations.CreateModel(
            name='BreakGlass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=200)),
                ('secret', klas.sealed.SealedJSONField()),
                ('valid_to', models.DateTimeField()),
                ('last_step', models.BigIntegerField(default=0)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='break_glass', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='PersonSession',
            fields=[
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('session_key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('started_at', models.DateTimeField()),
                ('last_used_at', models.DateTimeField(db_index=True)),
                ('user_agent', models.CharField(blank=True, max_length=300)),
                ('address', models.GenericIPAddressField(null=True)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('prescriber', 'Förskrivare'), ('care_colleague', 'Medarbetare på vårdenhet'), ('pharmacist', 'Farmaceut'), ('pharmacy_staff', 'Apotekspersonal'), ('caseworker', 'Handläggare'), ('assessor', 'Utredare'), ('decision_maker', 'Beslutsfattare'), ('operator', 'Driftansvarig')], max_length=30)),
                ('valid_from', models.DateField(null=True)),
                ('valid_to', models.DateField(null=True)),
                ('care_unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='pharmacies.careunit')),
                ('pharmacy', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='pharmacies.pharmacy')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('user__name', 'pk'),
                'constraints': [models.UniqueConstraint(fields=('user', 'role', 'pharmacy', 'care_unit'), name='one_assignment_per_role_and_unit', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('care_unit__isnull', False), ('pharmacy__isnull', True), ('role__in', ('prescriber', 'care_colleague'))), models.Q(('care_unit__isnull', True), ('pharmacy__isnull', False), ('role__in', ('pharmacist', 'pharmacy_staff'))), models.Q(models.Q(('role__in', ('prescriber', 'care_colleague', 'pharmacist', 'pharmacy_staff')), _negated=True), ('care_unit__isnull', True), ('pharmacy__isnull', True)), _connector='OR'), name='assignment_unit_fits_role', violation_error_message='Rollen och enheten hör inte ihop.'), models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_from__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='assignment_ends_after_start')],
            },
        ),
    ]
