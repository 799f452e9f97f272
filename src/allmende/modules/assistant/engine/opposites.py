# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether a service is the opposite of what was asked: to register, to deregister."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from allmende.modules.assistant.engine.text import fold


@dataclass(frozen=True)
class Direction:
    """How people ask for a direction, and how services of it are named."""

    asked: re.Pattern[str]
    named: re.Pattern[str]


@dataclass(frozen=True)
class Opposites:
    """Pairs of directions that exclude each other, each pair both ways."""

    pairs: Sequence[tuple[Direction, Direction]]

    @classmethod
    def compile(cls, data: Sequence[Mapping[str, Mapping[str, Sequence[str]]]]) -> Self:
        """Compile the pairs of data/opposites.yaml."""
        pairs = [tuple(_direction(patterns) for patterns in row.values()) for row in data]
        return cls([pair for one, other in pairs for pair in ((one, other), (other, one))])

    def are(self, question: str, name: str) -> bool:
        """Whether the question names one direction alone and the service's name the other."""
        asked, named = fold(question), fold(name)
        return any(
            one.asked.search(asked) and not other.asked.search(asked) and other.named.search(named)
            for one, other in self.pairs
        )


def _direction(patterns: Mapping[str, Sequence[str]]) -> Direction:
    return Direction(re.compile("|".join(patterns["asked"])), re.compile("|".join(patterns["named"])))
