# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From here on the database refuses to change the log."""

from django.db import migrations

from allmende.kernel.audit import append_only
from allmende.kernel.audit.service import genesis


def create(apps, schema_editor):
    apps.get_model("audit", "Head").objects.create(pk=1, **genesis())
    append_only.create(schema_editor.connection)


def drop(apps, schema_editor):
    append_only.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]
