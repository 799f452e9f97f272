# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('files', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='storedfile',
            name='key',
            field=models.CharField(blank=True, default='', help_text='of bytes that lie encrypted; else they lie as they are', max_length=44),
            preserve_default=False,
        ),
    ]
