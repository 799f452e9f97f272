# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Records and requests get an end. For those whose picture is gone already nobody knows since when: their time begins now."""

from typing import Any

from django.db import migrations, models
from django.utils import timezone


def begin(apps: Any, _editor: Any) -> None:
    def rows(name: str) -> Any:
        return apps.get_model("anonymiser", name).objects

    there = [rows(name).values("pk") for name in ("Picture", "Batch")]
    rows("Record").exclude(subject__in=there[0]).exclude(subject__in=there[1]).update(gone_at=timezone.now())
    rows("Unlock").filter(picture=None).update(gone_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("anonymiser", "0005_sealed_results")]

    operations = [
        migrations.AddField(
            "record",
            "gone_at",
            models.DateTimeField(
                null=True, db_index=True, help_text="when the picture or batch was deleted; some time later this is"
            ),
        ),
        migrations.AddField(
            "unlock",
            "gone_at",
            models.DateTimeField(
                null=True, db_index=True, help_text="when the picture was deleted; some time later this is"
            ),
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
