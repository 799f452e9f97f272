# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Alice and Anton are clerks, Bob is the data protection officer, Erika an editor, Charlie a citizen. A drawn car has a plate."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from allmende.kernel.accounts.testing import make_user
from allmende.kernel.jobs import runner
from allmende.modules.anonymiser import service
from allmende.modules.anonymiser.models import Batch, Picture
from allmende.modules.anonymiser.tests import drawing

ROLES = {
    "alice": "clerk",
    "anton": "clerk",
    "bob": "data_protection_officer",
    "erika": "editor",
    "charlie": "citizen",
}
AT, HEIGHT = (120, 160), 28
"""Where the drawn plate is put, with as much of the car around it as it is high."""
SETTINGS: dict[str, Any] = {"labels": ["face", "plate"], "fill": "solid", "keep_date": "none", "keep_location": False}


def drawn(form: str = "JPEG", **options: Any) -> bytes:
    """A drawn car with a plate, 400 × 300."""
    image = Image.new("RGB", (400, 300), drawing.GRASS)
    image.paste(drawing.plate(height=HEIGHT), AT)
    return drawing.written(image, form, **options)


def upload(name: str = "auto.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, drawn() if content is None else content)


def dark(content: bytes) -> bool:
    """Whether the plate is filled: its white ground is gone."""
    x, y = (place + HEIGHT + 3 for place in AT)
    return max(drawing.opened(content).convert("RGB").getpixel((x + HEIGHT, y))) < 100


@pytest.fixture
def people(db: None) -> dict[str, Any]:
    return {name: make_user(name, role) for name, role in ROLES.items()}


@pytest.fixture
def browser(people: dict[str, Any]) -> Callable[[str], Client]:
    def of(name: str) -> Client:
        client = Client()
        client.force_login(people[name])
        return client

    return of


@pytest.fixture
def hand_in(people: dict[str, Any], django_capture_on_commit_callbacks: Any) -> Callable[..., Batch]:
    """Alice hands pictures in; with `work` the worker is through with them and all is committed."""

    def do(*uploads: SimpleUploadedFile, work: bool = True, by: str = "alice", **wish: Any) -> Batch:
        batch = service.begin(service.Wish(settings=SETTINGS, **wish), uploads or [upload()], actor=people[by])
        if work:
            with django_capture_on_commit_callbacks(execute=True):
                runner.work_off()
        return batch

    return do


@pytest.fixture
def published(hand_in: Callable[..., Batch]) -> Picture:
    """A picture in which the plate was found, and nothing afterwards."""
    return hand_in().pictures.get()


@pytest.fixture
def unsure(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second look always finds something in the corner, as it does in a picture that it cannot make sense of."""
    from allmende.modules.anonymiser.engine import pipeline
    from allmende.modules.anonymiser.engine.regions import Region

    anonymise = pipeline.anonymise

    def found(*args: Any, **kwargs: Any) -> Any:
        outcome = anonymise(*args, **kwargs)
        finding = Region.box("face", 10, 10, 40, 40, score=0.6, origin="centerface")
        doubt = dataclasses.replace(outcome.verification, findings=(finding,), passed=False)
        return dataclasses.replace(outcome, verification=doubt)

    monkeypatch.setattr(pipeline, "anonymise", found)


@pytest.fixture
def in_review(unsure: None, hand_in: Callable[..., Batch]) -> Picture:
    """A picture that waits for a person."""
    return hand_in().pictures.get()
