# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The first look at a file: its shape, against data/flow-1.schema.json."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

from allmende.modules.applications.engine.problems import Problem

DEEPEST = 40


def plain(data: Any, depth: int = 0) -> Any:
    """What YAML read, as JSON: keys are texts, days are written out. What JSON cannot hold becomes text."""
    if depth > DEEPEST:
        return None
    if isinstance(data, Mapping):
        return {str(key): plain(value, depth + 1) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [plain(value, depth + 1) for value in data]
    if isinstance(data, date):
        return data.isoformat()[:10]
    if data is None or isinstance(data, (bool, str)) or (isinstance(data, (int, float)) and abs(data) < 1e15):
        return data
    return str(data)


def shape_problems(data: Any, file: str, validator: Draft202012Validator) -> Iterator[Problem]:
    """What is missing, unknown or of another form, each with its place. Steps are named by their id where they have one."""
    for error in validator.iter_errors(data):
        key, params = _said(error)
        yield Problem(file, place_of(data, error.instance_path), key, params)


def place_of(data: Any, path: list[str | int]) -> str:
    """``steps.zweck.next.1``: numbers count from 1, a step or a test by its name."""
    said = []
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            data = None
        name = data.get("id", data.get("name")) if isinstance(data, dict) and isinstance(part, int) else None
        said.append(name if isinstance(name, str) else str(part + 1 if isinstance(part, int) else part))
    return ".".join(said)


def _said(error: ValidationError) -> tuple[str, dict[str, object]]:
    kind = error.kind
    found = str(error.instance)[:60]
    match kind:
        case ValidationErrorKind.Required():
            return "shape.missing", {"name": kind.property}
        case ValidationErrorKind.AdditionalProperties():
            return "shape.unknown", {"name": ", ".join(kind.unexpected)}
        case ValidationErrorKind.FalseSchema():
            return "shape.elsewhere", {"name": str(error.instance_path[-1]) if error.instance_path else ""}
        case ValidationErrorKind.Enum():
            return "shape.choice", {"found": found, "options": [str(option) for option in kind.options]}
        case ValidationErrorKind.Constant():
            return "shape.choice", {"found": found, "options": str(kind.expected_value)}
        case _:
            return "shape.form", {"found": found, "rule": error.message[:200]}
