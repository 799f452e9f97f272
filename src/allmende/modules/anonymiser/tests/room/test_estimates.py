# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A sample of the town's own pictures says how much is missed, and how sure that is."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from allmende.kernel.evaluation.engine.metrics import share
from allmende.modules.anonymiser import queries, sampling
from allmende.modules.anonymiser.errors import NotPossibleError
from allmende.modules.anonymiser.models import Batch, Sample
from allmende.modules.anonymiser.tests.room.conftest import upload


def test_what_alice_counts_becomes_a_share_with_its_interval(
    hand_in: Callable[..., Batch], browser: Callable[[str], Client]
) -> None:
    hand_in(upload("a.jpg"), upload("b.jpg"))
    alice = browser("alice")
    address = alice.post("/anonymisierung/schaetzung/", {"size": "25"}).url
    assert "Bild 1 von 2" in alice.get(address).content.decode()
    missed = {"position": "1", "face_missed": "3", "face_wrong": "0", "plate_missed": "1", "plate_wrong": "0"}
    assert alice.post(address, missed | {"plate_wrong": "2"}).status_code == 422
    alice.post(address, missed)
    alice.post(address, missed)  # sent twice: the second one is about a picture that is done
    assert Sample.objects.get().items.exclude(at=None).count() == 1
    alice.post(address, missed | {"position": "2", "face_missed": "0", "plate_missed": "0"})
    html = alice.get(address).content.decode()
    assert "Alle 2 Bilder sind angesehen" in html
    face, plate = queries.estimates(Sample.objects.get())
    assert (face.recall.value, face.recall.n) == (0, 3)
    assert (plate.recall.value, plate.recall.low) == (round(2 / 3, 4), share(2, 3)["low"])
    assert not plate.enough
    assert "66,7 %" in html


def test_without_pictures_there_is_no_sample_and_editors_see_none(
    people: dict[str, Any], browser: Callable[[str], Client]
) -> None:
    with pytest.raises(NotPossibleError):
        sampling.draw(25, actor=people["alice"])
    assert browser("erika").get("/anonymisierung/schaetzung/").status_code == 404
    assert "noch kein" in browser("bob").get("/anonymisierung/schaetzung/").content.decode()
