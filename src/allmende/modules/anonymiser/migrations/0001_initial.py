# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('jobs', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Picture',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveIntegerField(help_text='in the batch, from 1')),
                ('name', models.CharField(help_text='as it was called where it came from', max_length=200)),
                ('state', models.CharField(db_index=True, default='waiting', max_length=10)),
                ('source_sha256', models.CharField(max_length=64)),
                ('result_sha256', models.CharField(blank=True, max_length=64)),
                ('media_type', models.CharField(blank=True, help_text='of the result', max_length=50)),
                ('width', models.PositiveIntegerField(default=0)),
                ('height', models.PositiveIntegerField(default=0)),
                ('findings', models.JSONField(default=list, help_text='regions that the verification found in the result')),
                ('problem', models.CharField(blank=True, help_text='why it failed or was refused', max_length=300)),
                ('signed_at', models.DateTimeField(null=True)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['batch', 'position'],
            },
        ),
        migrations.CreateModel(
            name='Record',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.UUIDField(db_index=True, help_text='id of the picture or batch')),
                ('kind', models.CharField(max_length=10)),
                ('title', models.CharField(max_length=200)),
                ('text', models.TextField(help_text='JSON of engine/record.py, signed; text, so that no database writes a number otherwise')),
                ('made_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='SigningKey',
            fields=[
                ('id', models.CharField(help_text='beginning of the SHA-256 of the public key', max_length=16, primary_key=True, serialize=False)),
                ('public', models.CharField(help_text='32 bytes, base64', max_length=64)),
                ('private', models.TextField(help_text="sealed with the house's secret key")),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['-made_at'],
            },
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('settings', models.JSONField(help_text='labels, fill, keep_date, keep_location')),
                ('excluded', models.JSONField(default=list, help_text='areas nothing is masked in: x, y, width, height as shares of the picture')),
                ('keep_days', models.PositiveSmallIntegerField(default=0, help_text='how long originals are kept after publication; 0: not')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='jobs.job')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-made_at'],
            },
        ),
        migrations.CreateModel(
            name='Original',
            fields=[
                ('picture', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='original', serialize=False, to='anonymiser.picture')),
                ('key', models.TextField(help_text="sealed with the house's secret key")),
                ('media_type', models.CharField(max_length=50)),
                ('size', models.PositiveBigIntegerField(help_text='bytes')),
                ('open_until', models.DateTimeField(help_text='afterwards only four eyes open it; empty while it is worked on', null=True)),
                ('expires_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.AddField(
            model_name='picture',
            name='batch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pictures', to='anonymiser.batch'),
        ),
        migrations.AddField(
            model_name='picture',
            name='signer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.CreateModel(
            name='Mask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.JSONField(help_text='label, corners, score, origin; pixels of the upright picture')),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('removed_at', models.DateTimeField(null=True)),
                ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('removed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('picture', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='masks', to='anonymiser.picture')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Sample',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('of', models.PositiveIntegerField(help_text='how many pictures it was drawn from')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-made_at'],
            },
        ),
        migrations.CreateModel(
            name='Looked',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('found', models.JSONField(help_text='by label: masks that a detector drew, when the sample was made')),
                ('seen', models.JSONField(help_text='by label: missed, wrong', null=True)),
                ('at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('picture', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='anonymiser.picture')),
                ('sample', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='anonymiser.sample')),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='Unlock',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(help_text='of the picture', max_length=200)),
                ('reason', models.CharField(max_length=500)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_at', models.DateTimeField(null=True)),
                ('allowed', models.BooleanField(default=False)),
                ('ends_at', models.DateTimeField(help_text='until then it can be decided, once allowed: used')),
                ('fetched_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('picture', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='unlocks', to='anonymiser.picture')),
            ],
            options={
                'ordering': ['-asked_at'],
            },
        ),
        migrations.AddConstraint(
            model_name='picture',
            constraint=models.UniqueConstraint(fields=('batch', 'position'), name='anonymiser_position_once'),
        ),
        migrations.AddConstraint(
            model_name='looked',
            constraint=models.UniqueConstraint(fields=('sample', 'picture'), name='anonymiser_drawn_once'),
        ),
    ]
