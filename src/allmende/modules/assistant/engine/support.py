# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether a sentence is supported by the sources it cites.

It is when one line of a cited source says the same: the line (with the title of its source) holds each word and value of the
sentence, the sentence says most of what the line says, and both agree in what is denied, demanded, allowed and limited. Nothing
here knows the world: what no line says is not supported, however true it is.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from allmende.modules.assistant.engine.lexicon import Lexicon
from allmende.modules.assistant.engine.reading import Clause, Line, Reader, Token, joined
from allmende.modules.assistant.engine.values import scanner
from allmende.modules.assistant.engine.words import Known, keys_of

READABLE = re.compile(r"[\w\s.,;:!?()'’\"„“”»«–—/%€§@&²³°-]+")
"""Other signs may change what a sentence says („<24“), and belong into no text for citizens."""
FAULTS = ("words", "value", "bound", "negation", "modality", "limits", "condition", "tied_elsewhere")
"""In the order in which they are looked for: the line that comes furthest says best what is wrong."""
SAME = ("some", "only", "unless", "always", "all", "should", "can", "more", "less")
"""Marks that both must have, or neither."""


@dataclass(frozen=True)
class Source:
    """What may be cited under a number."""

    number: int
    title: str
    text: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """The thresholds of data/support.yaml; see there."""

    least_said: float
    most_sources: int
    most_characters: int


class Support:
    """The sources of one answer, read once; `check` judges one sentence after the other."""

    def __init__(self, sources: Iterable[Source], lexicon: Lexicon, language: str, bounds: Bounds) -> None:
        self.lexicon, self.language, self.bounds = lexicon, language, bounds
        self.reader = Reader(lexicon, scanner(lexicon))
        self.sources = {source.number: source for source in sources}
        self._lines: dict[int, list[_Read]] = {}

    def check(self, sentence: str, cited: Sequence[int]) -> str:
        """Empty when `sentence` (without its citations) is supported by those cited, else why not: a name of data/support.yaml."""
        numbers = set(cited)
        fault = self._formal_fault(sentence, numbers)
        if fault:
            return fault
        clauses = self.reader.clauses(sentence)
        if not any(token.counts for token in joined(clauses)):
            return "says_nothing"
        lines = (line for number in sorted(numbers) for line in self.lines(number))
        reasons = [_Comparison(self, clauses, line).fault() for line in lines]
        return "" if "" in reasons else max(reasons, key=FAULTS.index, default="words")

    def _formal_fault(self, sentence: str, numbers: set[int]) -> str:
        if not numbers:
            return "no_citation"
        if len(numbers) > self.bounds.most_sources or not numbers <= self.sources.keys():
            return "unknown_source"
        if any(self.sources[number].language != self.language for number in numbers):
            return "other_language"
        readable = len(sentence) <= self.bounds.most_characters and READABLE.fullmatch(sentence)
        return "" if readable else "unreadable"

    def lines(self, number: int) -> list["_Read"]:
        """The lines of a source."""
        if number not in self._lines:
            source = self.sources[number]
            found = self.reader.lines(source.title, source.text)
            self._lines[number] = [_Read(line, self.known(line.tokens), self.known(line.in_context)) for line in found]
        return self._lines[number]

    def known(self, tokens: Iterable[Token]) -> Known:
        """What stands in a stretch of text."""
        return Known(self.lexicon, tokens)


@dataclass(frozen=True)
class _Read:
    """A line of a source: what stands in it, and what does with its title and the sentence before it."""

    line: Line
    own: Known
    in_context: Known


