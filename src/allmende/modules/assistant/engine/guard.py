# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What comes before every search: emergencies, and what is refused."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from allmende.modules.assistant.engine.text import fold


@dataclass(frozen=True)
class GuardRule:
    """One rule of data/guard.yaml, compiled. `say` is keyed by language."""

    name: str
    emergency: bool
    say: Mapping[str, str]
    numbers: Sequence[str]
    patterns: Sequence[re.Pattern[str]]
    unless: Sequence[re.Pattern[str]]

    def matches(self, folded: str) -> bool:
        """Whether the rule speaks about the folded question."""
        if any(pattern.search(folded) for pattern in self.unless):
            return False
        return any(pattern.search(folded) for pattern in self.patterns)


@dataclass(frozen=True)
class Guard:
    """Rules; the first one that matches decides."""

    rules: Sequence[GuardRule]

    @classmethod
    def compile(cls, data: Mapping[str, Sequence[Mapping[str, Any]]], *kinds: str) -> Self:
        """Compile the rules of these kinds of data/guard.yaml."""
        return cls([_rule(row, emergency=kind == "emergency") for kind in kinds for row in data[kind]])

    def check(self, question: str) -> GuardRule | None:
        """The first rule that matches, or None."""
        folded = fold(question)
        return next((rule for rule in self.rules if rule.matches(folded)), None)


def _rule(row: Mapping[str, Any], *, emergency: bool) -> GuardRule:
    return GuardRule(
        name=row["name"],
        emergency=emergency,
        say=row["say"],
        numbers=tuple(row.get("numbers", ())),
        patterns=[re.compile(pattern) for pattern in row["patterns"]],
        unless=[re.compile(pattern) for pattern in row.get("unless", ())],
    )
