# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether a sentence is a yes or a no to what was offered, and nothing else."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Self

from allmende.modules.assistant.engine.text import fold


@dataclass(frozen=True)
class Agreeing:
    """The words of data/agreeing.yaml."""

    yes: AbstractSet[str]
    no: AbstractSet[str]
    around: AbstractSet[str]

    @classmethod
    def compile(cls, data: Mapping[str, Sequence[str]]) -> Self:
        """From the lists of words."""
        return cls(frozenset(data["yes"]), frozenset(data["no"]), frozenset(data["around"]))

    def heard(self, sentence: str) -> bool | None:
        """True for a yes, False for a no, None for anything else: also for both at once, and for a yes with a question behind it."""
        words = set(fold(sentence).split())
        yes, no = words & self.yes, words & self.no
        if bool(yes) == bool(no) or words - yes - no - self.around:
            return None
        return bool(yes)
