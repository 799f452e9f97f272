# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The room's rules, read once a process from data/."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from allmende.kernel.places.engine.spelling import Spelling

DATA = Path(__file__).parent / "data"


def _load(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
    return found


@cache
def spelling() -> Spelling:
    """How the names of streets are compared."""
    data = _load("spelling.yaml")
    return Spelling(data["words"], data["endings"], frozenset(data["articles"]))


@cache
def columns() -> dict[str, list[str]]:
    """What the columns of a file may be called, by field."""
    return _load("columns.yaml")


@cache
def limits() -> dict[str, Any]:
    """Bounds of files and of public calls."""
    return _load("limits.yaml")
