# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The words with which sentences of one language are compared: data/support/<language>.yaml, compiled."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

FOLDED = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})


def fold(text: str) -> str:
    """Lower case, one letter for each umlaut, accents gone."""
    lowered = unicodedata.normalize("NFC", text).lower().translate(FOLDED)
    return "".join(char for char in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(char))


@dataclass(frozen=True)
class Lexicon:
    """See the data file for what each list means. `stem` leads from a folded word to its stem."""

    stem: Callable[[str], str]
    neutral: frozenset[str]
    groups: Mapping[str, frozenset[int]]
    marks: Mapping[str, frozenset[str]]
    phrases: tuple[str, ...]
    particles: frozenset[str]
    joins: frozenset[str]
    bounds: Mapping[tuple[str, ...], str]
    numbers: Mapping[str, int]
    halves: frozenset[str]
    one: frozenset[str]
    units: Mapping[str, str]
    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    ranges: tuple[str, ...]
    abbreviations: frozenset[str]
    fillers: frozenset[str]

    @classmethod
    def compile(cls, data: Mapping[str, Any], stem: Callable[[str], str], own: Iterable[str] = ()) -> Self:
        """Compile the lists. `own` are further words without weight, such as the name of the town."""
        return cls(
            stem=stem,
            neutral=frozenset(data["neutral"].split()) | frozenset(fold(word) for word in own),
            groups=_groups(data["same"], stem),
            marks=_marks(data["marks"]),
            phrases=tuple(data["phrases"]),
            particles=frozenset(data["particles"]),
            joins=frozenset(data["joins"]),
            bounds=_bounds(data["bounds"]),
            numbers=data["numbers"],
            halves=frozenset(data["halves"]),
            one=frozenset(data["one"]),
            units={word: unit for unit, words in data["units"].items() for word in words},
            months=_numbered(data["months"], 1),
            weekdays=_numbered(data["weekdays"], 0),
            ranges=tuple(data["ranges"]),
            abbreviations=frozenset(data["abbreviations"]),
            fillers=frozenset(data["fillers"]),
        )

    def same(self, stem: str) -> frozenset[int]:
        """The groups of words that a stem belongs to."""
        return self.groups.get(stem, frozenset())


def _groups(rows: Sequence[Sequence[str]], stem: Callable[[str], str]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, words in enumerate(rows):
        for word in words:
            found.setdefault(stem(fold(word)), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


def _marks(data: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for mark, words in data.items():
        for word in words:
            found.setdefault(fold(word), set()).add(mark)
    return {word: frozenset(marks) for word, marks in found.items()}


def _bounds(data: Mapping[str, Sequence[str]]) -> dict[tuple[str, ...], str]:
    return {tuple(phrase.split()): bound for bound, phrases in data.items() for phrase in phrases}


def _numbered(rows: Sequence[Sequence[str]], first: int) -> dict[str, int]:
    return {word: number for number, words in enumerate(rows, first) for word in words}
