# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Question sets: JSON lines in, checked dictionaries out, and errors that name the place."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

Kind = type | tuple[type, ...]
NAMES: dict[type, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


class DataError(Exception):
    """Data that cannot be measured with. `line` 0 means the whole file, an empty `field` the whole line."""

    def __init__(self, file: Path | str, line: int, field: str, message: str) -> None:
        self.file, self.line, self.field, self.message = Path(file), line, field, message
        place = [str(file)]
        if line:
            place.append(f"line {line}")
        if field:
            place.append(f"field {field!r}")
        super().__init__(f"{', '.join(place)}: {message}")


def read_jsonl(path: Path | str, schema: Mapping[str, Kind], *, unique: str = "") -> list[dict[str, Any]]:
    """Read a JSON Lines file (UTF-8). `schema` maps fields to their type or types; a name ending in "?" may be absent.

    Fields beyond the schema are kept. `unique` names a field whose values may not repeat. Empty lines are skipped.
    Raises DataError for a missing or empty file, bad UTF-8 or JSON, a missing field, a wrong type, or a repeated value.
    """
    path = Path(path)
    rows, seen = [], dict[Any, int]()
    for line, text in _lines(path):
        row = _parsed(path, line, text)
        for name, kind in schema.items():
            _check(path, line, row, name, kind)
        if unique:
            first = seen.setdefault(row[unique], line)
            if first != line:
                raise DataError(path, line, unique, f"{row[unique]!r} already stands in line {first}.")
        rows.append(row)
    if not rows:
        raise DataError(path, 0, "", "the file holds no lines.")
    return rows


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                if text := raw.decode("utf-8-sig" if number == 1 else "utf-8").strip():
                    yield number, text
    except UnicodeDecodeError:
        raise DataError(path, number, "", "the line is not UTF-8.") from None
    except OSError as error:
        raise DataError(path, 0, "", f"cannot be read: {error.strerror or error}.") from None


def _parsed(path: Path, line: int, text: str) -> dict[str, Any]:
    try:
        row = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise DataError(path, line, "", f"is not JSON: {error.msg} at column {error.colno}.") from None
    except (ValueError, RecursionError) as error:
        raise DataError(path, line, "", f"is not JSON: {error}.") from None
    if not isinstance(row, dict):
        raise DataError(path, line, "", f"must be an object, not {_kind_of(row)}.")
    return row


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number in JSON")


def _check(path: Path, line: int, row: dict[str, Any], field: str, kind: Kind) -> None:
    name = field.removesuffix("?")
    if name not in row:
        if field.endswith("?"):
            return
        raise DataError(path, line, name, "is missing.")
    kinds = kind if isinstance(kind, tuple) else (kind,)
    if not any(_fits(row[name], one) for one in kinds):
        wanted = " or ".join(NAMES.get(one, one.__name__) for one in kinds)
        raise DataError(path, line, name, f"must be {wanted}, not {_kind_of(row[name])}.")
    if not _writable(row[name]):
        raise DataError(path, line, name, "holds half a character (a surrogate without its other half).")


def _writable(value: object) -> bool:
    r"""Whether the texts in it are characters: JSON may hold the half of one, ``"\ud83d"``, which no file or database takes."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _fits(value: object, kind: type) -> bool:
    """As isinstance, but true is not a number and a whole number is a number."""
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, int | float) if kind is float else isinstance(value, kind)


def _kind_of(value: object) -> str:
    return NAMES.get(type(value), type(value).__name__)
