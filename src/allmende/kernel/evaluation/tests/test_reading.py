# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

import json
from pathlib import Path

import pytest

from allmende.kernel.evaluation.reading import DataError, read_jsonl

SCHEMA = {"id": str, "count": int, "weight": float, "note": (str, type(None)), "tags?": list}
GOOD = {"id": "a", "count": 1, "weight": 1, "note": None}


@pytest.fixture
def file(tmp_path: Path):
    def write(*lines: object) -> Path:
        path = tmp_path / "questions.jsonl"
        path.write_text(
            "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8"
        )
        return path

    return write


def test_questions_are_read_with_empty_lines_and_further_fields(file):
    rows = read_jsonl(file(GOOD, "", GOOD | {"id": "b", "tags": ["x"], "more": 1}), SCHEMA, unique="id")
    assert [row["id"] for row in rows] == ["a", "b"]
    assert rows[1]["more"] == 1


def test_a_byte_order_mark_does_no_harm(tmp_path):
    path = tmp_path / "bom.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(GOOD).encode())
    assert read_jsonl(path, SCHEMA)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2: is not JSON: Expecting property name"),
        ("[]", "line 2: must be an object, not a list."),
        ('{"id": NaN}', "line 2: is not JSON: NaN is not a number in JSON."),
        ({"id": "b"}, "line 2, field 'count': is missing."),
        (GOOD | {"count": True}, "line 2, field 'count': must be a whole number, not true or false."),
        (GOOD | {"count": 1.5}, "line 2, field 'count': must be a whole number, not a number."),
        (GOOD | {"note": 5}, "line 2, field 'note': must be text or null, not a whole number."),
        (GOOD | {"tags": None}, "line 2, field 'tags': must be a list, not null."),
        (GOOD, "line 2, field 'id': 'a' already stands in line 1."),
        ("[" * 100_000, "line 2: is not JSON"),
        (GOOD | {"id": "\ud83d"}, "line 2, field 'id': holds half a character"),
        (GOOD | {"id": "b", "tags": ["a", "\ud83d"]}, "line 2, field 'tags': holds half a character"),
    ],
)
def test_an_error_names_file_line_and_field(file, line, message):
    path = file(GOOD, line)
    with pytest.raises(DataError) as caught:
        read_jsonl(path, SCHEMA, unique="id")
    assert str(path) in str(caught.value)
    assert message in str(caught.value)


def test_a_file_that_is_missing_empty_or_not_text_is_named(tmp_path):
    with pytest.raises(DataError, match=r"nowhere.jsonl: cannot be read: No such file"):
        read_jsonl(tmp_path / "nowhere.jsonl", SCHEMA)
    with pytest.raises(DataError, match="cannot be read"):
        read_jsonl(tmp_path, SCHEMA)
    (tmp_path / "empty.jsonl").touch()
    with pytest.raises(DataError, match="holds no lines"):
        read_jsonl(tmp_path / "empty.jsonl", SCHEMA)
    (tmp_path / "latin.jsonl").write_bytes(json.dumps(GOOD).encode() + b'\n{"id": "Stra\xdfe"}')
    with pytest.raises(DataError, match="line 2: the line is not UTF-8"):
        read_jsonl(tmp_path / "latin.jsonl", SCHEMA)
