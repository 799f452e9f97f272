# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""JSON with services, one record after another: a list, ``{"services": [...]}``, or one object a line (JSON Lines)."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

OPENING = re.compile(r"\s*(?:\[|\{\s*\"services\"\s*:\s*\[)")
CLOSING = re.compile(r"\s*\]\s*\}?\s*\Z")
NEXT = re.compile(r"\s*,\s*(?=\S)")
BLANK = re.compile(r"\s*")
IDENTITY = re.compile(r'"id"\s*:\s*"([^"\\\n]+)"')
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class JsonRefused(ValueError):
    """The file cannot be read any further. `code`: encoding, broken or deep; `line` counts from 1."""

    def __init__(self, code: str, line: int) -> None:
        super().__init__(code)
        self.code = code
        self.line = line


@dataclass(frozen=True)
class Entry:
    """A value of the list, where it begins, and how many characters it has. `fault`: the line from which on it is no JSON."""

    line: int
    value: Any
    size: int
    fault: int = 0


def entries(content: bytes) -> Iterator[Entry]:
    """The values of the list in their order. Raises JsonRefused where the file cannot be read any further."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise JsonRefused("encoding", content[: error.start].count(b"\n") + 1) from error
    opening = OPENING.match(text)
    return _in_list(text, opening.end()) if opening else _one_after_another(text)


def _in_list(text: str, position: int) -> Iterator[Entry]:
    line, counted = 1, 0
    if CLOSING.match(text, position):
        return
    while True:
        begins = _match(BLANK, text, position)
        line, counted = line + text.count("\n", counted, begins), begins
        entry, position = _next(text, begins, line)
        yield entry
        if CLOSING.match(text, position):
            return
        if entry.fault:
            continue
        following = NEXT.match(text, position)
        if following is None:
            raise JsonRefused("broken", line + text.count("\n", counted, position))
        position = following.end()


def _one_after_another(text: str) -> Iterator[Entry]:
    line, position, counted = 1, 0, 0
    while (begins := _match(BLANK, text, position)) < len(text):
        line, counted = line + text.count("\n", counted, begins), begins
        entry, position = _next(text, begins, line)
        yield entry


def _next(text: str, begins: int, line: int) -> tuple[Entry, int]:
    """The value that begins there, and where it ends; after one that is no JSON, where the next begins in its own line."""
    try:
        value, end = _decode(text, begins, line)
    except JsonRefused as refusal:
        indent = text[text.rfind("\n", 0, begins) + 1 : begins]
        following = re.compile(rf"\n{indent}\{{").search(text, begins) if not indent.strip() else None
        if following is None:
            raise
        known = IDENTITY.search(text, begins, following.start())
        value = {"id": known[1]} if known else {}
        return Entry(line, value, following.start() - begins, fault=refusal.line), following.end() - 1
    return Entry(line, value, end - begins), end


def _match(pattern: re.Pattern[str], text: str, position: int) -> int:
    found = pattern.match(text, position)
    return found.end() if found else position


def _decode(text: str, position: int, line: int) -> tuple[Any, int]:
    try:
        value, end = DECODER.raw_decode(text, position)
        return _tidy(value), end
    except json.JSONDecodeError as error:
        raise JsonRefused("broken", error.lineno) from error
    except ValueError as error:
        raise JsonRefused("broken", line) from error
    except RecursionError as error:
        raise JsonRefused("deep", line) from error


def _tidy(value: Any) -> Any:
    """Without what a database cannot hold: control characters and halves of characters."""
    if isinstance(value, str):
        return CONTROL.sub("", value.encode("utf-8", "ignore").decode("utf-8"))
    if isinstance(value, list):
        return [_tidy(item) for item in value]
    if isinstance(value, dict):
        return {_tidy(name): _tidy(item) for name, item in value.items()}
    return value


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


DECODER = json.JSONDecoder(parse_constant=_no_number)
