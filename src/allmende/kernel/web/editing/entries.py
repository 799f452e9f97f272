# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Between the data of a record and what stands in the fields of its form.

`Entries` are names of fields with what is typed in them, always as texts: nothing is lost when it makes no sense.
Whether it does is for the rules of the record to say. What the form does not show stays as it was.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import date
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language

from allmende.kernel.web.editing.layout import LISTS, Field, Input, Layout, Rows, name, parts, row_name

Data = dict[str, Any]
Entries = MultiValueDict[str, str]
Row = list[list[str]]
"""What is typed in the fields of one row, in their order."""


def get(data: Mapping[str, Any], path: str) -> Any:
    """What stands at a place; None where there is nothing."""
    found: Any = data
    for step in path.split(".") if path else ():
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def put(data: Data, path: str, value: Any) -> None:
    """Put a value at a place; None and empty ones are taken away, with the places that become empty."""
    first, _dot, rest = path.partition(".")
    if rest:
        inner = dict(data.get(first) or {})
        put(inner, rest, value)
        value = inner
    if value in (None, "", [], {}, False):
        data.pop(first, None)
    else:
        data[first] = value


def entries_of(layout: Layout, data: Mapping[str, Any]) -> Entries:
    """The fields as they are filled when the form is opened."""
    found: Entries = MultiValueDict()
    for part in parts(layout):
        value = get(data, part.path)
        if isinstance(part, Field):
            found.setlist(name(part.path), typed(part, value))
            continue
        for number, row in enumerate(value or (), 1):
            for field in part.fields:
                found.setlist(row_name(part, number, field), typed(field, get(row, field.path) if field.path else row))
    return found


def received(layout: Layout, sent: MultiValueDict[str, str]) -> Entries:
    """What of a sent form belongs to the layout; line ends as everywhere else."""
    found: Entries = MultiValueDict()
    for part in parts(layout):
        if isinstance(part, Field):
            found.setlist(name(part.path), _clean(sent.getlist(name(part.path))))
        else:
            _put_rows(found, part, [[_clean(values) for values in row] for row in rows_in(part, sent)])
    return found


def rows_in(rows: Rows, entries: MultiValueDict[str, str]) -> list[Row]:
    """The rows that are there, in their order."""
    found: list[Row] = []
    while any(row_name(rows, len(found) + 1, field) in entries for field in rows.fields):
        found.append([entries.getlist(row_name(rows, len(found) + 1, field)) for field in rows.fields])
    return found


def with_row(rows: Rows, entries: Entries) -> int:
    """Add an empty row; its number."""
    _put_rows(entries, rows, [*rows_in(rows, entries), [[""] for _field in rows.fields]])
    return len(rows_in(rows, entries))


def without_row(rows: Rows, entries: Entries, number: int) -> None:
    """Take the n-th row out, if there is one."""
    found = rows_in(rows, entries)
    _put_rows(entries, rows, [row for place, row in enumerate(found, 1) if place != number])


def with_row_up(rows: Rows, entries: Entries, number: int) -> None:
    """Exchange the n-th row with the one above, if there are both."""
    found = rows_in(rows, entries)
    if 1 < number <= len(found):
        found[number - 2], found[number - 1] = found[number - 1], found[number - 2]
    _put_rows(entries, rows, found)


def rearranged(layout: Layout, entries: Entries, wish: str) -> str:
    """Does what a button of some rows asks for: ``add:fees``, ``remove:fees:2``, ``up:fees:2``; where the cursor goes then.

    For any other wish nothing changes.
    """
    what, _colon, rest = wish.partition(":")
    path, _colon, place = rest.partition(":")
    rows = next((part for part in parts(layout) if isinstance(part, Rows) and part.path == path), None)
    if rows is None:
        return ""
    if what == "add":
        return row_name(rows, with_row(rows, entries), rows.fields[0])
    act = {"remove": without_row, "up": with_row_up}.get(what)
    if act and place.isdigit():
        act(rows, entries, int(place))
    return name(rows.path)


def without_empty_rows(layout: Layout, entries: Entries) -> None:
    """Forget rows in which nothing is typed, so that the n-th row is the n-th value."""
    for part in parts(layout):
        if isinstance(part, Rows):
            _put_rows(entries, part, [row for row in rows_in(part, entries) if any("".join(typed) for typed in row)])


def data_of(layout: Layout, entries: Entries, base: Mapping[str, Any]) -> Data:
    """The record as the form says, on top of what it does not show."""
    found = deepcopy(dict(base))
    for part in parts(layout):
        if isinstance(part, Field):
            put(found, part.path, value_of(part, entries.getlist(name(part.path))))
        else:
            put(found, part.path, [_row_value(part, row) for row in rows_in(part, entries)])
    return found


def typed(field: Field, value: Any) -> list[str]:
    """A value as it stands in its field."""
    if value in (None, "", [], False):
        return [] if field.input in (Input.CHECK, Input.CHOICES) else [""]
    if field.input is Input.CHOICES:
        return [str(item) for item in value]
    if field.input in LISTS:
        return [("\n" if field.input is Input.LINES else ", ").join(value)]
    if field.input is Input.AMOUNT and _comma():
        return [str(value).replace(".", ",")]
    return [str(value)[:5] if field.input is Input.TIME else str(value)]


def value_of(field: Field, texts: Sequence[str]) -> Any:
    """What is typed, as data; it may still be nonsense."""
    if field.input is Input.CHECK:
        return bool(texts)
    if field.input is Input.CHOICES:
        return list(texts)
    text = texts[-1].strip() if texts else ""
    if field.input in LISTS:
        pieces = text.split("\n" if field.input is Input.LINES else ",")
        return [piece.strip() for piece in pieces if piece.strip()]
    if field.input is Input.AMOUNT:
        return _amount(text)
    return _date(text) if field.input is Input.DATE else text


def _row_value(rows: Rows, row: Row) -> Any:
    if rows.fields[0].path == "":
        return value_of(rows.fields[0], row[0])
    found: Data = {}
    for field, texts in zip(rows.fields, row, strict=True):
        put(found, field.path, value_of(field, texts))
    return found


def _put_rows(entries: Entries, rows: Rows, found: Sequence[Row]) -> None:
    for number in range(1, len(rows_in(rows, entries)) + 1):
        for field in rows.fields:
            entries.pop(row_name(rows, number, field), None)
    for number, row in enumerate(found, 1):
        for field, texts in zip(rows.fields, row, strict=True):
            entries.setlist(row_name(rows, number, field), texts)


def _clean(texts: Sequence[str]) -> list[str]:
    return [text.replace("\r\n", "\n") for text in texts]


def _comma() -> bool:
    return (get_language() or "de").startswith("de")


def _amount(text: str) -> str:
    """``1.234,50`` and ``96,00 €`` as Germans write them, ``€1,234.50`` as the English do: cents come last."""
    bare = text.replace("€", "").replace("\u00a0", "").strip()
    if bare.rfind(".") > bare.rfind(",") > -1:
        return bare.replace(",", "")
    return bare.replace(".", "").replace(",", ".") if "," in bare else bare


def _date(text: str) -> str:
    """``1.5.2026`` as Germans write it; browsers send ``2026-05-01``."""
    try:
        day, month, year = text.split(".")
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return text
