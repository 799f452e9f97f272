# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Question sets: what is wrong is named with its place, and typing errors are the same in every run."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from allmende.modules.assistant.engine.text import fold
from allmende.modules.assistant.pilot.engine.misspelling import misspelled
from allmende.modules.assistant.pilot.questions import QuestionSetError, asked, read
from allmende.modules.assistant.rules import DATA
from allmende.modules.assistant.tests.conftest import LINDENTAL
from allmende.modules.assistant.tests.pilot.conftest import HEAD, a_question, jsonl

SET = LINDENTAL / "pilot/lindental.jsonl"


def test_every_fault_names_file_line_and_field() -> None:
    good = a_question(id="a", question="Hund?", status=["answered"])
    wrong = {**good, "id": "b", "language": "fr", "colour": "red"}
    content = jsonl({**HEAD, "schema": "pilot/2"}, good, wrong, good, {"id": "c"}) + b"nothing\n"
    with pytest.raises(QuestionSetError) as refusal:
        read(content, "satz.jsonl")
    told = {(fault.line, fault.field) for fault in refusal.value.faults}
    places = {(1, "schema"), (3, "language"), (3, "colour"), (4, "id"), (6, "")}
    assert told == places | {(5, name) for name in ("question", "language", "register", "status")}
    assert "satz.jsonl, Zeile 3, Feld „language“: Erlaubt sind: de, en." in map(str, refusal.value.faults)


@pytest.mark.parametrize("content", [b"", jsonl(HEAD), b"\xff\xfe", b"[]\n", b'"a"\n"b"\n'])
def test_what_is_no_set_is_refused(content: bytes) -> None:
    with pytest.raises(QuestionSetError):
        read(content, "satz.jsonl")


def test_personal_data_in_a_question_is_masked_before_it_is_kept() -> None:
    row = a_question(id="a", question="Ich bin unter erika@example.org zu erreichen.", status=["answered"])
    assert "erika@example.org" not in read(jsonl(HEAD, row), "satz.jsonl").rows[0]["question"]


def test_a_derived_question_has_other_letters_and_the_same_ones_each_time() -> None:
    row = a_question(id="a", question="Was kostet die Hundesteuer?", status=["answered"], derive="typos")
    written, derived = asked([row])
    assert (derived.origin, derived.typos, derived.expected) == ("a", True, written.expected)
    assert derived.text != written.text
    assert derived.text == asked([row])[1].text
    assert misspelled("Wo ist das?", "a") == "Wo ist das?"


def test_the_set_of_lindental_is_large_mixed_and_its_own() -> None:
    found = read(SET.read_bytes(), SET.name)
    rows = asked(found.rows)
    assert len(found.rows) >= 120
    for part in ("language", "register", "typos"):
        assert (
            min(sum(getattr(row, part) == value for row in rows) for value in {getattr(row, part) for row in rows}) > 10
        )
    kinds = {status for row in rows for status in row.expected.status}
    assert kinds == {"answered", "clarification", "no_source", "out_of_scope", "guarded", "handed_over"}
    assert sum(row.expected.red_list for row in rows) >= 5
    others = [
        line for file in (LINDENTAL / "questions").glob("*.jsonl") for line in file.read_text("utf-8").splitlines()
    ]
    known = {fold(json.loads(line).get("question", "")) for line in others}
    assert not [row.text for row in rows if fold(row.text) in known]


@pytest.mark.parametrize("name", ["pilot.yaml", "survey.yaml"])
def test_every_text_of_the_rules_is_whole_in_both_languages(name: str) -> None:
    def texts(value: Any) -> Iterator[dict[str, Any]]:
        if isinstance(value, dict) and "de" in value:
            yield value
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from texts(inner)

    found = list(texts(yaml.safe_load((DATA / name).read_text(encoding="utf-8"))))
    assert len(found) > 10
    assert not [text for text in found if set(text) != {"de", "en"} or not all(text.values())]
