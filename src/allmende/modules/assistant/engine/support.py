# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether a sentence is supported by the sources it cites.

It is, when one sentence or line of a cited source says all of it; else when each of its clauses has such a line. A line says it
when it holds its words and values, ties each value to the same things, and agrees in what is denied, demanded, allowed and under
which conditions. Nothing here knows the world: what the sources do not say is not supported, however true it is.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from allmende.modules.assistant.engine.agreement import is_conditional
from allmende.modules.assistant.engine.comparing import Bounds, Comparison, Known, told
from allmende.modules.assistant.engine.lexicon import Lexicon
from allmende.modules.assistant.engine.reading import Clause, Reader, Window
from allmende.modules.assistant.engine.values import scanner

__all__ = ["Bounds", "Source", "Support", "Verdict"]

PARTS = re.compile(r";\s+")
DIVISIBLE = {"words", "value"}
"""Where a line does not say everything, its clauses may stand in several; where it says otherwise, they may not."""


@dataclass(frozen=True)
class Source:
    """What may be cited under a number."""

    number: int
    title: str
    text: str
    language: str


@dataclass(frozen=True)
class Verdict:
    """Whether a sentence is supported; else `reason` is a name of data/support.yaml and `detail` what was missing."""

    supported: bool
    reason: str = ""
    detail: str = ""


SUPPORTED = Verdict(supported=True)


class Support:
    """The sources of one answer, read once; `check` judges one sentence after the other."""

    def __init__(self, sources: Iterable[Source], lexicon: Lexicon, language: str, bounds: Bounds) -> None:
        self.lexicon, self.language, self.bounds = lexicon, language, bounds
        self.reader = Reader(lexicon, scanner(lexicon))
        self.sources = {source.number: source for source in sources}
        self._windows: dict[int, list[Window]] = {}

    def check(self, sentence: str, cited: Sequence[int]) -> Verdict:
        """`sentence` without its citations, `cited` their numbers."""
        numbers = list(dict.fromkeys(cited))
        if not numbers:
            return Verdict(supported=False, reason="no_citation")
        if len(numbers) > self.bounds.most_sources or not self.sources.keys() >= set(numbers):
            return Verdict(supported=False, reason="unknown_source", detail=", ".join(map(str, numbers)))
        if any(self.sources[number].language != self.language for number in numbers):
            return Verdict(supported=False, reason="other_language")
        windows = [window for number in numbers for window in self.windows(number)]
        verdicts = (self._part(part, windows) for part in PARTS.split(sentence) if part.strip())
        return next((verdict for verdict in verdicts if not verdict.supported), SUPPORTED)

    def windows(self, number: int) -> list[Window]:
        """The sentences and lines of a source; a question asserts nothing."""
        if number not in self._windows:
            source = self.sources[number]
            found = self.reader.windows(source.title, source.text)
            self._windows[number] = [window for window in found if not window.text.endswith("?")]
        return self._windows[number]

    def _part(self, part: str, windows: Sequence[Window]) -> Verdict:
        clauses = self.reader.clauses(part)
        weighty = [clause for clause in clauses if any(token.counts for token in clause)]
        if not weighty:
            return Verdict(supported=False, reason="says_nothing")
        unknown = self._unknown_value(clauses, windows)
        if unknown:
            return Verdict(supported=False, reason="value", detail=unknown)
        whole = self._best(clauses, windows, clauses)
        if whole.reason not in DIVISIBLE or len(clauses) > self.bounds.most_parts or self._is_one(clauses):
            return whole
        verdicts = (self._best([clause], windows, clauses) for clause in weighty)
        return next((verdict for verdict in verdicts if not verdict.supported), SUPPORTED)

    def _unknown_value(self, clauses: Sequence[Clause], windows: Sequence[Window]) -> str:
        """A value that stands nowhere in the cited sources; empty without one."""
        known = Known(self.lexicon, (token for window in windows for token in (*window.tokens, *window.context)))
        values = (token for clause in clauses for token in clause if token.value)
        return next((told(token.value) for token in values if not known.hold(token)), "")

    def _is_one(self, clauses: Sequence[Clause]) -> bool:
        """Whether its clauses may not be judged one by one: a condition, also with the verb first („Sind Sie …, gilt …“)."""
        if len(clauses) == 1 or any(clause[0].word in self.lexicon.conditions for clause in clauses):
            return True
        return is_conditional(clauses[0], clauses[1], self.lexicon)

    def _best(self, clauses: Sequence[Clause], windows: Sequence[Window], whole: Sequence[Clause]) -> Verdict:
        """The verdict of the lines that share most with these clauses of the sentence `whole`."""
        compared = [Comparison(self.lexicon, self.bounds, clauses, window, whole) for window in windows]
        most = max((one.shared for one in compared), default=(0, 0))
        nearest = [one for one in compared if one.shared == most]
        faults = [one.fault() for one in nearest]
        if not faults:
            return Verdict(supported=False, reason="words")
        saying = [one for one, fault in zip(nearest, faults, strict=True) if fault is None]
        if not saying:
            reason, detail = next(fault for fault in faults if fault)
            return Verdict(supported=False, reason=reason, detail=detail)
        if all(any(one.outdone_by(other) for other in compared) for one in saying):
            return Verdict(supported=False, reason="tied_elsewhere")
        return SUPPORTED
