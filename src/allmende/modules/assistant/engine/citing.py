# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From a stream of pieces to whole sentences, each with the numbers of the sources it cites."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

CITATION = re.compile(r"\s*\[(\d{1,2}(?:\s*,\s*\d{1,2})*)\]")
BEHIND = re.compile(r"([.!?])((?:\s*\[\d{1,2}(?:\s*,\s*\d{1,2})*\])+)")
"""„… 96 €. [1]“ is „… 96 € [1].“"""
LIST_MARK = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")


@dataclass(frozen=True)
class Cited:
    """A sentence without its citations, and their numbers in order, each once."""

    text: str
    sources: tuple[int, ...]


def cited(sentence: str) -> Cited:
    """Take the citations out of a sentence; signs that no eye sees go, too."""
    numbers = [int(number) for match in CITATION.findall(sentence) for number in match.split(",")]
    visible = "".join(sign for sign in CITATION.sub("", sentence) if not unicodedata.category(sign).startswith("C"))
    return Cited(visible.strip(), tuple(dict.fromkeys(numbers)))


class Splitter:
    """Collects pieces; a sentence is complete when the next one begins. `sentences` splits a line."""

    def __init__(self, sentences: Callable[[str], list[str]]) -> None:
        self._sentences = sentences
        self._line = ""
        self._told = 0

    def feed(self, piece: str) -> list[Cited]:
        """The sentences that are complete with this piece."""
        *lines, self._line = (self._line + piece).split("\n")
        found: list[str] = []
        for line in lines:
            found += self._split(line)[self._told :]
            self._told = 0
        complete = self._split(self._line)[:-1]
        found += complete[self._told :]
        self._told = len(complete)
        return [cited(sentence) for sentence in found]

    def end(self) -> list[Cited]:
        """What is left when no piece comes any more."""
        return self.feed("\n")

    def _split(self, line: str) -> list[str]:
        return self._sentences(BEHIND.sub(r"\2\1", LIST_MARK.sub("", line)))
