# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables as CSV files that a spreadsheet opens without running anything."""

import csv
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from django.http import StreamingHttpResponse

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters that make a spreadsheet read a cell as a formula (OWASP: CSV Injection), full-width forms too."""


class _Echo:
    """A file that hands each written line straight back."""

    def write(self, value: str) -> str:
        return value


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """A download `name`.csv, row by row: UTF-8 with byte order mark and semicolons, as German spreadsheets expect."""
    writer = csv.writer(_Echo(), delimiter=";", quoting=csv.QUOTE_ALL)

    def lines() -> Iterable[str]:
        yield "\ufeff" + writer.writerow([safe_cell(cell) for cell in header])
        for row in rows:
            yield writer.writerow([safe_cell(cell) for cell in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}.csv"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def safe_cell(value: object) -> object:
    """The value as a spreadsheet may show it: text that would start a formula gets an apostrophe, numbers stay."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    text = str(value)
    if text.lstrip(" \u00a0").startswith(FORMULA_STARTS):
        return f"'{text}"
    return text
