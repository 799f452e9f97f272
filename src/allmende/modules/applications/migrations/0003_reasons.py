# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0002_what_was_sent_stays'),
    ]

    operations = [
        migrations.AlterField(
            model_name='flowversion',
            name='reason',
            field=models.CharField(blank=True, help_text='why it was withdrawn or, of a draft, given back', max_length=300),
        ),
    ]
