# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0006_uploads_in_clear_end'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='attachment',
            name='draft',
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.UUIDField(editable=False, help_text='id of the file, also when it was sent', primary_key=True, serialize=False)),
                ('sealed', models.TextField()),
                ('size', models.PositiveBigIntegerField(help_text='bytes, which the budget of the draft counts')),
                ('uploaded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('draft', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='uploads', to='applications.draft')),
            ],
            options={
                'ordering': ['uploaded_at'],
            },
        ),
    ]
