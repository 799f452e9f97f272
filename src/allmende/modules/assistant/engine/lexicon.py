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
    conditions: frozenset[str]
    head_conditions: frozenset[str]
    phrases: tuple[str, ...]
    contrasts: frozenset[str]
    condition_words: frozenset[str]
    narrowing: frozenset[str]
    anaphors: frozenset[str]
    particles: frozenset[str]
    pronouns: frozenset[str]
    addresses: frozenset[str]
    auxiliary: frozenset[str]
    finite: frozenset[str]
    light: frozenset[str]
    whole: tuple[str, ...]
    joins: frozenset[str]
    bounds: Mapping[tuple[str, ...], str]
    bounds_after: Mapping[tuple[str, ...], str]
    numbers: Mapping[str, int]
    halves: frozenset[str]
    one: frozenset[str]
    units: Mapping[str, str]
    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    ranges: tuple[str, ...]
    abbreviations: frozenset[str]
    fillers: frozenset[str]
    endings: frozenset[str]
    seams: tuple[str, ...]

    @classmethod
    def compile(cls, data: Mapping[str, Any], stem: Callable[[str], str], own: Iterable[str] = ()) -> Self:
        """Compile the lists. `own` are further words without weight, such as the name of the town."""
        return cls(
            stem=stem,
            neutral=frozenset(data["neutral"].split()) | frozenset(fold(word) for word in own),
            groups=_groups(data["same"], stem),
            marks=_marks(data["marks"]),
            conditions=frozenset(data["conditions"]["inside"]),
            head_conditions=frozenset(data["conditions"]["before_colon"]),
            contrasts=frozenset(data["contrasts"]),
            phrases=tuple(data["phrases"]),
            condition_words=frozenset(data["condition_words"]),
            narrowing=frozenset(data["narrowing"]),
            anaphors=frozenset(data["anaphors"]),
            particles=frozenset(data["particles"]),
            pronouns=frozenset(data["pronouns"]),
            addresses=frozenset(data["addresses"]),
            auxiliary=frozenset(data["auxiliary"]),
            finite=frozenset(data["finite"]),
            light=frozenset(data["light"]),
            whole=tuple(data["whole"]),
            joins=frozenset(data["joins"]),
            bounds=_bounds(data["bounds"]),
            bounds_after=_bounds(data["bounds_after"]),
            numbers=data["numbers"],
            halves=frozenset(data["halves"]),
            one=frozenset(data["one"]),
            units={word: unit for unit, words in data["units"].items() for word in words},
            months=_numbered(data["months"], 1),
            weekdays=_numbered(data["weekdays"], 0),
            ranges=tuple(data["ranges"]),
            abbreviations=frozenset(data["abbreviations"]),
            fillers=frozenset(data["fillers"]),
            endings=frozenset(data["endings"]) | {""},
            seams=tuple(data["seams"]),
        )

    def same(self, stem: str) -> frozenset[int]:
        """The groups of words that a stem belongs to."""
        return self.groups.get(stem, frozenset())

    def is_whole(self, word: str) -> bool:
        """Whether a folded word is compared as a whole only."""
        return any(end in word[-len(end) - 2 :] for end in self.whole)


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
