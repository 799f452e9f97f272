# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files of drafts lay in clear, and nobody but the citizen can seal them: those drafts end, and the next tidying deletes the files."""

from django.db import migrations


def end(apps, _schema_editor):
    attachments = apps.get_model('applications', 'Attachment').objects.filter(draft__isnull=False)
    drafts = list(attachments.values_list('draft_id', flat=True))
    attachments.update(draft=None)
    apps.get_model('applications', 'Draft').objects.filter(pk__in=drafts).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0005_writers'),
    ]

    operations = [
        migrations.RunPython(end, migrations.RunPython.noop),
    ]