class _Comparison:
    """A sentence beside one line."""

    def __init__(self, support: Support, clauses: Sequence[Clause], read: _Read) -> None:
        self.known, self.lexicon, self.bounds = support.known, support.lexicon, support.bounds
        self.clauses, self.tokens = clauses, joined(clauses)
        self.line, self.own, self.in_context = read.line, read.own, read.in_context

    @cached_property
    def said(self) -> Known:
        """What the sentence says, the title of the source included."""
        return self.known((*self.tokens, *self.line.about))

    def fault(self) -> str:
        """The first thing that is wrong; empty when the line says the same."""
        checks = (self._words, self._values, self._agreement, self._rest, self._ties)
        return next((found for check in checks if (found := check())), "")

    def _words(self) -> str:
        """Each word stands in the line, in its title or in the sentence before it."""
        return (
            ""
            if all(self.in_context.hold(token) for token in self.tokens if token.counts and not token.value)
            else "words"
        )

    def _values(self) -> str:
        """Each value stands in the line, with the same bound: „unter 24“ is not „24“."""
        for token in self.tokens:
            if token.value is None:
                continue
            if not self.own.hold(token):
                return "value"
            like = (other.value for other in self.line.tokens if other.value and token.value.key in keys_of(other))
            bounds = {value.bound for value in like}
            if bounds and token.value.bound not in bounds:
                return "bound"
        return ""

    def _agreement(self) -> str:
        """Both deny, demand, allow and limit the same."""
        ours, theirs = _marks(self.tokens), _marks(self.line.tokens)
        if not _same_denials(ours, theirs):
            return "negation"
        demanded = theirs["must"] or not (theirs["can"] or theirs["should"])  # „Melden Sie …“ demands, too
        if ours["must"] != theirs["must"] and not (ours["must"] and demanded):
            return "modality"
        same = all(bool(ours[mark]) == bool(theirs[mark]) for mark in SAME)
        said = [self._phrases(tokens) for tokens in (self.tokens, self.line.tokens)]
        return "" if same and said[0] == said[1] else "limits"

    def _phrases(self, tokens: Iterable[Token]) -> set[str]:
        """„auf Antrag“, „in der Regel“."""
        text = f" {' '.join(token.word for token in tokens if token.word)} "
        return {phrase for phrase in self.lexicon.phrases if f" {phrase} " in text}

    def _rest(self) -> str:
        """The sentence leaves out little of the line, and nothing that stands before its colon („Bei Diebstahl: …“)."""
        if not all(self._mentions(token) for token in self.line.head if token.counts):
            return "condition"
        weighty = [token for token in self.line.tokens if token.counts]
        return "" if sum(map(self._mentions, weighty)) >= self.bounds.least_said * len(weighty) else "condition"

    def _mentions(self, token: Token) -> bool:
        """Whether the sentence has the token; a value also where its number alone stands: „unter 18“ for „unter 18 Jahren“."""
        return self.said.hold(token) or any(key in self.said.keys for key in keys_of(token))

    def _ties(self) -> str:
        """What stands with a value in the sentence stands with it in the line, and not with another of its kind."""
        stretches = _stretches(self.line.clauses)
        for ours in _stretches(self.clauses) if len(stretches) > 1 else ():
            values = [token for token in ours if token.value]
            if not values:
                continue
            holding = [stretch for stretch in stretches if all(map(self.known(stretch).hold, values))]
            here = self.known(joined(holding))
            away = self.known(joined(stretch for stretch in stretches if stretch not in holding))
            if not holding or any(away.hold(token) and not here.hold(token) for token in ours if token.counts):
                return "tied_elsewhere"
        return ""


def _same_denials(ours: Counter[str], theirs: Counter[str]) -> bool:
    """As many denials in both; where both speak of money, „kostenlos“ denies and „nicht kostenlos“ does not."""
    if all(marks["free"] + marks["cost"] for marks in (ours, theirs)):
        return (ours["not"] + ours["free"] - theirs["not"] - theirs["free"]) % 2 == 0
    return ours["not"] == theirs["not"]


def _marks(tokens: Iterable[Token]) -> Counter[str]:
    return Counter(mark for token in tokens for mark in token.marks)


def _stretches(clauses: Iterable[Clause]) -> list[Clause]:
    """Clauses put together as long as no kind of value comes twice."""
    found: list[Clause] = []
    kinds: set[str] = set()
    for clause in clauses:
        more = {token.value.kind for token in clause if token.value}
        if not found or more & kinds:
            found.append(())
            kinds = set()
        found[-1] += clause
        kinds |= more
    return found
