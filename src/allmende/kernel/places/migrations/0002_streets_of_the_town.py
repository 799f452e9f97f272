# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The street register moves here from the room `town`, which had it before."""

from django.conf import settings
from django.db import migrations


def take_over(apps, _schema_editor):
    """Every street of this town with its part of the town. A delivery says that there is a register."""
    District, Street = apps.get_model("places", "District"), apps.get_model("places", "Street")
    old = list(apps.get_model("town", "Street").objects.filter(town_id=settings.TOWN))
    parts = {name: District.objects.create(name=name) for name in sorted({row.district for row in old} - {""})}
    Street.objects.bulk_create(Street(name=row.name, district=parts.get(row.district)) for row in old)
    if old:
        apps.get_model("places", "Delivery").objects.create(digest="")


def give_back(apps, _schema_editor):
    """Names and parts of the town; the house numbers have no place there."""
    Old = apps.get_model("town", "Street")
    rows = apps.get_model("places", "Street").objects.select_related("district")
    if apps.get_model("town", "Town").objects.filter(pk=settings.TOWN).exists():
        Old.objects.bulk_create(
            Old(town_id=settings.TOWN, name=row.name, district=row.district.name if row.district else "") for row in rows
        )


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial"), ("town", "0003_editing")]

    operations = [migrations.RunPython(take_over, give_back)]
