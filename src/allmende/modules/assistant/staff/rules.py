# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The rules of data/review.yaml, read once a process."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml
from django.utils.translation import get_language

from allmende.modules.assistant.rules import DATA

GERMAN = "de"


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """Bounds of grouping, see the file."""

    most_questions: int
    meaning_weight: float
    least_by_meaning: float
    least_by_words: float
    embedded_at_once: int
    label_questions: int
    label_words: int


@dataclass(frozen=True, kw_only=True)
class Proposing:
    """Bounds of proposing synonyms, see the file."""

    within_minutes: int
    likeness: float
    near: float
    least_group: int
    least_witnesses: int
    most_labels: int
    most_measured: int
    shortest_term: int
    longest_term: int
    most_services: int
    most_terms: int
    least_changes: int


@cache
def _all() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DATA / "review.yaml").read_text(encoding="utf-8"))
    return found


def number(name: str) -> int:
    """`period_days` or `ends_within_days`."""
    return int(_all()[name])


@cache
def grouping() -> Grouping:
    """Bounds of grouping."""
    return Grouping(**_all()["grouping"])


@cache
def proposing() -> Proposing:
    """Bounds of proposing synonyms."""
    return Proposing(**_all()["proposing"])


def titles(section: str) -> dict[str, str]:
    """Name → title in the reader's language, of one section of the file, in its order."""
    return {name: _title(row) for name, row in _all()[section].items()}


def kinds(section: str) -> dict[str, str]:
    """Name → colour of the badge."""
    return {name: row["kind"] for name, row in _all()[section].items()}


def names(section: str) -> tuple[str, ...]:
    """The names of a section in their order."""
    return tuple(_all()[section])


def reopen() -> dict[str, int]:
    """Decision → how many new questions bring a decided group back."""
    return {name: row["reopen"] for name, row in _all()["decisions"].items()}


def days() -> dict[str, int]:
    """Collection → days after which a source should be looked at again."""
    return {name: row["days"] for name, row in _all()["sources"].items()}


def language() -> str:
    """The reader's language, `de` or `en`."""
    return (get_language() or GERMAN).split("-")[0]


def _title(row: Mapping[str, Any]) -> str:
    words: Mapping[str, str] = row.get("title", row)
    return words.get(language(), words[GERMAN])
