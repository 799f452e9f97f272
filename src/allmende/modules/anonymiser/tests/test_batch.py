# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Alice sends a folder of photos through; whatever happens, each is done once and none by half."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from allmende.modules.anonymiser.cli import anonymise
from allmende.modules.anonymiser.engine import Settings, batch
from allmende.modules.anonymiser.tests.drawing import opened, street, written


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    """Two photos, one in a folder below, a broken one, and a letter."""
    folder = tmp_path_factory.mktemp("photos")
    content = written(street()[0])
    (folder / "below").mkdir()
    (folder / "a.jpg").write_bytes(content)
    (folder / "below" / "b.PNG").write_bytes(written(street()[0], "PNG"))
    (folder / "broken.jpg").write_bytes(content[:3000])
    (folder / "letter.txt").write_text("Guten Tag", encoding="utf-8")
    return folder


def run(*arguments: object):
    return CliRunner().invoke(anonymise, list(map(str, arguments)))


def lines(report: Path) -> list[dict]:
    return [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]


def test_a_tree_is_worked_off_and_goes_on_where_it_stopped(tree, tmp_path):
    out, report = tmp_path / "out", tmp_path / "report.jsonl"
    report.write_bytes(b'{"file": "torn"}\n{"fi')
    first = run(tree, out, "--report", report, "--workers", 2)
    assert first.exit_code == 1
    assert "broken.jpg: not written, is damaged." in first.stderr
    assert sorted(path.name for path in out.rglob("*") if path.is_file()) == ["a.jpg", "b.PNG"]
    told = {Path(line["file"]).name: line for line in map(json.loads, report.read_text().splitlines()[2:])}
    assert {name: line["state"] for name, line in told.items()} == {
        "a.jpg": "done",
        "b.PNG": "done",
        "broken.jpg": "refused",
    }
    assert {region["label"] for region in told["a.jpg"]["regions"]} == {"face", "plate"}
    assert told["a.jpg"]["facts"]["output_sha256"]
    stamps = {path: path.stat().st_mtime_ns for path in out.rglob("*.*")}
    (tree / "broken.jpg").rename(tree / "broken.txt")
    second = run(tree, out)
    (tree / "broken.txt").rename(tree / "broken.jpg")
    assert (second.exit_code, second.stdout) == (0, "0 done, 2 done before, 0 review, 0 refused, 0 failed\n")
    assert second.stderr == "2 left out, no pictures or films of a kind that is read: .txt.\n"
    assert stamps == {path: path.stat().st_mtime_ns for path in out.rglob("*.*")}


def test_what_is_interrupted_while_it_is_written_leaves_no_half_picture(tree, tmp_path, monkeypatch):
    (task,) = batch.tasks(tree / "a.jpg", tmp_path / "a.jpg", Settings(verify=False))

    def cut(*_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", cut)
        with pytest.raises(KeyboardInterrupt):
            batch.work_off(task)
    assert not batch.is_done(task)
    assert batch.work_off(task)["state"] == "done"
    opened(task.target.read_bytes()).load()
    assert [path.name for path in tmp_path.iterdir()] == ["a.jpg"]


def test_what_the_second_look_does_not_pass_is_not_written(tree, tmp_path, monkeypatch):
    monkeypatch.setattr("allmende.modules.anonymiser.engine.pipeline.psnr", lambda *_pictures: 5.0)
    (task,) = batch.tasks(tree / "a.jpg", tmp_path / "a.jpg", Settings())
    said = batch.work_off(task)
    assert said["state"] == "review"
    assert not list(tmp_path.iterdir())


@dataclass(frozen=True)
class Deadly(Settings):
    """Settings that kill the process which reads them, as a decoder might that meets a hostile file."""

    def __reduce__(self):
        return os._exit, (9,)


def test_a_file_that_kills_its_process_takes_no_other_with_it(tree, tmp_path):
    good = batch.Task(tree / "broken.jpg", tmp_path / "x.jpg", Settings())
    bad = batch.Task(tree / "a.jpg", tmp_path / "a.jpg", Deadly())
    said = {Path(one["file"]).name: one for one in batch.run([bad, good], 1)}
    assert said["a.jpg"]["reason"] == "the process that decoded it has died"
    assert said["broken.jpg"]["state"] == "refused"


def test_results_lie_as_in_the_tree_and_are_never_read_again(tree, tmp_path):
    target = tree / "out"
    target.mkdir()
    (target / "old.jpg").touch()
    (tree / "c.HEIC").touch()
    found = [str(task.target.relative_to(target)) for task in batch.tasks(tree, target, Settings())]
    (tree / "c.HEIC").unlink()
    assert found == ["a.jpg", "broken.jpg", "c.HEIC.jpg", "below/b.PNG"]
    assert batch.tasks(tree / "a.jpg", target, Settings())[0].target == target / "a.jpg"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--labels", "bicycle"], "no detector finds bicycle"),
        (["--labels", ","], "no label"),
        (["--fill", "blur"], "blur"),
    ],
)
def test_what_makes_no_sense_is_told_before_anything_is_done(tree, tmp_path, arguments, told):
    result = run(tree, tmp_path / "out", *arguments)
    assert result.exit_code == 2
    assert told in result.stderr


def test_originals_are_never_overwritten(tree):
    assert "the originals would be lost" in run(tree, tree).stderr


def test_a_result_that_would_lie_on_its_original_is_no_result(tree, tmp_path, monkeypatch):
    photo = tmp_path / "a.jpg"
    photo.write_bytes((tree / "a.jpg").read_bytes())
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "a.jpg").hardlink_to(photo)
    monkeypatch.chdir(tmp_path)
    for out in (".", "linked"):
        refused = run("a.jpg", out)
        assert (refused.exit_code, "is the original itself" in refused.stderr) == (2, True)
    assert photo.read_bytes() == (tree / "a.jpg").read_bytes()


def test_two_originals_never_become_one_result(tree, tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("a.heic", "a.heic.jpg"):
        (tmp_path / "in" / name).write_bytes((tree / "a.jpg").read_bytes())
    refused = run(tmp_path / "in", tmp_path / "out")
    assert (refused.exit_code, "would both become" in refused.stderr) == (2, True)
    assert not (tmp_path / "out").exists()


def test_a_folder_without_a_picture_is_said_to_have_none(tmp_path):
    (tmp_path / "empty").mkdir()
    said = run(tmp_path / "empty", tmp_path / "out")
    assert (said.exit_code, said.stderr) == (1, "There is no picture or film to work on.\n")
