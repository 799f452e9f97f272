# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether a question is in truth a wish for a person."""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Self

from allmende.modules.assistant.engine.text import fold


@dataclass(frozen=True)
class Commands:
    """The commands of data/handover.yaml, compiled. `silent` are the function words of all languages."""

    person: AbstractSet[str]
    around: AbstractSet[str]
    silent: AbstractSet[str]
    patterns: Sequence[re.Pattern[str]]

    @classmethod
    def compile(cls, data: Mapping[str, Sequence[str]], silent: AbstractSet[str]) -> Self:
        """Compile word lists and patterns."""
        person, around = frozenset(data["person"]), frozenset(data["around"])
        return cls(person, around, silent, [re.compile(pattern) for pattern in data["patterns"]])

    def asks_for_person(self, question: str) -> bool:
        """Whether it consists of words for a person alone, or holds a pattern. A topic beside the word is a question for the search."""
        folded = fold(question)
        words = [word for word in folded.split() if word not in self.silent]
        alone = all(word in self.person | self.around for word in words) and any(word in self.person for word in words)
        return alone or any(pattern.search(folded) for pattern in self.patterns)
