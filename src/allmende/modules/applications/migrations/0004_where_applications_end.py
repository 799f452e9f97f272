# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0003_reasons'),
    ]

    operations = [
        migrations.AddField(
            model_name='draft',
            name='step',
            field=models.CharField(blank=True, help_text='where the answers end; it says nothing else of them', max_length=80),
        ),
        migrations.CreateModel(
            name='Unsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('flow', models.CharField(max_length=50)),
                ('step', models.CharField(blank=True, max_length=80)),
                ('count', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('day', 'flow', 'step'), name='applications_unsent_once')],
            },
        ),
    ]
