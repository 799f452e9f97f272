# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from allmende.kernel.evaluation import service
from allmende.kernel.evaluation.models import Run
from allmende.kernel.evaluation.service import evaluation_command, metrics, progress_bar, read_jsonl


@evaluation_command("questions")
@click.option("--k", default=1)
def questions(data: Path, k: int) -> dict[str, Any]:
    """Measure how the town answers."""
    rows = read_jsonl(data / "questions.jsonl", {"id": str, "rank": (int, type(None))})
    ranks = [row["rank"] for row in progress_bar(rows, "questions")]
    return {"hit": metrics.share(metrics.hits_at(k, ranks), len(ranks)), "by_kind": {"plain": {"answer_ms": 1.23456}}}


@evaluation_command("broken")
def broken(data: Path) -> dict[str, Any]:
    """Break."""
    raise KeyError("a secret of the implementation")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "questions.jsonl").write_text('{"id": "a", "rank": 1}\n{"id": "b", "rank": 2}\n')
    return tmp_path


def call(command: click.Command, *arguments: object):
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


@pytest.mark.django_db
def test_figures_are_printed_written_and_kept(folder):
    result = call(questions, "--data", folder, "--json", folder / "out.json")
    assert result.exit_code == 0, result.output
    assert "hit                      0.5  (95 %: 0.0945 to 0.9055, n = 2)" in result.output
    assert "by_kind.plain.answer_ms  1.2346 ms" in result.output
    written = json.loads((folder / "out.json").read_text())
    assert written["hit"]["value"] == 0.5
    assert written["run"]["evaluation"] == "questions"
    assert written["run"]["host"]["cpus"]
    run = Run.objects.get()
    assert (run.evaluation, run.data, run.figures["hit"]["n"]) == ("questions", str(folder), 2)
    assert run.command == f"allmende evaluate questions --data {folder}"


@pytest.mark.django_db
def test_an_evaluation_has_options_of_its_own_and_need_not_be_kept(folder):
    result = call(questions, "--data", folder, "--k", 2, "--no-store", "--json", "-")
    assert json.loads(result.stdout)["hit"]["value"] == 1.0
    assert not Run.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('{"id": "a"}', "questions.jsonl, line 1, field 'rank': is missing."),
        ("", "questions.jsonl: the file holds no lines."),
    ],
)
def test_bad_data_is_one_sentence_and_exit_code_2(folder, line, sentence):
    (folder / "questions.jsonl").write_text(line)
    result = call(questions, "--data", folder)
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")
    assert result.stderr.endswith(f"{sentence}\n")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("command", [questions, broken])
def test_nothing_ever_ends_in_a_traceback(command, tmp_path):
    result = call(command, "--data", tmp_path if command is broken else tmp_path / "nowhere")
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert result.stderr.count("\n") == 1


@pytest.mark.django_db
def test_an_unwritable_file_is_named(folder):
    result = call(questions, "--data", folder, "--json", folder / "missing" / "out.json")
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


def test_a_run_is_measured_without_a_database_and_says_so(folder):
    script = (
        "import django; django.setup()\n"
        "from allmende.kernel.evaluation.tests.test_command import questions\n"
        f"questions(['--data', {str(folder)!r}])\n"
    )
    environment = os.environ | {
        "ALLMENDE_HOME": str(folder / "home"),
        "ALLMENDE_DATABASE_URL": f"sqlite:///{folder / 'empty.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "allmende.site.settings",
    }
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "hit  " in done.stdout
    assert "not kept: the database is not set up yet" in done.stderr


@pytest.mark.django_db
def test_runs_are_kept_per_version():
    for version in ("0.1", "0.2"):
        service.store_run("questions", {"hit": 1}, version)
    assert list(Run.objects.order_by("pk").values_list("version", flat=True)) == ["0.1", "0.2"]
