# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The engine's numbers and word lists, read from the room's data folder."""

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

DATA = files("allmende.kernel.search") / "data"


@dataclass(frozen=True)
class Chunking:
    """Lengths in characters; `version` names this way of cutting."""

    version: int
    passage_chars: int
    window_chars: int
    window_overlap: int
    page_chars: int


@dataclass(frozen=True)
class Lexical:
    """BM25 and the relatedness of words; all without unit."""

    k1: float
    b: float
    similarity: float
    compound: float
    power: float
    relatives: int
    synonym: float


@dataclass(frozen=True)
class Dense:
    """Comparison of meaning."""

    centring: float


@dataclass(frozen=True)
class Fusion:
    """Weights of the three kinds of evidence (they add up to 1) and the numbers of documents that take part.

    `keywords`: a text of at most so many words that is no question consists of key words; then `keywords_lexical` is the
    weight of the words.
    """

    candidates: int
    compared: int
    lexical: float
    sentences: float
    pages: float
    keywords: int
    keywords_lexical: float
    passage_lexical: float

    def of_keywords(self) -> "Fusion":
        """The weights for key words: sentences and pages share what the words leave as they share it in a question."""
        rest = (1 - self.keywords_lexical) / (self.sentences + self.pages)
        return replace(self, lexical=self.keywords_lexical, sentences=rest * self.sentences, pages=rest * self.pages)


@dataclass(frozen=True)
class Configuration:
    """Everything that can be set about the engine."""

    chunking: Chunking
    lexical: Lexical
    dense: Dense
    fusion: Fusion


def parse(text: str) -> Configuration:
    """A configuration from TOML. Raises tomllib.TOMLDecodeError, KeyError or TypeError for anything unknown or missing."""
    tables: dict[str, dict[str, Any]] = tomllib.loads(text)
    return Configuration(
        chunking=Chunking(**tables["chunking"]),
        lexical=Lexical(**tables["lexical"]),
        dense=Dense(**tables["dense"]),
        fusion=Fusion(**tables["fusion"]),
    )


@cache
def default() -> Configuration:
    """The configuration that ships."""
    return parse((DATA / "engine.toml").read_text(encoding="utf-8"))


@cache
def word_list(name: str) -> frozenset[str]:
    """The words of `data/<name>.txt`: separated by white space, lines with # are comments."""
    lines = (DATA / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
