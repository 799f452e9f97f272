# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From text to clauses of tokens, and from a source to its lines: the sentences that may support a sentence."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from allmende.modules.assistant.engine.lexicon import Lexicon, fold
from allmende.modules.assistant.engine.values import Scanner, Value

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
BREAK = re.compile(r"[,;:)–—]|\s-\s")
ENDED = re.compile(r"(?<=[.!?])[\"“»)]*\s+(?=[A-ZÄÖÜ„»\"(§\d–-])|(?<=;)\s+")
LAST = re.compile(r"([^\W\d_]+|(?<!\d)\d{1,2})\.[\"“»)]*$")
MARKER = re.compile(r"^\s*(?:\(\d+\)|\d{1,2}[.)]|[-*•])\s+")
COLON = re.compile(r":\s+")
BOUNDED = {"money", "percent", "date", "time", "times", "duration", "range", "number"}
"""Kinds of values that „unter“ or „bis“ can bound."""
BOUND_WORDS = 5
"""Words before a value among which its bound is looked for."""


@dataclass(frozen=True)
class Token:
    """A word or a value. `word` is folded; `noun` where it is written like one; a `neutral` one needs no support."""

    word: str = ""
    stem: str = ""
    noun: bool = False
    neutral: bool = False
    particle: bool = False
    marks: frozenset[str] = frozenset()
    value: Value | None = None

    @property
    def counts(self) -> bool:
        """Whether it must be supported."""
        return self.value is not None or not self.neutral


Clause = tuple[Token, ...]


@dataclass(frozen=True)
class Line:
    """A sentence or line of a source. `about`: the tokens of its title, `before`: the words of the sentence before it on the same line
    of the source, `head`: what stands before its last colon.
    """

    clauses: tuple[Clause, ...]
    about: Clause
    before: Clause
    head: Clause

    @property
    def tokens(self) -> Clause:
        """All its own tokens."""
        return joined(self.clauses)

    @property
    def in_context(self) -> Clause:
        """The same with what it may be read with."""
        return (*self.tokens, *self.about, *self.before)


def joined(clauses: Iterable[Clause]) -> Clause:
    """The tokens of several clauses."""
    return tuple(token for clause in clauses for token in clause)


@dataclass(frozen=True)
class Reader:
    """Reads texts of one language."""

    lexicon: Lexicon
    scanner: Scanner

    def clauses(self, text: str) -> tuple[Clause, ...]:
        """The clauses of one sentence, broken at signs and at words that join, without empty ones."""
        found: list[list[Token]] = [[]]
        for token in self._tokens(text):
            if token is None or token.word in self.lexicon.joins:
                found.append([])
            else:
                found[-1].append(token)
        return tuple(self._with_particle(clause) for clause in found if clause)

    def lines(self, title: str, text: str) -> list[Line]:
        """The lines of a source, each with its title; a question asserts nothing."""
        about = joined(self.clauses(title))
        found: list[Line] = []
        for line in text.splitlines():
            before: Clause = ()
            for sentence in self.sentences(MARKER.sub("", line)):
                clauses = self.clauses(sentence)
                if not sentence.endswith("?"):
                    found.append(Line(clauses, about, before, self._head(sentence)))
                before = tuple(token for token in joined(clauses) if token.word)
        return found

    def sentences(self, line: str) -> list[str]:
        """The sentences of one line. Ordinal numbers and known abbreviations end none."""
        found: list[str] = []
        for piece in ENDED.split(line):
            if found and self._goes_on(found[-1]):
                found[-1] = f"{found[-1]} {piece}"
            elif piece.strip():
                found.append(piece.strip())
        return found

    def _head(self, sentence: str) -> Clause:
        """„Erster Hund“ of „Kosten: Erster Hund: 96 €“."""
        parts = COLON.split(sentence, maxsplit=2)
        return joined(self.clauses(parts[-2])) if len(parts) > 1 else ()

    def _goes_on(self, piece: str) -> bool:
        match = LAST.search(piece)
        return match is not None and (match[1].isdigit() or fold(match[1]) in self.lexicon.abbreviations)

    def _with_particle(self, clause: list[Token]) -> Clause:
        """A particle at the end belongs to the verb: „melden … an“."""
        if clause[-1].word in self.lexicon.particles and len(clause) > 1:
            return (*clause[:-1], replace(clause[-1], particle=True, neutral=False))
        return tuple(clause)

    def _tokens(self, text: str) -> list[Token | None]:
        """Tokens in order; None where a sign breaks the sentence."""
        found: list[Token | None] = []
        place = 0
        for begin, end, values in self.scanner.find(text):
            found += self._words(text, place, begin)
            bound = self._bound(found)
            found += [Token(value=replace(value, bound=bound if value.kind in BOUNDED else "")) for value in values]
            place = end
        return found + self._words(text, place, len(text))

    def _words(self, text: str, begin: int, end: int) -> list[Token | None]:
        found: list[Token | None] = []
        place = begin
        for match in WORD.finditer(text, begin, end):
            if BREAK.search(text, place, match.start()):
                found.append(None)
            found.append(self._word(match.group()))
            place = match.end()
        if BREAK.search(text, place, end):
            found.append(None)
        return found

    def _word(self, written: str) -> Token:
        word = fold(written)
        return Token(
            word=word,
            stem=self.lexicon.stem(word),
            noun=written[0].isupper(),
            neutral=word in self.lexicon.neutral,
            marks=self.lexicon.marks.get(word, frozenset()),
        )

    def _bound(self, before: Sequence[Token | None]) -> str:
        """How the value behind these tokens is bounded: „unter“ of „unter den“; empty when it is not."""
        words: list[str] = []
        for token in reversed(before[-BOUND_WORDS:]):
            if token is None or token.value is not None:
                break
            words.insert(0, token.word)
        while words:
            for length in (3, 2, 1):
                if found := self.lexicon.bounds.get(tuple(words[-length:])):
                    return found
            if words.pop() not in self.lexicon.fillers:
                break
        return ""
