# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bounds and words of live chats, read once a process from data/live.yaml."""

from functools import cache
from typing import Any

import yaml

from allmende.modules.assistant.rules import DATA


@cache
def _data() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DATA / "live.yaml").read_text(encoding="utf-8"))
    return found


def bound(name: str) -> Any:
    """A number or a rate of the file."""
    return _data()[name]


def stream() -> dict[str, float]:
    """Bounds of the streams."""
    found: dict[str, float] = _data()["stream"]
    return found


def state(name: str, language: str) -> tuple[str, str]:
    """A state in words, and the kind of its badge."""
    row = _data()["states"][name]
    return row["title"][language], row["kind"]


def shares(language: str) -> dict[str, str]:
    """What may be handed over, in words."""
    return {name: words[language] for name, words in _data()["shares"].items()}


def says(what: str, reader: str, language: str) -> str:
    """A line of the house; ``{name}`` in it is the clerk's."""
    found: str = _data()["says"][what][reader][language]
    return found
