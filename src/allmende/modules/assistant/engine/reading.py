# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From text to tokens, clauses and windows: the sentences and lines of a source that may support a sentence."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from allmende.modules.assistant.engine.lexicon import Lexicon, fold
from allmende.modules.assistant.engine.values import Scanner, Value

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*(?:-(?![^\W\d_]))?")
BREAK = re.compile(r"[,;:)–—]|\s-\s")
ENDED = re.compile(r"(?<=[.!?])[\"“»)]*\s+(?=[A-ZÄÖÜ„»\"(§\d–-])|(?<=;)\s+")
LAST = re.compile(r"([^\W\d_]+|(?<!\d)\d{1,2})\.[\"“»)]*$")
ITEM = re.compile(r"\s*(?:\d{1,2}\.|[-*•])\s")
MARKER = re.compile(r"^\s*(?:\(\d+\)|\d{1,2}[.)]|[-*•])\s+")
BOUNDED = {"money", "percent", "date", "time", "times", "duration", "range", "number"}
"""Kinds of values that „unter“ or „bis“ can bound."""
POINTING = 4
"""Words at the beginning of a sentence that may point back."""
COLON = re.compile(r":\s+")


@dataclass(frozen=True)
class Token:
    """A word or a value. `word` is folded; `noun` where it is written like one.

    `open` is the first half of „Geburts- oder“, `first` begins its clause.
    """

    word: str = ""
    stem: str = ""
    noun: bool = False
    open: bool = False
    neutral: bool = False
    particle: bool = False
    marks: frozenset[str] = frozenset()
    value: Value | None = None
    first: bool = False

    @property
    def counts(self) -> bool:
        """Whether it must be supported."""
        return self.value is not None or not self.neutral


Clause = tuple[Token, ...]


def key_of(clause: Clause) -> str:
    """A clause as text, for comparison."""
    return " ".join(token.word or str(token.value and token.value.key) for token in clause)


@dataclass(frozen=True)
class Window:
    """A sentence or line of a source. `about`: the title's tokens, `before`: those of the line that leads to it.

    `head`: its part before a colon, alternatives apart; `labelled`: „Kosten: Erster Hund: 96 €“, three parts.
    """

    text: str
    clauses: tuple[Clause, ...]
    about: Clause = ()
    before: Clause = ()
    head: tuple[Clause, ...] = ()
    labelled: bool = False

    @property
    def tokens(self) -> Clause:
        """All its own tokens."""
        return tuple(token for clause in self.clauses for token in clause)

    @property
    def context(self) -> Clause:
        """What it may be read with."""
        return self.about + self.before

    @property
    def heads(self) -> frozenset[str]:
        """The alternatives of its head, as `key_of`."""
        return frozenset(map(key_of, self.head))


