# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The words of a question that carry its subject: no placeholders, no function words, no names of the town itself."""

import re
from collections.abc import Set
from dataclasses import dataclass

from allmende.kernel.town import queries as town
from allmende.modules.assistant import rules
from allmende.modules.assistant.engine.labels import unmarked
from allmende.modules.assistant.engine.text import fold

WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
SHORTEST = 3


@dataclass(frozen=True)
class Wording:
    """How questions are read in this town; made once for many questions."""

    empty: Set[str]

    def words(self, question: str) -> list[str]:
        """The words as they were written, in their order."""
        found = WORD.findall(unmarked(question))
        return [word for word in found if len(word) >= SHORTEST and fold(word) not in self.empty]

    def text(self, question: str) -> str:
        """The same folded, as one text; the whole question where nothing is left."""
        return " ".join(fold(word) for word in self.words(question)) or fold(unmarked(question))


def plain(question: str) -> str:
    """The question as it is embedded: without placeholders."""
    return " ".join(unmarked(question).split())


def wording() -> Wording:
    """The wording of this town. One query."""
    found = town.town()
    own = set(fold(found.name).split()) if found else set()
    return Wording(rules.asking_words().union(own, *rules.function_words().values()))
