# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The register that the room `town` had moves here, and back."""

from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from allmende.kernel.places.models import Street
from allmende.kernel.places.queries import register

MOVE = import_module("allmende.kernel.places.migrations.0002_streets_of_the_town")
OLD_TABLE = "CREATE TABLE town_street (id integer PRIMARY KEY, town_id varchar, name varchar, district varchar)"


@pytest.mark.django_db
def test_streets_move_with_their_parts_of_the_town_and_back(settings: Any) -> None:
    before = MigrationLoader(connection).project_state([("town", "0003_editing"), ("places", "0001_initial")]).apps
    before.get_model("town", "Town").objects.create(id=settings.TOWN, name="Lindental")
    Old = before.get_model("town", "Street")  # noqa: N806  (a model)
    with connection.cursor() as cursor:
        cursor.execute(OLD_TABLE)
    Old.objects.create(town_id=settings.TOWN, name="Am Anger")
    Old.objects.create(town_id=settings.TOWN, name="Am Anger", district="Oberbach")
    Old.objects.create(town_id="elsewhere", name="Mondweg")
    MOVE.take_over(before, None)
    assert set(register().by_label) == {"Am Anger", "Am Anger (Oberbach)"}
    Old.objects.all().delete()
    Street.objects.create(name="Uferweg")
    MOVE.give_back(before, None)
    assert set(Old.objects.values_list("name", "district")) == {
        ("Am Anger", ""),
        ("Am Anger", "Oberbach"),
        ("Uferweg", ""),
    }