@dataclass(frozen=True)
class Reader:
    """Reads texts of one language."""

    lexicon: Lexicon
    scanner: Scanner

    def clauses(self, text: str) -> tuple[Clause, ...]:
        """The clauses of one sentence, without empty ones."""
        found = [clause for clause in _split(self._tokens(text), self.lexicon) if clause]
        light = any(token.word in self.lexicon.light for clause in found for token in clause)
        return tuple(self._ended(clause, light) for clause in found)

    def sentences(self, line: str) -> list[str]:
        """The sentences of one line. Ordinal numbers and known abbreviations end none."""
        found: list[str] = []
        for piece in ENDED.split(line):
            if found and self._goes_on(found[-1]):
                found[-1] = f"{found[-1]} {piece}"
            elif piece.strip():
                found.append(piece.strip())
        return [part for sentence in found for part in self._contrasted(sentence)]

    def _contrasted(self, sentence: str) -> list[str]:
        """„im Bürgerbüro sofort, sonst fünf Tage“ are two."""
        parts = [""]
        for piece in re.split(r"(,\s+)", sentence):
            first = WORD.match(piece)
            if first and fold(first.group()) in self.lexicon.contrasts:
                parts.append("")
            parts[-1] += piece
        return [part.strip(" ,") for part in parts if part.strip(" ,")]

    def windows(self, title: str, text: str) -> list[Window]:
        """The windows of a source: every sentence with its title, a list item with the line that leads to it."""
        about = tuple(token for clause in self.clauses(title) for token in clause)
        found: list[Window] = []
        lead: tuple[Clause, ...] = ()
        for line in filter(str.strip, text.splitlines()):
            item = ITEM.match(line) is not None
            windows = self._line(MARKER.sub("", line), about, lead if item else ())
            found += windows
            lead = lead if item else tuple(clause for window in windows for clause in window.clauses)
        return found

    def _line(self, line: str, about: Clause, lead: tuple[Clause, ...]) -> list[Window]:
        """The windows of a line; those of a list item have the clauses of the line that leads to it."""
        found: list[Window] = []
        before: Clause = ()
        for sentence in self.sentences(line):
            goes_on = bool(found) and found[-1].text.endswith(";")
            window = self._window(sentence, about, before if goes_on else self._before(sentence, before), lead)
            found.append(window)
            before = window.tokens
        return found

    def _window(self, sentence: str, about: Clause, before: Clause, lead: tuple[Clause, ...]) -> Window:
        parts = COLON.split(sentence, maxsplit=2)
        head = parts[-2] if len(parts) > 1 else ""
        return Window(
            text=sentence,
            clauses=lead + self.clauses(sentence),
            about=about,
            before=tuple(token for token in before if token.word),
            head=self.clauses(head),
            labelled=len(parts) > 2,
        )

    def _before(self, sentence: str, before: Clause) -> Clause:
        """The sentence before, where this one begins with a word that points back to it or takes one up."""
        written = WORD.findall(sentence)[:POINTING]
        words = [fold(word) for word in written if word not in self.lexicon.addresses]
        stems = [self.lexicon.stem(word) for word in words]
        known = {token.stem for token in before if token.noun}
        groups = {number for token in before if token.counts for number in self.lexicon.same(token.stem)}
        points = any(word in self.lexicon.anaphors for word in words) or any(
            stem in known or self.lexicon.same(stem) & groups for stem in stems
        )
        return before if points else ()

    def _goes_on(self, piece: str) -> bool:
        match = LAST.search(piece)
        return match is not None and (match[1].isdigit() or fold(match[1]) in self.lexicon.abbreviations)

    def _ended(self, clause: Clause, light: bool) -> Clause:
        """A particle at the end belongs to the verb, „melden … an“; it says nothing where the verb does not: „bringen … mit“."""
        clause = (replace(clause[0], first=True), *clause[1:])
        last = clause[-1]
        if last.word in self.lexicon.particles and len(clause) > 1:
            return (*clause[:-1], replace(last, particle=True, neutral=light))
        return clause

    def _tokens(self, text: str) -> list[Token | None]:
        """Tokens in order; None where a sign breaks the sentence."""
        found: list[Token | None] = []
        place = 0
        for begin, end, values in self.scanner.find(text):
            found += self._words(text, place, begin)
            bound = self._bound(found)
            found += [Token(value=replace(value, bound=bound if value.kind in BOUNDED else "")) for value in values]
            place = end
        found += self._words(text, place, len(text))
        return _bounded_after(found, self.lexicon)

    def _words(self, text: str, begin: int, end: int) -> list[Token | None]:
        found: list[Token | None] = []
        place = begin
        for match in WORD.finditer(text, begin, end):
            if BREAK.search(text, place, match.start()):
                found.append(None)
            first = not text[: match.start()].strip(' („"') and self._addresses(text[match.end() :])
            found.append(self._word(match.group(), first=first))
            place = match.end()
        if BREAK.search(text, place, end):
            found.append(None)
        return found

    def _word(self, written: str, *, first: bool) -> Token:
        word = fold(written.rstrip("-"))
        lexicon = self.lexicon
        return Token(
            word=word,
            stem=lexicon.stem(word),
            noun=written[0].isupper() and not first,
            open=written.endswith("-"),
            neutral=word in lexicon.neutral,
            marks=lexicon.marks.get(word, frozenset()),
        )

    def _addresses(self, rest: str) -> bool:
        """Whether a sentence begins with a verb: „Melden Sie …“."""
        following = WORD.search(rest)
        return following is not None and fold(following.group()) in self.lexicon.pronouns

    def _bound(self, before: Sequence[Token | None]) -> str:
        words: list[str] = []
        for token in reversed(before):
            if token is None or token.value is not None or len(words) == 5:
                break
            words.insert(0, token.word)
        while words:
            for length in (3, 2, 1):
                found = self.lexicon.bounds.get(tuple(words[-length:])) if len(words) >= length else None
                if found:
                    return found
            if words[-1] not in self.lexicon.fillers:
                return ""
            words.pop()
        return ""


def _bounded_after(tokens: list[Token | None], lexicon: Lexicon) -> list[Token | None]:
    """A bound may stand behind its value: „80 cm oder mehr“."""
    for place, token in enumerate(tokens):
        if token is None or token.value is None or token.value.bound:
            continue
        behind = [following.word for following in tokens[place + 1 : place + 4] if following is not None]
        for skipped in (0, 1):
            for length in (2, 1):
                found = lexicon.bounds_after.get(tuple(behind[skipped : skipped + length]))
                if found and len(behind) >= skipped + length:
                    tokens[place] = replace(token, value=replace(token.value, bound=found))
    return tokens


def _split(tokens: Sequence[Token | None], lexicon: Lexicon) -> list[Clause]:
    """Clauses: broken at signs and at words that join, but not inside „Geburts- oder Eheurkunde“."""
    found: list[Clause] = []
    clause: list[Token] = []
    for token in tokens:
        joins = token is not None and token.word in lexicon.joins and not (clause and clause[-1].open)
        if token is None or joins:
            found.append(tuple(clause))
            clause = []
        else:
            clause.append(token)
    return [*found, tuple(clause)]
