# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('files', '0001_initial'),
        ('jobs', '0001_initial'),
        ('town', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('source', models.CharField(max_length=60)),
                ('form', models.CharField(max_length=10)),
                ('name', models.CharField(max_length=200)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('arrival', models.CharField(choices=[('auto', 'veröffentlicht, wenn die Quelle ein Freigabedatum nennt, sonst als Entwurf'), ('published', 'veröffentlicht'), ('draft', 'als Entwurf')], default='auto', max_length=10)),
                ('area', models.CharField(blank=True, max_length=12)),
                ('begun_at', models.DateTimeField(auto_now_add=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('written', models.PositiveIntegerField(default=0)),
                ('unchanged', models.PositiveIntegerField(default=0)),
                ('deleted', models.PositiveIntegerField(default=0)),
                ('outside', models.PositiveIntegerField(default=0)),
                ('quarantined', models.PositiveIntegerField(default=0)),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='files.storedfile')),
                ('job', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='jobs.job')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='town.unit')),
            ],
            options={
                'ordering': ('-begun_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='ImportedRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=60)),
                ('kind', models.CharField(max_length=20)),
                ('key', models.CharField(max_length=200)),
                ('file', models.CharField(blank=True, max_length=250)),
                ('line', models.PositiveIntegerField(default=0)),
                ('digest', models.CharField(max_length=64)),
                ('packed', models.BinaryField(default=bytes)),
                ('facts', models.JSONField(blank=True, default=dict)),
                ('gone', models.BooleanField(default=False)),
                ('fault', models.CharField(blank=True, max_length=20)),
                ('applied', models.CharField(blank=True, max_length=64)),
                ('local_id', models.CharField(blank=True, max_length=50)),
                ('unit', models.CharField(blank=True, max_length=50)),
                ('written', models.CharField(blank=True, max_length=64)),
                ('relations', models.JSONField(blank=True, default=list)),
                ('state', models.CharField(blank=True, db_index=True, max_length=12)),
                ('outcome', models.CharField(blank=True, max_length=12)),
                ('title', models.CharField(blank=True, max_length=200)),
                ('problems', models.JSONField(blank=True, default=dict)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('run', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='records', to='town.import')),
            ],
            options={
                'ordering': ('-changed_at', '-pk'),
                'indexes': [models.Index(fields=['run', 'outcome'], name='imported_in_run')],
                'constraints': [models.UniqueConstraint(fields=('source', 'kind', 'key'), name='imported_once')],
            },
        ),
    ]
