# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2


from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('anonymiser', '0002_samples_outlive_pictures'),
    ]

    operations = [
        migrations.AddField(
            model_name='picture',
            name='film',
            field=models.JSONField(default=dict, help_text='of a film that is done: seconds, frames, rate, sound, and how many tracks by label'),
        ),
        migrations.AddField(
            model_name='picture',
            name='kind',
            field=models.CharField(default='picture', help_text='picture or film', max_length=10),
        ),
        migrations.AlterField(
            model_name='batch',
            name='settings',
            field=models.JSONField(help_text='labels, fill, keep_date, keep_location, audio'),
        ),
    ]
