# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('anonymiser', '0004_problems_by_code'),
    ]

    operations = [
        migrations.CreateModel(
            name='Sealed',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(help_text='result or poster', max_length=10)),
                ('key', models.TextField(help_text="sealed with the house's secret key")),
                ('picture', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sealed', to='anonymiser.picture')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('picture', 'kind'), name='anonymiser_sealed_once')],
            },
        ),
    ]
