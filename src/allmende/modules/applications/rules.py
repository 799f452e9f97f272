# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The room's rules, read once a process from data/."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema_rs import Draft202012Validator

from allmende.modules.applications.engine.problems import Messages, Text
from allmende.modules.applications.engine.schema import plain
from allmende.modules.applications.engine.words import Words

DATA = Path(__file__).parent / "data"
MOST_VALUES = 50_000
"""Values in a file; references (`*name`) could make a small one endless."""
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _load(name: str) -> Any:
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))


@cache
def messages() -> Messages:
    """What the engine says, in both languages."""
    return Messages(**_load("messages.yaml"))


@cache
def words(language: str) -> Words:
    """How people answer in a language."""
    return Words.compile(language, _load("words.yaml")[language])


@cache
def validator() -> Draft202012Validator:
    """The shape of a flow file."""
    return Draft202012Validator(schema())


@cache
def schema() -> dict[str, Any]:
    """The same as JSON Schema."""
    found: dict[str, Any] = json.loads((DATA / "flow-1.schema.json").read_text(encoding="utf-8"))
    return found


@cache
def receipt(language: str) -> dict[str, Any]:
    """What a receipt says beside the application itself."""
    found: dict[str, Any] = _load("receipt.yaml")[language]
    return found


@cache
def confirmations() -> dict[str, Text]:
    """What people confirm in every flow that asks for it."""
    found: dict[str, Text] = _load("confirmations.yaml")
    return found


@cache
def types() -> dict[str, Text]:
    """What the types of fields are called."""
    found: dict[str, Text] = _load("types.yaml")
    return found


@cache
def fim() -> dict[str, Any]:
    """How fields of FIM become slots."""
    found: dict[str, Any] = _load("fim.yaml")
    return found


@cache
def drafts() -> dict[str, Any]:
    """How long drafts are kept, and what their tokens look like."""
    found: dict[str, Any] = _load("drafts.yaml")
    return found


class UnreadableError(ValueError):
    """A text is no YAML, or means too much by references to itself. `line` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"{line}: {reason}")
        self.line, self.reason = line, reason


def data(text: str) -> Any:
    """The data of a flow's file as JSON. Raises UnreadableError."""
    try:
        found = parsed(text)
        _size(found, {})
        return plain(found)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise UnreadableError(mark.line + 1 if mark else 1, error.problem or str(error)) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a day such as 2026-13-41, too many brackets
        raise UnreadableError(1, str(error)) from error


def parsed(text: str) -> Any:
    """What YAML says, days as days. Raises yaml.YAMLError, ValueError for a day that does not exist."""
    return yaml.load(text, Loader=LOADER)  # noqa: S506  (both loaders are the safe ones)


def _size(found: Any, known: dict[int, int]) -> int:
    """Values in what YAML read, each reference counted as often as it stands there. Raises ValueError for too many."""
    if not isinstance(found, (dict, list)):
        return 1
    if id(found) not in known:
        known[id(found)] = MOST_VALUES  # a reference to what it stands in has no end
        inner = found.values() if isinstance(found, dict) else found
        known[id(found)] = 1 + sum(_size(value, known) for value in inner)
    if known[id(found)] >= MOST_VALUES:
        raise ValueError(f"> {MOST_VALUES}")
    return known[id(found)]
