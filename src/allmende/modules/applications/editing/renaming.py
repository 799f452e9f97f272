# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A step or slot gets another name: everything in the file that names it follows."""

import ast
from collections.abc import Callable, Mapping
from typing import Any

from allmende.modules.applications.flowfile import FlowFile

TARGETS = ("next", "then", "else")
EXPRESSIONS = ("if", "only_if", "required_if", "min", "max")
NAMES = ("collect", "applicant")
PARTS = ("applicant", "slots", "steps", "tests")
Change = Callable[[str, Any], Any]


def step(file: FlowFile, old: str, new: str) -> None:
    """Ways to a step, and the paths of the tests."""

    def target(key: str, value: Any) -> Any:
        return new if key in TARGETS and value == old else value

    def path(key: str, value: Any) -> Any:
        return [new if name == old else name for name in value] if key == "path" and isinstance(value, list) else value

    _put(file, "steps", target)
    _put(file, "tests", path)


def slot(file: FlowFile, old: str, new: str) -> None:
    """Where a slot is collected, every condition and bound that reads it, the applicant's name, and what the tests give."""

    def follow(key: str, value: Any) -> Any:
        if key in EXPRESSIONS and isinstance(value, str):
            return expression(value, old, new)
        if key in NAMES:
            return (
                [new if name == old else name for name in value] if isinstance(value, list) else _one(value, old, new)
            )
        if key == "given" and isinstance(value, Mapping):
            return {_one(name, old, new): given for name, given in value.items()}
        return value

    for part in PARTS:
        _put(file, part, follow)


def expression(text: str, old: str, new: str) -> str:
    """The expression with another name for an answer; texts in quotation marks stay, and what is no expression stays as it is."""
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == old and node.lineno == 1]
    line = text.encode()
    for node in sorted(found, key=lambda node: node.col_offset, reverse=True):
        line = line[: node.col_offset] + new.encode() + line[node.end_col_offset :]
    return line.decode()


def _one(value: Any, old: str, new: str) -> Any:
    return new if value == old else value


def _put(file: FlowFile, part: str, change: Change) -> None:
    """Change one part of the file, at whatever depth."""
    if part in file.data:
        file.put(part, _walked(part, file.data[part], change))


def _walked(key: str, value: Any, change: Change) -> Any:
    changed = change(key, value)
    if isinstance(changed, Mapping):
        return {name: _walked(name, inner, change) for name, inner in changed.items()}
    if isinstance(changed, list):
        return [_walked("", inner, change) if isinstance(inner, Mapping | list) else inner for inner in changed]
    return changed
