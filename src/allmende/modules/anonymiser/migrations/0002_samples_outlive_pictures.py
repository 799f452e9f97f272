# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("anonymiser", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="looked",
            name="picture",
            field=models.ForeignKey(
                help_text="empty once it is deleted",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="anonymiser.picture",
            ),
        ),
    ]
