# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How good the anonymiser is, is counted from boxes that people have drawn."""

import json

import pytest
from click.testing import CliRunner

from allmende.modules.anonymiser.engine.detectors import installed, models
from allmende.modules.anonymiser.engine.pipeline import padded
from allmende.modules.anonymiser.engine.regions import Region
from allmende.modules.anonymiser.engine.scoring import Score, unpadded
from allmende.modules.anonymiser.evaluation import anonymiser
from allmende.modules.anonymiser.health import check
from allmende.modules.anonymiser.tests.drawing import street, written


def run(*arguments: object):
    return CliRunner().invoke(anonymiser, list(map(str, [*arguments, "--no-store"])))


@pytest.fixture
def folder(tmp_path):
    image, *boxes = street()
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "street.png").write_bytes(written(image, "PNG"))
    rows = ["file,label,x,y,w,h"]
    for box in boxes:
        left, top, right, bottom = box.bounds
        rows.append(f"images/street.png,{box.label},{left},{top},{right - left},{bottom - top}")
    (tmp_path / "annotations.csv").write_text("\n".join([*rows, "images/street.png,face,300,20,12,30"]))
    return tmp_path


def test_found_and_covered_boxes_are_counted_by_label_and_size(folder):
    result = run("--data", folder, "--json", "-")
    assert result.exit_code == 0, result.stderr
    figures = json.loads(result.stdout)
    face, plate = figures["labels"]["face"], figures["labels"]["plate"]
    assert (face["recall"], face["cov95"], face["boxes"]) == (0.5, 0.5, 2)
    assert (plate["recall"], plate["cov95"], plate["precision"]) == (
        1,
        1,
        0.5,
    )  # the drawn face looks like writing, too
    assert face["sizes"]["12-23"]["recall"]["value"] == 0
    assert 0 < figures["masked_share"] < 0.2
    assert figures["ms_per_megapixel"] > 0


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("file,label,x,y", "the columns h, w are missing"),
        ("file,label,x,y,w,h\na.jpg,face,1,2,drei,4", "line 2, field 'w': must be a number, not 'drei'"),
        ("file,label,x,y,w,h", "holds no pictures"),
        ("file,label,x,y,w,h\nnowhere.jpg,face,1,2,3,4", "cannot be read"),
        ("file,label,x,y,w,h\na.jpg,,,,,", "no picture has a label"),
        ("file,label,x,y,w,h\nannotations.csv,face,1,2,3,4", "is no picture"),
        ("file,label,x,y,w,h\na.jpg,bicycle,1,2,3,4", "no detector finds bicycle"),
    ],
)
def test_what_cannot_be_measured_is_told_with_its_place(tmp_path, rows, told):
    (tmp_path / "annotations.csv").write_text(rows)
    (tmp_path / "a.jpg").write_bytes(written(street((64, 64))[0]))
    result = run("--data", tmp_path)
    assert result.exit_code == 2
    assert told in result.stderr


def test_a_padded_region_is_judged_as_it_was_marked():
    region = Region.turned("plate", (50, 50), (40, 10), 30, score=1, origin="ppocr")
    score, box = Score(), Region.box("face", 10, 10, 30, 40)
    assert unpadded(padded(region)).area == pytest.approx(region.area, rel=1e-3)
    score.add([padded(box), Region.box("face", 60, 60, 10, 10)], [box], 100, 100)
    assert (score.labels["face"].found, score.labels["face"].covered) == (1, 1)
    assert (score.right["face"], score.regions["face"]) == (1, 2)


def test_the_health_page_names_the_detectors_and_a_changed_model_is_not_loaded(monkeypatch):
    assert all(detector.name in check() for detector in installed())
    changed = {"ppocr": {**models.model_files()["ppocr"], "sha256": "0" * 64}}
    monkeypatch.setattr(models, "model_files", lambda: changed)
    with pytest.raises(models.ModelMissing, match="not the file that was measured"):
        models.read("ppocr")
    changed["ppocr"]["package"] = "nowhere-to-be-found"
    with pytest.raises(models.ModelMissing, match="run scripts/setup"):
        models.read("ppocr")
