# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The figures of the search are measured with the search, and bad data is named."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from allmende.cli import allmende
from allmende.kernel.search.models import Document

pytestmark = pytest.mark.usefixtures("town")

DOCUMENTS = [
    {"id": "dog", "authority": "a", "title": "Hund anmelden", "text": "Der erste Hund kostet 96 Euro im Jahr."},
    {"id": "waste", "authority": "a", "title": "Sperrmüll", "text": "Möbel holt die Stadt zweimal im Jahr ab."},
    {"id": "dog-b", "authority": "b", "title": "Hund anmelden", "text": "Der erste Hund kostet 80 Euro im Jahr."},
]
QUESTIONS = [
    {"id": "1", "authority": "a", "question": "Was kostet ein Hund?", "gold": ["dog"]},
    {"id": "2", "authority": "a", "question": "Wer holt Möbel ab?", "gold": ["waste"]},
    {"id": "3", "authority": "b", "question": "Was kostet ein Hund?", "gold": ["dog-b"]},
    {"id": "4", "authority": "b", "question": "Wie wird das Wetter?", "gold": []},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "documents.jsonl", DOCUMENTS)
    write(tmp_path / "questions.jsonl", QUESTIONS)
    return tmp_path


def write(path: Path, rows: list[dict]) -> None:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")


def run(folder: Path, *options: str):
    return CliRunner().invoke(allmende, ["evaluate", "search", "--data", str(folder), *options])


def test_it_works(folder: Path) -> None:
    result = run(folder, "--scope", "authority", "--json", str(folder / "figures.json"))
    assert result.exit_code == 0, result.output
    figures = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
    assert figures["hit_at_1"] == figures["hit_at_5"] == figures["mrr_at_10"] == 1.0
    assert (figures["questions"], figures["questions_without_gold"], figures["documents"]) == (3, 1, 3)
    assert {"query_ms_p50", "query_ms_p95", "index_s"} <= figures.keys()
    assert not Document.objects.exists()


def test_without_the_scope_two_authorities_share_the_first_place(folder: Path) -> None:
    assert run(folder, "--json", "-").exit_code == 0


@pytest.mark.parametrize(
    ("file", "row", "told"),
    [
        ("documents.jsonl", {"id": "x", "title": "X"}, ["documents.jsonl", "line 4", "'text'"]),
        ("questions.jsonl", {"id": "x", "question": 5, "gold": []}, ["questions.jsonl", "line 5", "'question'"]),
        ("questions.jsonl", {"id": "x", "question": "?", "gold": ["no"]}, ["questions.jsonl", "line 5", "'gold'"]),
        ("questions.jsonl", {"id": "x", "question": "?", "gold": []}, ["questions.jsonl", "line 5", "'authority'"]),
    ],
)
def test_bad_data_is_named_by_file_line_and_field(folder: Path, file: str, row: dict, told: list[str]) -> None:
    with (folder / file).open("a", encoding="utf-8") as stream:
        stream.write("\n" + json.dumps(row))
    result = run(folder, "--scope", "authority")
    assert result.exit_code == 2
    assert all(piece in result.output for piece in told)
    assert "Traceback" not in result.output


def test_missing_files_are_named(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert result.exit_code == 2
    assert "documents.jsonl" in result.output


def test_the_command_line_shows_and_rebuilds(papers) -> None:
    assert "all" in CliRunner().invoke(allmende, ["search", "status"]).output
    result = CliRunner().invoke(allmende, ["search", "rebuild"])
    assert result.exit_code == 0, result.output
    assert "wait for their vectors" in result.output
