# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every upload of a citizen loses faces and plates before it is stored, unless its purpose must stay readable."""

from contextlib import ExitStack
from typing import Any

import pytest
from django.apps import apps

from allmende.kernel.files import service as files
from allmende.modules.anonymiser import cleaning, rules
from allmende.modules.anonymiser.tests import drawing
from allmende.modules.anonymiser.tests.room.conftest import dark, drawn, upload


def stored(purpose: str) -> bytes:
    with files.open_file(files.store(upload(), purpose=purpose)) as file:
        return file.read()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("purpose", "masked"),
    [("application", False), ("application.photo", True), ("something.nobody.thought.of", True)],
)
def test_a_photo_is_masked_and_a_proof_stays_readable(purpose: str, masked: bool) -> None:
    assert dark(stored(purpose)) == masked


@pytest.mark.django_db
def test_what_cannot_be_checked_is_refused(monkeypatch: pytest.MonkeyPatch, unsure: None) -> None:
    from allmende.modules.anonymiser.engine import pipeline

    with pytest.raises(files.UploadRefused, match="sicher verdecken"):
        stored("application.photo")

    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("no model")

    monkeypatch.setattr(pipeline, "anonymise", broken)
    with pytest.raises(files.UploadRefused, match="später"):
        stored("application.photo")
    assert not apps.get_model("files", "StoredFile").objects.exists()


def test_a_large_photo_becomes_smaller_before_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(rules._all(), "upload_pixels", 67_500)
    assert drawing.opened(cleaning.clean(drawn())).size == (300, 225)
    monkeypatch.setitem(rules._all(), "upload_pixels", 120_000)
    assert drawing.opened(cleaning.clean(drawn())).size == (400, 300)


def test_nobody_waits_in_a_long_queue_without_knowing() -> None:
    with ExitStack() as others:
        for _other in range(rules.number("uploads_at_once")):
            cleaning._places.acquire()
            others.callback(cleaning._places.release)
        with pytest.raises(ValueError, match="in einer Minute"):
            cleaning.clean(drawn())
    assert dark(cleaning.clean(drawn())), "and then there is a place again"
