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
from allmende.modules.applications.engine.words import Words

DATA = Path(__file__).parent / "data"
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
    return Draft202012Validator(json.loads((DATA / "flow-1.schema.json").read_text(encoding="utf-8")))


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
def fim() -> dict[str, Any]:
    """How fields of FIM become slots."""
    found: dict[str, Any] = _load("fim.yaml")
    return found


@cache
def drafts() -> dict[str, Any]:
    """How long drafts are kept, and what their tokens look like."""
    found: dict[str, Any] = _load("drafts.yaml")
    return found


def parsed(text: str) -> Any:
    """The data of a flow's file. Raises yaml.YAMLError."""
    return yaml.load(text, Loader=LOADER)  # noqa: S506  (both loaders are the safe ones)
