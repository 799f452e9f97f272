# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('town', '0003_editing'),
        ('places', '0002_streets_of_the_town'),
    ]

    operations = [
        migrations.DeleteModel(
            name='Street',
        ),
    ]
