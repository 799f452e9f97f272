# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether the search knows what it does not know is measured with the search, its threshold and honest counts."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from allmende.cli import allmende
from allmende.kernel.evaluation.models import Run
from allmende.kernel.search.engine import answerability
from allmende.kernel.search.engine.answerability import Evidence
from allmende.kernel.search.engine.configuration import default

pytestmark = pytest.mark.usefixtures("town")

PAGES = {
    "dog": ("Hund anmelden", "Der erste Hund kostet 96 Euro im Jahr."),
    "waste": ("Sperrmüll", "Möbel holt die Stadt zweimal im Jahr ab."),
    "pass": ("Reisepass", "Der Reisepass kostet 70 Euro. Bringen Sie ein Lichtbild mit."),
    "tree": ("Baum fällen", "Für das Fällen großer Bäume brauchen Sie eine Genehmigung."),
    "pool": ("Freibad", "Das Freibad hat im Sommer täglich von 9 bis 20 Uhr geöffnet."),
}
DOCUMENTS = [
    {"id": f"{key}-{authority}", "authority": authority, "title": title, "text": text}
    for key, (title, text) in PAGES.items()
    for authority in ("a", "b")
]
QUESTIONS = [
    {"id": "1", "authority": "a", "question": "Was kostet ein Hund im Jahr?", "gold": ["dog-a"]},
    {"id": "2", "authority": "a", "question": "Wer holt Möbel und Sperrmüll ab?", "gold": ["waste-a"]},
    {"id": "3", "authority": "b", "question": "Was kostet ein Reisepass?", "gold": ["pass-b"]},
    {"id": "4", "authority": "b", "question": "Wer singt heute Abend in der Oper?", "gold": []},
]
KEYS = {
    "coverage",
    "precision",
    "wrong_and_confident",
    "wrong_and_confident_high",
    "unanswerable_refused",
    "curve",
}


@pytest.fixture
def sure(monkeypatch: pytest.MonkeyPatch) -> None:
    """A regression for this small town: what holds half of the words answers."""
    by_words = answerability.Logistic(-5.0, 1.0, {"words": 10.0})
    small = answerability.Answerability("", 0.5, by_words, by_words)
    monkeypatch.setattr(answerability, "shipped", lambda: small)


def write(folder: Path, questions: list[dict[str, Any]], documents: list[dict[str, Any]] = DOCUMENTS) -> None:
    for name, rows in (("documents", documents), ("questions", questions)):
        (folder / f"{name}.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")


def run(folder: Path, *options: str):
    return CliRunner().invoke(allmende, ["evaluate", "answers", "--data", str(folder), *options])


def measured(folder: Path, *options: str) -> dict[str, Any]:
    result = run(folder, *options, "--json", str(folder / "figures.json"))
    assert result.exit_code == 0, result.output
    return json.loads((folder / "figures.json").read_text(encoding="utf-8"))


def test_it_works(tmp_path: Path, sure) -> None:
    write(tmp_path, QUESTIONS)
    figures = measured(tmp_path)
    assert figures.keys() >= KEYS
    assert (figures["coverage"], figures["precision"], figures["unanswerable_refused"]) == (1.0, 1.0, 1.0)
    assert (figures["wrong_and_confident"], figures["threshold"]) == (0.0, 0.5)
    assert figures["wrong_and_confident_high"] == figures["with_intervals"]["wrong_and_confident"]["high"] > 0
    assert (figures["questions"], figures["answerable"], figures["unanswerable"], figures["answered"]) == (4, 3, 1, 3)
    assert figures["by_authority"]["a"]["coverage"]["n"] == 2
    assert [point["coverage"] for point in figures["curve"]][-1] == 1.0
    assert Run.objects.get().evaluation == "answers"


def test_an_answer_of_another_authority_is_no_answer(tmp_path: Path, sure) -> None:
    write(tmp_path, [{"id": "1", "authority": "a", "question": "Was kostet ein Reisepass?", "gold": ["pass-b"]}])
    figures = measured(tmp_path)
    assert (figures["coverage"], figures["precision"], figures["wrong_and_confident"]) == (1.0, 0.0, 1.0)


def test_without_authorities_and_without_unanswerable_questions(tmp_path: Path, sure) -> None:
    documents = [{**row, "authority": None} for row in DOCUMENTS if row["authority"] == "a"]
    for row in documents:
        del row["authority"]
    write(tmp_path, [{"id": "1", "question": "Was kostet ein Reisepass?", "gold": ["pass-a"]}], documents)
    figures = measured(tmp_path)
    assert figures["unanswerable_refused"] is None
    assert (figures["coverage"], figures["precision"], figures["unanswerable"]) == (1.0, 1.0, 0)
    assert "by_authority" not in figures


def test_a_question_whose_page_is_hidden_has_no_answer(tmp_path: Path, sure) -> None:
    write(tmp_path, QUESTIONS[:3])
    figures = measured(tmp_path, "--hide")
    assert (figures["questions"], figures["answerable"], figures["unanswerable"]) == (6, 3, 3)
    assert figures["unanswerable_refused"] > 0
    assert figures["coverage"] == 1.0


def test_when_nothing_can_be_answered_only_refusals_count(tmp_path: Path, sure) -> None:
    write(tmp_path, QUESTIONS[3:])
    figures = measured(tmp_path)
    assert (figures["coverage"], figures["precision"], figures["unanswerable_refused"]) == (None, None, 1.0)
    assert figures["wrong_and_confident"] == 0.0


def test_people_read_the_curve_too(tmp_path: Path, sure) -> None:
    write(tmp_path, QUESTIONS)
    output = run(tmp_path, "--no-store").output
    assert "precision_at_coverage.1.0" in output
    assert "with_intervals.wrong_and_confident" in output
    assert "where_both_searches_agree.precision" in output


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("{", ["questions.jsonl", "line 5", "is not JSON"]),
        ('{"id": "x", "question": 5, "gold": []}', ["questions.jsonl", "line 5", "'question'"]),
        ('{"id": "x", "question": "?", "gold": ["no"]}', ["questions.jsonl", "line 5", "'gold'"]),
    ],
)
def test_bad_questions_are_named_by_line_and_field(tmp_path: Path, row: str, told: list[str]) -> None:
    write(tmp_path, QUESTIONS)
    with (tmp_path / "questions.jsonl").open("a", encoding="utf-8") as stream:
        stream.write("\n" + row)
    result = run(tmp_path)
    assert result.exit_code == 2
    assert all(piece in result.output for piece in told)
    assert "Traceback" not in result.output


def test_the_shipped_numbers_belong_to_the_shipped_engine() -> None:
    """Whoever changes engine.toml fits again: with other settings the evidence has another scale."""
    assert answerability.shipped().engine == answerability.fingerprint(default())


def test_what_speaks_for_a_hit_makes_it_more_certain() -> None:
    shipped = answerability.shipped()
    weak, strong = (
        Evidence(by_meaning=True),
        Evidence(0.9, 1.0, 1.0, 0.9, 0.5, 0.5, 0.1, 0.1, 0.1, 5.0, by_meaning=True),
    )
    assert 0 < shipped.chance(weak) < 0.05
    assert 0.95 < shipped.chance(strong) <= 1
    assert 0 < shipped.chance(Evidence()) < shipped.chance(Evidence(words=1.0, lead=0.5, lead_words=0.5)) < 1
