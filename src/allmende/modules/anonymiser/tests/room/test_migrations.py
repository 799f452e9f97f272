# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a house that is older has kept is still told, and comes to an end, too."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from allmende.modules.anonymiser import problems
from allmende.modules.anonymiser.models import Picture, Record, Unlock


def at(migration: str) -> Any:
    """The models as they were after a migration, which the database is led to."""
    goal = [("anonymiser", migration)]
    MigrationExecutor(connection).migrate(goal)
    return MigrationExecutor(connection).loader.project_state(goal).apps


@pytest.mark.django_db(transaction=True)
def test_reasons_and_records_of_before() -> None:
    old = at("0003_films")
    batch = old.get_model("anonymiser", "Batch").objects.create(name="a", settings={})
    sentences = ["", str(problems.SENTENCES["given_up"]), "Kind im Bild"]
    for position, sentence in enumerate(sentences):
        row = batch.pictures.create(position=position, name="a.jpg", problem=sentence)
    records, unlocks = (old.get_model("anonymiser", name).objects for name in ("Record", "Unlock"))
    for subject in (batch.pk, row.pk, uuid.uuid4()):
        records.create(subject=subject, kind="picture", title="a.jpg", text="{}")
    for picture in (row, None):
        unlocks.create(picture=picture, name="a.jpg", reason="Auskunft", ends_at=row.changed_at)
    at("0006_records_end")
    rows = Picture.objects.order_by("position")
    assert [str(row.why or "") for row in rows] == sentences
    assert [row.problem for row in rows] == ["", "given_up", "said"]
    assert [row.gone_at is None for row in Record.objects.order_by("pk")] == [True, True, False]
    assert {bool(row.picture_id): row.gone_at is None for row in Unlock.objects.all()} == {True: True, False: False}
