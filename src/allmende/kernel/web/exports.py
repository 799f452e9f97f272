# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables as files: CSV that a spreadsheet opens without running anything, and JSON Lines."""

import csv
import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any
from urllib.parse import quote

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters that make a spreadsheet read a cell as a formula (OWASP: CSV Injection), full-width forms too."""


LINES = 500
"""Lines that are made at a time: memory holds no more of them, however long the file is."""


class _Lines(StreamingHttpResponse):
    """A response of text lines. Under ASGI Django would first make a list of all of them; this one makes a part at a time."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        lines = iter(self)

        def part() -> bytes:
            return b"".join(islice(lines, LINES))

        while made := await sync_to_async(part)():
            yield made


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

    return _download(f"{name}.csv", lines(), "text/csv; charset=utf-8")


def json_lines_response(name: str, rows: Iterable[Mapping[str, Any]]) -> StreamingHttpResponse:
    """A download `name`.jsonl, row by row: one JSON object a line, in UTF-8."""
    lines = (f"{json.dumps(dict(row), ensure_ascii=False)}\n" for row in rows)
    return _download(f"{name}.jsonl", lines, "application/x-ndjson; charset=utf-8")


def _download(name: str, lines: Iterable[str], content_type: str) -> StreamingHttpResponse:
    response = _Lines(lines, content_type=content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
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
