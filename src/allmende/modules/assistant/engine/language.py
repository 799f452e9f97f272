# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""German or English? Function words tell."""

from collections.abc import Mapping, Set

from allmende.modules.assistant.engine.text import fold


def detect(question: str, words: Mapping[str, Set[str]], default: str) -> str:
    """The language most of whose function words the question holds; `default` when there is none or a draw."""
    tokens = fold(question).split()
    counts = {language: sum(token in known for token in tokens) for language, known in words.items()}
    best = max(counts, key=lambda language: (counts[language], language == default))
    return best if counts[best] > counts.get(default, 0) else default
