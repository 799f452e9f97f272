# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which part of a service a question is about."""

import re
from collections.abc import Mapping, Sequence
from typing import Self

from allmende.modules.assistant.engine.text import fold


class Facets:
    """The patterns of data/facets.yaml, compiled."""

    def __init__(self, patterns: Mapping[str, Sequence[re.Pattern[str]]]) -> None:
        self.patterns = patterns

    @classmethod
    def compile(cls, data: Mapping[str, Sequence[str]]) -> Self:
        """Compile the patterns, in the order in which they are tried."""
        return cls({name: [re.compile(pattern) for pattern in patterns] for name, patterns in data.items()})

    def of(self, question: str) -> str:
        """``fees``, ``documents``, … or an empty string."""
        folded = fold(question)
        for name, patterns in self.patterns.items():
            if any(pattern.search(folded) for pattern in patterns):
                return name
        return ""

    def without(self, question: str) -> str:
        """The folded question without the words that ask for one of the parts; what stands between them („hat … auf“) stays."""
        folded = fold(question)
        for patterns in self.patterns.values():
            for pattern in patterns:
                folded = pattern.sub(lambda match: " ".join(match[0].split()[1:-1]), folded)
        return " ".join(folded.split())
