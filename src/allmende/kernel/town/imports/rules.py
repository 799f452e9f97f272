# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The data files of imports, read once a process: bounds, columns, states, how XZuFi becomes a service."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import get_language

from allmende.kernel.town.imports.engine.table import Columns

DATA = Path(__file__).parent / "data"
DEFAULT_LANGUAGE = "de"
TAKEN, OUTSIDE, INVALID, CONFLICT, WAITING, OBJECTED, DISCARDED = (
    "taken", "outside", "invalid", "conflict", "waiting", "objected", "discarded",
)  # fmt: skip


@dataclass(frozen=True)
class State:
    """What became of a record: its titles, the colour of its badge, and what an editor may do about it."""

    titles: dict[str, str]
    badge: str
    quarantined: bool
    accept: bool

    @property
    def title(self) -> str:
        """In the language of the page."""
        return self.titles.get((get_language() or DEFAULT_LANGUAGE).split("-")[0], self.titles[DEFAULT_LANGUAGE])


def _read(name: str) -> Any:
    return yaml.safe_load((DATA / name).read_text("utf-8"))


@cache
def limits() -> dict[str, int]:
    """What a delivery may cost (data/limits.yaml)."""
    found: dict[str, int] = _read("limits.yaml")
    return found


@cache
def columns() -> Columns:
    """The columns of a CSV file (data/columns.yaml)."""
    return Columns(**_read("columns.yaml"))


@cache
def states() -> dict[str, State]:
    """State → what it means (data/states.yaml)."""
    return {
        name: State(row["title"], row["badge"], row["quarantined"], row.get("accept", False))
        for name, row in _read("states.yaml").items()
    }


def quarantined() -> list[str]:
    """The states in which a record waits for an editor."""
    return [name for name, state in states().items() if state.quarantined]


@cache
def kinds() -> dict[str, dict[str, Any]]:
    """Kind of record → title, counts (data/kinds.yaml)."""
    found: dict[str, dict[str, Any]] = _read("kinds.yaml")
    return found


@cache
def bylaws() -> dict[str, Any]:
    """How documents become by-laws (data/bylaws.yaml)."""
    found: dict[str, Any] = _read("bylaws.yaml")
    return found


@cache
def xzufi() -> dict[str, Any]:
    """How XZuFi becomes a service (data/xzufi.yaml)."""
    found: dict[str, Any] = _read("xzufi.yaml")
    return found
