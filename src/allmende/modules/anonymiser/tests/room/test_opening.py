# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a stranger's file is decoded by holds no secret, and takes nobody along when it ends."""

import io
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from allmende.kernel import processes
from allmende.kernel.jobs import runner
from allmende.modules.anonymiser import opening, queries, results, rules
from allmende.modules.anonymiser.engine import parcels, pictures
from allmende.modules.anonymiser.models import Batch
from allmende.modules.anonymiser.tests import drawing
from allmende.modules.anonymiser.tests.room.conftest import dark, drawn

ORIENTATION = 0x0112


@pytest.fixture
def never_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """No picture is decoded in this process but those that the house wrote itself: they are upright."""
    read = pictures.read

    def guarded(content: bytes, *more: Any) -> pictures.Picture:
        assert content[4:8] != b"ftyp", "a stranger's HEIC was decoded here"
        assert Image.open(io.BytesIO(content)).getexif().get(ORIENTATION, 1) == 1, "a stranger's TIFF was decoded here"
        return read(content, *more)

    monkeypatch.setattr(pictures, "read", guarded)


def photo(form: str) -> bytes:
    """The drawn car; as TIFF it was taken upside down."""
    image = Image.open(io.BytesIO(drawn("PNG")))
    if form == "HEIF":
        return drawing.written(image, form, quality=95)
    exif = Image.Exif()
    exif[ORIENTATION] = 3
    return drawing.written(image.rotate(180), form, exif=exif)


@pytest.mark.parametrize(
    ("form", "name", "becomes"), [("HEIF", "a.heic", "image/jpeg"), ("TIFF", "a.tif", "image/tiff")]
)
def test_heic_and_tiff_are_masked_without_being_decoded_by_the_worker(
    never_here: None,
    hand_in: Callable[..., Batch],
    browser: Callable[[str], Client],
    form: str,
    name: str,
    becomes: str,
) -> None:
    row = hand_in(SimpleUploadedFile(name, photo(form)), excluded=[(0, 0, 0.1, 0.1)]).pictures.get()
    assert (row.state, row.media_type, row.width) == ("published", becomes, 400)
    assert dark(results.read(row))
    sides = [browser("alice").get(f"{row.get_absolute_url()}{side}/").content for side in ("vorher", "nachher")]
    assert [dark(side) for side in sides] == [False, True]


def test_a_picture_arrives_as_it_was_decoded() -> None:
    here = pictures.read(photo("TIFF"))
    there = parcels.unpacked(b"".join(parcels.packed(here)))
    assert np.array_equal(here.pixels, there.pixels)
    assert (there.form, there.grey, there.metadata) == (here.form, here.grey, here.metadata)
    head = json.loads(parcels.packed(here)[0])
    for lie in (
        {"shape": [3, 4, 3]},
        {"shape": [1, 1]},
        {"form": "SVG"},
        {"taken": 5},
        {"panorama": [1]},
        {"location": [1]},
    ):
        with pytest.raises(ValueError):  # noqa: PT011  (each lie is another one)
            parcels.unpacked(json.dumps(head | lie).encode() + b"\n" + here.pixels.tobytes())


@pytest.mark.parametrize("bound", [{"memory_bytes": 400 * 1024**2}, {"seconds": 0.01}])
def test_a_picture_that_takes_more_than_it_may_is_refused_and_the_house_stays(
    hand_in: Callable[..., Batch],
    browser: Callable[[str], Client],
    monkeypatch: pytest.MonkeyPatch,
    bound: dict[str, Any],
) -> None:
    limits, huge = (
        rules.part("decoding"),
        drawing.written(Image.new("RGB", (6000, 5000)), "TIFF", compression="tiff_deflate"),
    )
    monkeypatch.setitem(limits, "process", limits["process"] | bound)  # type: ignore[arg-type]
    row = hand_in(SimpleUploadedFile("a.tif", huge), work=False).pictures.get()
    assert browser("alice").get(f"{row.get_absolute_url()}vorher/").status_code == 404
    runner.work_off()
    row.refresh_from_db()
    assert (row.state, row.problem) == ("refused", "too_large")
    assert queries.original(row) is None


def test_a_page_full_of_large_pictures_draws_one_preview_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    ask, meeting = processes.ask, Barrier(2)

    def slow(*given: Any, **named: Any) -> Any:
        with suppress(BrokenBarrierError):
            meeting.wait(timeout=0.3)
            pytest.fail("two pictures were decoded at once")
        return ask(*given, **named)

    monkeypatch.setattr(processes, "ask", slow)
    with ThreadPoolExecutor(2) as both:
        assert not any(map(dark, both.map(opening.preview, [drawn(), drawn()])))
