# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""CSV with services: a line as a nested record, its columns named like the fields (``fees.1.amount``)."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

SEPARATOR = "|"
ENCODINGS = ("utf-8-sig", "cp1252")
GERMAN_DAY = re.compile(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})$")
GERMAN_AMOUNT = re.compile(r"^(\d{1,3}(?:\.\d{3})*|\d+),(\d{1,2})$")

Record = dict[str, Any]


class TableRefused(ValueError):
    """The file has no head that can be read. `code`: encoding, empty, column, twice or missing; `detail` names it."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Columns:
    """What the head of a file may say: patterns of names → kind of cell, other names, and how cells are written."""

    fields: Mapping[str, str]
    also: Mapping[str, str]
    affirmed: Sequence[str]
    denied: Sequence[str]
    guarded: str
    delimiters: str

    def path(self, title: str) -> str:
        """The field a column stands for; empty when nobody knows it."""
        name = title.strip().strip("\ufeff").lower()
        name = self.also.get(name, name)
        return name if self.kind(name) else ""

    def kind(self, path: str) -> str:
        """How the cells of that column are read; empty for an unknown one."""
        return next((kind for pattern, kind in self.fields.items() if _fits(pattern, path)), "")


@dataclass(frozen=True)
class Row:
    """A line of the file: where it begins, its record, or why there is none (``too_many``)."""

    line: int
    record: Record
    fault: str = ""


def rows(open_file: Callable[[], IO[bytes]], columns: Columns, characters: int) -> Iterator[Row]:
    """The records of a file. Raises TableRefused for its head, csv.Error where it cannot be read any further."""
    encoding = _encoding(open_file)
    with open_file() as raw, io.TextIOWrapper(raw, encoding, newline="") as text:
        delimiter = _delimiter(text.readline(), columns)
        text.seek(0)
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        paths = _head(next(reader, []), columns)
        begins = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield _row(begins, cells, paths, columns, characters)
            begins = reader.line_num + 1


def flat(record: Mapping[str, Any]) -> dict[str, str]:
    """Column → cell of a nested record: the way back. Lists of plain values stay in one cell."""
    cells: dict[str, str] = {}
    waiting: list[tuple[str, Any]] = list(record.items())
    while waiting:
        path, value = waiting.pop(0)
        if isinstance(value, Mapping):
            waiting = [(f"{path}.{name}", inner) for name, inner in value.items()] + waiting
        elif isinstance(value, list | tuple) and any(isinstance(item, Mapping) for item in value):
            waiting = [(f"{path}.{number}", inner) for number, inner in enumerate(value, 1)] + waiting
        elif isinstance(value, list | tuple):
            cells[path] = SEPARATOR.join(map(str, value))
        elif value is not None:
            cells[path] = ("ja" if value else "nein") if isinstance(value, bool) else str(value)
    return cells


def _encoding(open_file: Callable[[], IO[bytes]]) -> str:
    """The first encoding in which the whole file can be read."""
    for encoding in ENCODINGS:
        try:
            with open_file() as raw, io.TextIOWrapper(raw, encoding) as text:
                while text.read(1 << 20):
                    pass
            return encoding
        except UnicodeDecodeError:
            continue
    raise TableRefused("encoding")


def _delimiter(head: str, columns: Columns) -> str:
    """The sign that makes the most known columns of the first line."""

    def known(delimiter: str) -> int:
        return sum(bool(columns.path(title.strip('"'))) for title in head.strip().split(delimiter))

    return max(columns.delimiters, key=known)


def _head(titles: Sequence[str], columns: Columns) -> list[str]:
    paths = [columns.path(title) if title.strip() else "" for title in titles]
    if not any(paths):
        raise TableRefused("empty")
    unknown = [title for title, path in zip(titles, paths, strict=True) if title.strip() and not path]
    if unknown:
        raise TableRefused("column", unknown[0].strip())
    named = [path for path in paths if path]
    twice = [path for path in named if named.count(path) > 1]
    if twice:
        raise TableRefused("twice", twice[0])
    if "id" not in named:
        raise TableRefused("missing", "id")
    return paths


def _row(line: int, cells: Sequence[str], paths: Sequence[str], columns: Columns, characters: int) -> Row:
    if len(cells) > len(paths) and any(cell.strip() for cell in cells[len(paths) :]):
        return Row(line, _nested({"id": _first(cells, paths)}), "too_many")
    if sum(map(len, cells)) > characters:
        return Row(line, _nested({"id": _first(cells, paths)}), "too_large")
    filled = {
        path: _cell(cell.strip(), columns.kind(path), columns)
        for path, cell in zip(paths, cells, strict=False)
        if path and cell.strip()
    }
    return Row(line, _nested(filled))


def _first(cells: Sequence[str], paths: Sequence[str]) -> str:
    position = paths.index("id")
    return cells[position].strip()[:200] if position < len(cells) else ""


def _cell(text: str, kind: str, columns: Columns) -> Any:
    if text.startswith("'") and text[1:].lstrip().startswith(tuple(columns.guarded)):
        text = text[1:]
    if kind == "list":
        return [part.strip() for part in text.split(SEPARATOR) if part.strip()]
    if kind == "date":
        return _day(text)
    if kind == "amount":
        return _amount(text)
    if kind == "flag":
        return True if text.lower() in columns.affirmed else False if text.lower() in columns.denied else text
    return text


def _day(text: str) -> str:
    found = GERMAN_DAY.match(text)
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else text


def _amount(text: str) -> str:
    """``1.234,50 €`` as ``1234.50``; what is no amount stays as it is and is refused later, by name."""
    bare = text.removesuffix("€").removesuffix("EUR").strip()
    found = GERMAN_AMOUNT.match(bare)
    return f"{found[1].replace('.', '')}.{found[2]}" if found else bare


def _nested(cells: Mapping[str, Any]) -> Record:
    """A record of dotted paths; numbers count the items of a list from 1, gaps close up."""
    tree: Record = {}
    for path, value in cells.items():
        *above, last = path.split(".")
        place = tree
        for name in above:
            place = place.setdefault(name, {})
        place[last] = value
    return {name: _listed(value) for name, value in tree.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(part) for name, part in value.items()}
    if inner and all(name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


def _fits(pattern: str, path: str) -> bool:
    wanted, given = pattern.split("."), path.split(".")
    return len(wanted) == len(given) and all(
        part.isdigit() and part[0] != "0" if want == "#" else bool(part) if want == "*" else part == want
        for want, part in zip(wanted, given, strict=True)
    )
