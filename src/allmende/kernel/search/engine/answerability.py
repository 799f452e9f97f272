# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Knowing what it does not know: the chance that the first hit answers the question.

A logistic regression over what the search sees of its own first hit anyway: how near it is, how many words of the question
it holds, whether they stand where the meaning is nearest, and how far it is ahead of everything else. The numbers are in
data/answerability.toml, fitted by scripts/fit_answerability.py; README.md says how well they do elsewhere.
"""

import hashlib
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from allmende.kernel.search.engine.configuration import DATA, Configuration
from allmende.kernel.search.engine.lexical import LexicalScores
from allmende.kernel.search.engine.vectors import Float32

TENTH = 10
_ALIKE = 1e-5
_EXACT = 200_000.0  # cosines have five decimals and may be means of two: sums of these whole numbers know no order


@dataclass(frozen=True)
class Evidence:
    """What speaks for the first hit; no number depends on documents that the asker may not see.

    `nearest`: cosine of its nearest sentence. `words`: share of the question's words that it holds, by their rarity.
    `lead`, `lead_words`, `lead_sentences`, `lead_pages`: how far it is ahead of the best other document, by everything
    together, by words (as a share of the best possible), by sentences and by pages; below 0 where another one is ahead.
    `words_there`: share of the words in the passage with the nearest sentence. `nearest_there`: cosine of the nearest
    sentence in the passage with the most words. Both are small where words and meaning point to different places.
    `lead_tenth`: how far its nearest sentence is ahead of the tenth nearest of all. `outstanding`: how many standard
    deviations its pages are nearer than those of all documents. 0 where a number is not known.
    """

    nearest: float = 0.0
    words: float = 0.0
    words_there: float = 0.0
    nearest_there: float = 0.0
    lead: float = 0.0
    lead_words: float = 0.0
    lead_sentences: float = 0.0
    lead_pages: float = 0.0
    lead_tenth: float = 0.0
    outstanding: float = 0.0
    by_meaning: bool = False


@dataclass(frozen=True)
class Logistic:
    """A logistic regression: `weights` by the names of Evidence, in its units. More nearness than `enough` counts no more."""

    intercept: float
    enough: float
    weights: Mapping[str, float]

    def chance(self, evidence: Evidence) -> float:
        """Between 0 and 1."""
        total = self.intercept + sum(weight * self.value(evidence, name) for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))

    def value(self, evidence: Evidence, name: str) -> float:
        """The number of that name, as it enters the sum."""
        value: float = getattr(evidence, name)
        return min(value, self.enough) if name == "nearest" else value


@dataclass(frozen=True)
class Answerability:
    """Both regressions: with vectors of the first hit, and while it has none. `answer`: from this chance on answer.

    `engine`: the settings of the engine it was fitted with; with others the evidence has another scale.
    """

    engine: str
    answer: float
    by_meaning: Logistic
    by_words: Logistic

    def chance(self, evidence: Evidence) -> float:
        """Chance from 0 to 1 that the first hit answers the question."""
        return (self.by_meaning if evidence.by_meaning else self.by_words).chance(evidence)


NAMES = tuple(field.name for field in fields(Evidence) if field.name != "by_meaning")
NAMES_BY_WORDS = ("words", "lead", "lead_words")


def parse(text: str) -> Answerability:
    """From TOML. Raises tomllib.TOMLDecodeError, KeyError or TypeError for anything missing, ValueError for unknown names."""
    tables: dict[str, Any] = tomllib.loads(text)
    return Answerability(
        engine=str(tables["engine"]),
        answer=float(tables["answer"]),
        by_meaning=_logistic(tables["by_meaning"], NAMES),
        by_words=_logistic(tables["by_words"], NAMES_BY_WORDS),
    )


def _logistic(table: Mapping[str, Any], names: Sequence[str]) -> Logistic:
    weights = {name: float(weight) for name, weight in table["weights"].items()}
    if unknown := weights.keys() - set(names):
        raise ValueError(f"Nothing is known of {sorted(unknown)}.")
    return Logistic(float(table["intercept"]), float(table.get("enough", 1.0)), weights)


@cache
def shipped() -> Answerability:
    """The numbers that ship."""
    return parse((DATA / "answerability.toml").read_text(encoding="utf-8"))


def fingerprint(configuration: Configuration) -> str:
    """Names the settings of an engine: eight hexadecimal digits that change with any of them."""
    return hashlib.sha256(repr(configuration).encode()).hexdigest()[:8]


def lead(values: NDArray[Any], first: int, least: float | None = None) -> float:
    """How far the value at `first` is ahead of the largest finite other one, or of `least`; 0 where there is neither."""
    others = np.delete(values, first)
    others = others[np.isfinite(others)]
    best = float(others.max()) if len(others) else least
    return float(values[first]) - best if best is not None else 0.0


def share_of_words(words: LexicalScores, part: int, document: int) -> float:
    """Share (0 to 1) of the question's words, by rarity, that are in a document; near relatives count in part."""
    total = sum(words.rarity)
    held = sum(
        rarity * float(matches[part].presence[document])
        for rarity, matches in zip(words.rarity, words.matches, strict=True)
    )
    return held / total if total > 0 else 0.0


def best_where(values: NDArray[Any], others: NDArray[Any]) -> float:
    """The largest value at a place where the others are largest (to five decimals: the order of adding changes the sixth)."""
    return float(values[others >= others.max() - _ALIKE].max())


def ahead_of_tenth(nearest: float, windows: Sequence[Float32]) -> float:
    """How far a cosine is above the tenth largest of all sentences, or above the smallest where there are fewer."""
    near = np.concatenate([part[np.isfinite(part)] for part in windows])
    place = max(0, len(near) - TENTH)
    return nearest - float(np.partition(near, place)[place])


def deviations(value: float, pages: Sequence[Float32]) -> float:
    """How many standard deviations `value` is above the mean of all finite `pages`; 0 where they do not differ."""
    known = np.concatenate([part[np.isfinite(part)] for part in pages])
    whole = np.rint(known.astype(np.float64) * _EXACT)
    mean = float(whole.mean())
    spread = math.sqrt(max(0.0, float((whole * whole).mean()) - mean * mean))
    return (value * _EXACT - mean) / spread if spread else 0.0
