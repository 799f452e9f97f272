# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A spreadsheet that opens our file shows text; it runs nothing."""

import pytest

from allmende.kernel.web.exports import csv_response, safe_cell


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
