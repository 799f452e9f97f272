# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The demo town asks itself, once, really, and says so."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from django_q.models import Schedule

from allmende.kernel.jobs.service import Progress
from allmende.modules.assistant.models import Answer, Feedback
from allmende.modules.assistant.staff import demo, tasks
from allmende.modules.assistant.staff.demo import Example
from allmende.modules.assistant.staff.evaluation import groups
from allmende.modules.assistant.staff.models import QuestionSet
from allmende.modules.assistant.staff.question_set import read

pytestmark = pytest.mark.django_db
LINDENTAL = Path(__file__).resolve().parents[6] / "demo/lindental"
DOG = "hundesteuer-anmelden"


@pytest.fixture(autouse=True)
def without_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allmende.kernel.search.queries.question_vector", lambda _text: None)
    monkeypatch.setattr("allmende.modules.assistant.composing.foreignness", lambda _text: 0.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A demo town with one line in each file."""
    lines = {
        "gaps.jsonl": {"id": "g", "question": "Wann kommt Glasfaser?", "language": "de", "topic": "x", "split": "test"},
        "everyday.jsonl": {
            "id": "e", "question": "Wuffke", "language": "de", "service": DOG, "again": "Hund anmelden", "comment": "Hund",
        },
        "development.jsonl": {
            "id": "d", "question": "Was kostet ein Hund?", "language": "de", "status": "answered", "services": [DOG],
        },
    }  # fmt: skip
    (tmp_path / "questions").mkdir()
    for name, row in lines.items():
        (tmp_path / "questions" / name).write_text(json.dumps(row) + "\n", encoding="utf-8")
    return tmp_path


def scheduled() -> int:
    return Schedule.objects.filter(name=demo.SCHEDULE).count()


def test_the_towns_question_set_is_taken_over_and_the_examples_are_planned_once(lindental: None, folder: Path) -> None:
    demo.load(folder)
    demo.load(folder)
    assert QuestionSet.objects.get().name.endswith("development.jsonl")
    assert scheduled() == 1


def test_in_production_nobody_asks_himself(lindental: None, folder: Path, settings) -> None:
    settings.PRODUCTION = True
    demo.load(folder)
    assert scheduled() == 0
    assert QuestionSet.objects.exists()


def test_a_real_towns_folder_asks_nothing(lindental: None, folder: Path) -> None:
    (folder / "questions" / "everyday.jsonl").unlink()
    demo.load(folder)
    assert scheduled() == 0


def test_a_folder_without_questions_is_no_error(db: None, tmp_path: Path) -> None:
    demo.load(tmp_path)
    assert not QuestionSet.objects.exists()


def test_examples_wait_until_the_texts_are_embedded(lindental: None, folder: Path, silent: Progress) -> None:
    demo.load(folder)
    tasks.ask_examples(silent, folder=str(folder / "questions"))
    assert not Answer.objects.exists()
    assert scheduled() == 1


def test_examples_are_asked_once_and_marked(
    lindental: None, folder: Path, silent: Progress, silent_again: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = type("Status", (), {"embedded": 1, "documents": 1})
    monkeypatch.setattr("allmende.kernel.search.queries.status", ready)
    demo.load(folder)
    tasks.ask_examples(silent, folder=str(folder / "questions"))
    assert set(Answer.objects.values_list("channel", flat=True)) == {"demo"}
    assert set(Answer.objects.values_list("question", flat=True)) >= {
        "Wann kommt Glasfaser?",
        "Wuffke",
        "Was kostet ein Hund?",
    }
    assert scheduled() == 0
    demo.load(folder)
    assert scheduled() == 0, "they were asked"
    asked = Answer.objects.count()
    tasks.ask_examples(silent_again, folder=str(folder / "questions"))
    assert Answer.objects.count() == asked, "a late appointment asks nothing twice"


def test_a_citizen_who_is_not_understood_asks_again_and_says_so(lindental: None) -> None:
    demo.have(Example(1, "Wuffke", "de", (DOG,), "Hund anmelden", "Ich meinte den Hund."))
    first, second = Answer.objects.order_by("asked_at")
    assert first.conversation_id == second.conversation_id
    assert second.content["card"]["service"] == DOG
    assert [(row.helpful, row.comment) for row in Feedback.objects.order_by("answer__asked_at")] == [
        (False, "Ich meinte den Hund."),
        (True, ""),
    ]


def test_one_who_is_asked_back_chooses(lindental: None) -> None:
    demo.have(Example(1, "ummelden", "de", ("gewerbe-ummelden",), "", ""))
    first, second = Answer.objects.order_by("asked_at")
    assert first.status == "clarification"
    assert second.content["card"]["service"] == "gewerbe-ummelden"
    assert not Feedback.objects.exists(), "nobody invents an opinion"


def test_the_files_of_lindental_can_be_read(db: None) -> None:
    found = list(demo.examples(LINDENTAL / "questions"))
    assert len(found) > 200
    assert len({example.number for example in found}) == len(found)
    assert {example.services for example in found if example.again} <= {
        (path.stem,) for path in (LINDENTAL / "services").glob("*.yaml")
    }
    assert len(read((LINDENTAL / "questions/development.jsonl").read_bytes())) == 90


def test_the_command_measures_groups_on_questions_with_topics(lindental: None) -> None:
    arguments = ["--data", str(LINDENTAL / "questions"), "--no-store", "--words", "--json", "-"]
    result = CliRunner().invoke(groups, arguments)
    assert result.exit_code == 0, result.output
    figures = json.loads(result.output[result.output.index("{") :])
    assert figures["questions"] == 66
    assert figures["pairs_right"]["value"] > 0.5, "by letters alone most pairs are right"
    assert 0 < figures["pairs_found"]["value"] < 1


def test_the_command_refuses_a_split_that_is_not_there(lindental: None) -> None:
    result = CliRunner().invoke(groups, ["--data", str(LINDENTAL / "questions"), "--split", "x", "--no-store"])
    assert result.exit_code == 2
    assert "no question has 'x'" in result.output
