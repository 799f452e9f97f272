# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A spreadsheet that opens our file shows text; it runs nothing."""

import asyncio
import json
from collections.abc import Iterator

import pytest

from allmende.kernel.web.exports import LINES, csv_response, json_lines_response, safe_cell


def content(response) -> str:
    return b"".join(response.streaming_content).decode()


@pytest.mark.parametrize(
    "text", ["=1+1", "+49 7399", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =cmd|' /C calc'!A0", "＝1+1"]
)
def test_text_that_starts_a_formula_is_disarmed(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("value", ["Bürgeramt", "a=b", 37.5, -3, True])
def test_everything_else_stays_as_it_is(value: object) -> None:
    assert safe_cell(value) == value


def test_the_file_opens_in_a_german_spreadsheet() -> None:
    response = csv_response(
        "Offene Fragen", ["Frage", "Tage"], [["Was kostet; der Ausweis?", 3], ["=HYPERLINK()", None]]
    )
    lines = content(response).splitlines()
    assert lines[0] == '\ufeff"Frage";"Tage"'
    assert lines[1] == '"Was kostet; der Ausweis?";"3"'
    assert lines[2] == '"\'=HYPERLINK()";""'
    assert response["Content-Disposition"] == "attachment; filename*=UTF-8''Offene%20Fragen.csv"


def test_a_name_cannot_add_a_header() -> None:
    response = csv_response('x"\r\nSet-Cookie: a=b', ["A"], [])
    assert "\n" not in response["Content-Disposition"]


def test_json_lines_hold_one_object_each_whatever_is_in_them() -> None:
    rows = [{"frage": "Zwei\nZeilen\u2028und =1+1", "tage": 3, "hilfreich": None}]
    lines = content(json_lines_response("fragen", rows)).split("\n")
    assert [json.loads(line) for line in lines if line] == rows
    assert len(lines) == 2


def test_a_long_file_is_made_part_by_part_under_asgi() -> None:
    made = 0

    def rows() -> Iterator[dict[str, int]]:
        nonlocal made
        for number in range(4 * LINES):
            made += 1
            yield {"n": number}

    async def read() -> tuple[int, int]:
        parts = aiter(json_lines_response("zahlen", rows()))
        first = await anext(parts)
        made_by_then = made
        rest = b"".join([part async for part in parts])
        return made_by_then, len((first + rest).splitlines())

    assert asyncio.run(read()) == (LINES, 4 * LINES)
