# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Charlie's photo leaves without faces and plates, and the house has looked at it twice."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from allmende.modules.anonymiser.engine import PictureRefused, Region, Settings, anonymise, detectors, redraw
from allmende.modules.anonymiser.engine.detectors import Detector, for_labels, installed
from allmende.modules.anonymiser.engine.regions import mask_of
from allmende.modules.anonymiser.engine.settings import tables
from allmende.modules.anonymiser.tests.drawing import opened, pixels, street, written

SOLID = tuple(tables()["fill"]["solid"])


class Planted:
    """A detector of the town's own, which finds what it was told."""

    name, version, labels, sha256, minimum = "planted", "1", frozenset({"bicycle"}), "0" * 64, 16.0

    def __init__(self, *answers: list[Region]) -> None:
        self.answers = list(answers)

    def find(self, pixels: np.ndarray) -> list[Region]:
        """The first answer to the first look, then the next."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture(scope="module")
def outcome():
    image, *_where = street()
    return anonymise(written(image, "PNG"), Settings())


def covered(outcome, region: Region) -> float:
    mask = mask_of(outcome.regions, outcome.width, outcome.height)
    own = mask_of([region], outcome.width, outcome.height)
    return float((mask & own).sum() / own.sum())


def test_it_works(outcome):
    _image, face, plate = street()
    assert {region.label for region in outcome.regions} == {"face", "plate"}
    assert covered(outcome, face) > 0.95
    assert covered(outcome, plate) > 0.95
    assert outcome.masked_share < 0.2
    assert outcome.verification.passed


def test_what_is_filled_is_of_one_colour_and_the_rest_is_as_it_was(outcome):
    image, *_where = street()
    mask = mask_of(outcome.regions, outcome.width, outcome.height).astype(bool)
    after = pixels(opened(outcome.content))
    assert set(map(tuple, after[mask])) == {SOLID}
    assert (after[~mask] == pixels(image)[~mask]).all()
    assert outcome.verification.psnr_outside == 99.0


def test_the_record_names_models_thresholds_and_digests_but_shows_nothing(outcome):
    facts = outcome.facts
    assert facts["output_sha256"] == hashlib.sha256(outcome.content).hexdigest()
    assert {one["name"]: len(one["sha256"]) for one in facts["detectors"]} == {"centerface": 64, "ppocr": 64}
    assert facts["thresholds"]["centerface"]["score"] == tables()["centerface"]["score"]
    assert facts["settings"]["labels"] == ["face", "plate"]


def test_only_the_labels_that_were_asked_for_are_filled():
    image, *_where = street()
    found = anonymise(written(image, "PNG"), Settings(labels=frozenset({"plate"})))
    assert {region.label for region in found.regions} == {"plate"}


def test_an_operator_draws_a_region_and_keeps_another_free():
    image, face, plate = street()
    drawn = Region.box("bench", 10, 250, 40, 40)
    found = anonymise(written(image, "PNG"), Settings(), drawn=[drawn], excluded=[face.padded(0.5)])
    assert drawn in found.regions
    assert {region.label for region in found.regions} == {"bench", "plate"}
    assert covered(found, plate) > 0.95
    assert found.verification.passed


def test_a_reviewer_decides_alone_what_is_filled_and_is_told_what_is_left():
    image, face, _plate = street()
    content = written(image, "PNG")
    found = redraw(content, [face.padded(0.3)], Settings())
    assert found.regions == (face.padded(0.3),)
    assert {region.label for region in found.verification.findings} == {"plate"}
    assert not found.verification.passed
    assert redraw(content, [face.padded(0.3)], Settings()).content == found.content


def test_what_the_second_look_finds_is_filled_and_looked_at_again():
    image, *_where = street()
    late = Region.box("bicycle", 100, 100, 60, 60, origin="planted")
    settings = Settings(labels=frozenset({"bicycle"}))
    found = anonymise(written(image, "PNG"), settings, detectors=[Planted([], [], [late])])
    scale = tables()["enlarge"] * tables()["verification"]["scale"]
    assert covered(found, late.moved(0, 0, 1 / scale)) == 1
    assert found.verification.passed


def test_what_is_never_covered_is_told_and_does_not_pass():
    class Stubborn(Planted):
        def find(self, pixels):
            self.answers.append([self.answers[-1][0].moved(50, 0)])
            return self.answers.pop(0)

    image, *_where = street()
    settings = Settings(labels=frozenset({"bicycle"}))
    found = anonymise(written(image, "PNG"), settings, detectors=[Stubborn([Region.box("bicycle", 0, 0, 20, 20)])])
    assert found.verification.findings
    assert not found.verification.passed


def test_nothing_is_given_out_when_a_detector_fails():
    class Broken(Planted):
        def find(self, pixels):
            raise MemoryError

    image, *_where = street()
    with pytest.raises(MemoryError):
        anonymise(written(image), Settings(labels=frozenset({"bicycle"})), detectors=[Broken([])])


def test_a_mosaic_shows_two_columns_and_never_the_same_twice():
    image, face, _plate = street()
    content = written(image, "PNG")
    first, second = (redraw(content, [face], Settings(fill="mosaic", verify=False)) for _time in range(2))
    mask = mask_of([face], first.width, first.height).astype(bool)
    colours = set(map(tuple, pixels(opened(first.content))[mask]))
    assert 2 <= len(colours) <= 4
    assert first.content != second.content


def test_the_mask_lies_right_when_the_camera_was_held_sideways():
    image, face, _plate = street()
    turned = image.rotate(90, expand=True)
    content = written(turned, exif=orientation(6), quality=95)
    found = anonymise(content, Settings())
    assert (found.width, found.height) == image.size
    assert covered(found, face) > 0.95
    assert opened(found.content).getexif().get(0x0112) is None


def orientation(value: int):
    exif = opened(written(street((32, 32))[0])).getexif()
    exif[0x0112] = value
    return exif


def test_the_detectors_fulfil_what_is_asked_of_a_plug_in():
    assert all(isinstance(detector, Detector) for detector in (*installed(), Planted([])))
    assert [detector.name for detector in for_labels(frozenset({"face"}))] == ["centerface"]


def test_a_label_that_nobody_finds_is_an_error():
    with pytest.raises(ValueError, match="bicycle"):
        anonymise(written(street()[0]), Settings(labels=frozenset({"bicycle"})))


@pytest.mark.parametrize("wrong", [{"labels": frozenset()}, {"fill": "blur"}, {"keep_date": "hour"}])
def test_a_setting_that_does_not_exist_is_refused(wrong):
    with pytest.raises(ValueError, match="no "):
        replace(Settings(), **wrong)


def test_bytes_that_are_no_picture_are_refused_with_a_reason():
    with pytest.raises(PictureRefused) as refused:
        anonymise(b"Guten Tag", Settings())
    assert refused.value.reason == "format"


def test_the_detector_of_the_documents_finds_what_it_says(monkeypatch):
    page = (Path(__file__).parents[5] / "docs/operations/detectors.md").read_text(encoding="utf-8")
    names: dict = {}
    exec(page.partition("```python\n")[2].partition("```")[0], names)
    monkeypatch.setattr(
        detectors, "entry_points", lambda group: [Point(names["Bicycles"])] if group == detectors.GROUP else []
    )
    detectors.installed.cache_clear()
    try:
        image, *_where = street()
        image.paste((10, 10, 10), (20, 200, 60, 260))
        found = anonymise(written(image, "PNG"), Settings(labels=frozenset({"bicycle"})))
    finally:
        detectors.installed.cache_clear()
    assert covered(found, Region.box("bicycle", 20, 200, 40, 60)) == 1
    assert [one["name"] for one in found.facts["detectors"]] == ["town-bicycles"]


@dataclass
class Point:
    """An entry point."""

    detector: type

    def load(self) -> type:
        return self.detector


@pytest.mark.parametrize("size", [(1, 1), (2, 900), (900, 1)])
def test_a_picture_with_hardly_a_pixel_is_no_error(size):
    found = anonymise(written(Image.new("RGB", size), "PNG"), Settings())
    assert (found.width, found.height, found.verification.passed) == (*size, True)
