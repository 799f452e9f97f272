# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Clauses of a sentence beside one line of a source: does the line say all of it?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from allmende.modules.assistant.engine.agreement import disagreement, is_conditional, units
from allmende.modules.assistant.engine.lexicon import Lexicon
from allmende.modules.assistant.engine.reading import Clause, Token, Window, key_of
from allmende.modules.assistant.engine.values import Key, Value
from allmende.modules.assistant.engine.words import Words

REACH = 4
"""Words between a thing and the value that narrows it: „Kinder unter 6 Jahren“."""
KINDS = {"duration": "number", "range": "number"}
"""Kinds of values that are mistaken for one another: „ab 16 Jahren, … ab 18“."""
NARROW = {"<", ">", ">=", "<="}

Fault = tuple[str, str]
"""Why a sentence is not supported: a name of data/support.yaml, and what was missing."""


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """The thresholds of data/support.yaml; see there."""

    most_sources: int
    most_parts: int
    topic_letters: int
    own_nouns: float
    condition: float


class Known:
    """Words and values of a stretch of text."""

    def __init__(self, lexicon: Lexicon, tokens: Iterable[Token]) -> None:
        tokens = tuple(tokens)
        self.words = Words(lexicon, tokens)
        self.keys = {key for token in tokens for key in keys_of(token)}
        self.plain = {token.value.key for token in tokens if token.value and token.value.kind == "number"}

    def hold(self, token: Token) -> bool:
        """Whether the token's value or word stands here."""
        if token.value:
            return token.value.key in self.keys or not self.plain.isdisjoint(token.value.also)
        return self.words.hold(token)

    def mention(self, token: Token) -> bool:
        """The same, and a value also where its number alone stands here: „unter 18“ for „unter 18 Jahren“."""
        return self.hold(token) or any(key in self.keys for key in keys_of(token))


def keys_of(token: Token) -> tuple[Key, ...]:
    """Under which keys the value of a token may be asked for."""
    return (token.value.key, *token.value.also) if token.value else ()


class Comparison:
    """`shared` orders the windows: weighty tokens that stand in the line itself, then small words."""

    def __init__(
        self, lexicon: Lexicon, bounds: Bounds, clauses: Sequence[Clause], window: Window, sentence: Sequence[Clause]
    ) -> None:
        self.lexicon, self.bounds, self.clauses, self.window = lexicon, bounds, clauses, window
        self.tokens = [token for clause in clauses for token in clause]
        self.own = Known(lexicon, window.tokens)
        self.near = Known(lexicon, (*window.tokens, *window.before))
        self.all = Known(lexicon, (*window.tokens, *window.context))
        self.said = Known(lexicon, self.tokens)
        self.sentence = [token for clause in sentence for token in clause]
        self.around = Known(lexicon, (*self.sentence, *window.about))
        weighty = sum(self.own.hold(token) for token in self.tokens if token.counts)
        small = {token.word for token in window.tokens if token.neutral} & {token.word for token in self.tokens}
        self.shared = weighty, len(small)

    def fault(self) -> Fault | None:
        """The first thing that is wrong; None when the line says all of it."""
        checks = (
            self._missing,
            self._values,
            self._bound,
            self._tied,
            self._agreeing,
            self._conditions,
            self._label,
            self._limits,
            self._other_things,
        )
        return next((found for check in checks if (found := check())), None)

    def outdone_by(self, other: "Comparison") -> bool:
        """Whether another labelled line fits better: „Kind ab 3 Jahren: 148 €“ and not „Kind ab 3 Jahren, Ganztagsplatz: 238 €“."""
        if not (self.window.labelled and other.window.labelled) or other.window is self.window:
            return False
        values = [token.value for token in self.window.tokens if token.value and self.said.hold(token)]
        rivals = [token for token in other.window.tokens if token.value and not self.said.mention(token)]
        alike = any(_alike(rival, value) for rival in rivals for value in values)
        return alike and other.label_is_said() and not self.label_is_said()

    def label_is_said(self) -> bool:
        """Whether the sentence says everything that stands before the colon."""
        weighty = [token for clause in self.window.head for token in clause if token.counts]
        return bool(weighty) and all(self.around.mention(token) or self._begins(token) for token in weighty)

    # --- words and values

    def _missing(self) -> Fault | None:
        """Words that the line lacks."""
        missing = [token for token in self.tokens if token.counts and not token.value and not self._spoken_of(token)]
        return ("words", ", ".join(token.word for token in missing)) if missing else None

    def _spoken_of(self, token: Token) -> bool:
        """Where the title speaks of the Bibliotheksausweis, the line may be about the Bibliothek."""
        in_title = (other.stem.startswith(token.stem) for other in self.window.about)
        return (len(token.stem) >= self.bounds.topic_letters and any(in_title)) or self.all.hold(token)

    def _values(self) -> Fault | None:
        missing = (token for token in self.tokens if token.value and not self.all.hold(token))
        return next((("value", told(token.value)) for token in missing if token.value), None)

    def _bound(self) -> Fault | None:
        """„unter 24“ is not „24“."""
        for token in self.tokens:
            if token.value is None:
                continue
            bounds = {
                other.value.bound for other in self.window.tokens if other.value and token.value.key in keys_of(other)
            }
            if bounds and token.value.bound not in bounds:
                return "bound", told(token.value)
        return None

    # --- what a value belongs to

    def _tied(self) -> Fault | None:
        """A value belongs to what stands with it, not to what stands with another value of its kind."""
        for clause in self.clauses:
            for token in clause:
                if token.value and not self._is_tied(token.value, clause):
                    return "tied_elsewhere", told(token.value)
        return None

    def _is_tied(self, value: Value, clause: Clause) -> bool:
        groups = self._groups(value)
        foreign = [group for group in groups if self._is_foreign(group, value, clause)]
        rest = Known(self.lexicon, (token for group in groups if group not in foreign for token in group))
        if not foreign or not any(_is(value, token) for group in groups if group not in foreign for token in group):
            return True
        away = Known(self.lexicon, (token for group in foreign for token in group))
        asked = [token for token in clause if token.counts and not (token.value and token.value.key == value.key)]
        only_here = sum(rest.hold(token) and not away.hold(token) for token in asked)
        only_away = sum(away.hold(token) and not rest.hold(token) for token in asked)
        return only_away == 0 or only_here > only_away

    def _groups(self, value: Value) -> list[Clause]:
        """The clauses, each with the fragments before it: „Bier, Wein und Sekt ab 16, Spirituosen und Schnaps ab 18“."""
        found: list[Clause] = []
        waiting: Clause = ()
        for clause in self.window.clauses:
            closes = any(token.word in self.lexicon.finite or _alike(token, value) for token in clause)
            waiting = waiting + clause
            if closes and key_of(clause) not in self.window.heads:
                found.append(waiting)
                waiting = ()
        return [*found, waiting] if waiting else found

    def _is_foreign(self, group: Clause, value: Value, clause: Clause) -> bool:
        """A stretch of the line with another value of this kind, of which the sentence does not speak."""
        if any(_is(value, token) for token in group):
            return False
        spoken = {token.value.key for token in clause if token.value}
        return any(_alike(token, value) and token.value and token.value.key not in spoken for token in group)

    # --- what is denied, demanded, allowed, generalised

    def _agreeing(self) -> Fault | None:
        for clause in units(self.clauses, self.lexicon):
            faults = [disagreement(clause, other, self.lexicon) for other in self._aligned(clause)]
            if faults and all(faults):
                return faults[0], ""
        return None

    def _aligned(self, clause: Clause) -> list[Clause]:
        """The units of the line that share most with this clause, and the single clauses that share as much."""
        found = self._nearest(clause, units(self.window.clauses, self.lexicon))
        single = self._nearest(clause, self.window.clauses)
        return found + [other for other in single if self._score(clause, other) >= self._score(clause, found[0])]

    def _nearest(self, clause: Clause, others: Sequence[Clause]) -> list[Clause]:
        scores = [self._score(clause, other) for other in others]
        return [other for other, score in zip(others, scores, strict=True) if score == max(scores)]

    def _score(self, clause: Clause, other: Clause) -> int:
        known = Known(self.lexicon, other)
        return sum(known.hold(token) for token in clause if token.counts)

    # --- what holds only sometimes, or for something else

    def _conditions(self) -> Fault | None:
        """What holds under a condition is not said without it. Of several conditions one is enough."""
        head = self.window.head
        if head and self._is_condition(head[0][0].word) and not self._is_said(head, 1.0, self.said):
            return "condition", _words(head)
        pairs = zip(self.window.clauses, self.window.clauses[1:], strict=False)
        inside = [clause for clause, following in pairs if is_conditional(clause, following, self.lexicon)]
        inside += [clause for clause in self.window.clauses if clause[0].word in self.lexicon.conditions]
        if inside and not self._is_said(inside, self.bounds.condition, self.around):
            return "condition", _words(inside)
        return None

    def _is_condition(self, word: str) -> bool:
        """Whether a label begins like one: „Bei Diebstahl: …“, „War die Mutter verheiratet: …“."""
        return word in self.lexicon.head_conditions or word in self.lexicon.finite

    def _is_said(self, alternatives: Sequence[Clause], share: float, spoken: Known) -> bool:
        weighty = [[token for token in clause if token.counts] for clause in alternatives]
        held = [sum(spoken.mention(token) for token in clause) / len(clause) for clause in weighty if clause]
        return not held or max(held) >= share

    def _label(self) -> Fault | None:
        """What stands under „Infostand eines Vereins: …“ is not said of every Infostand."""
        for clause in self.window.head if self.window.labelled else ():
            weighty = [token for token in clause if token.counts]
            unsaid = [token for token in weighty if not (self.around.mention(token) or self._begins(token))]
            if unsaid and len(unsaid) < len(weighty):
                return "condition", " ".join(token.word or told(token.value) for token in unsaid)
        return None

    def _begins(self, token: Token) -> bool:
        """Who says Restmülltonne has said Restmüll."""
        long = len(token.stem) >= self.bounds.topic_letters
        return long and any(other.stem.startswith(token.stem) for other in self.sentence)

    def _limits(self) -> Fault | None:
        """„auf Antrag“, „bei Überweisung“, „Vereine mit Jugendarbeit“: who leaves it out says more."""
        for clause in units(self.clauses, self.lexicon):
            faults = [
                self._limit(clause, other) for other in self._nearest(clause, units(self.window.clauses, self.lexicon))
            ]
            if faults and all(faults):
                return "condition", faults[0]
        return None

    def _limit(self, clause: Clause, other: Clause) -> str:
        places = [
            place for place, token in enumerate(other) if token.word in self.lexicon.condition_words and token.first
        ]
        cases = [[token for token in other[place:] if token.counts][:1] for place in places]
        if cases and not any(self.around.mention(token) for case in cases for token in case):
            return _words(map(tuple, cases))
        ours, theirs, all_ours = (f" {key_of(one)} " for one in (clause, other, tuple(self.sentence)))
        added = (phrase for phrase in self.lexicon.phrases if f" {phrase} " in ours and f" {phrase} " not in theirs)
        dropped = (
            phrase for phrase in self.lexicon.phrases if f" {phrase} " in theirs and f" {phrase} " not in all_ours
        )
        unsaid = (token.word or told(token.value) for token in self._limiting(other) if not self.around.mention(token))
        return next(added, "") or next(dropped, "") or next(unsaid, "")

    def _limiting(self, other: Clause) -> Iterable[Token]:
        """What narrows a thing of which the sentence speaks."""
        for place, thing in enumerate(other):
            following = next((token for token in other[place + 1 :] if token.counts), None)
            if following is None or not (thing.noun and thing.counts and self.said.hold(thing)):
                continue
            narrowed = not self.window.head and other[place + 1].word in self.lexicon.narrowing
            near = following in other[place + 1 : place + REACH]
            if narrowed or (near and following.value and following.value.bound in NARROW):
                yield following

    def _other_things(self) -> Fault | None:
        """A thing that only the title names must not take the place of those the line is about."""
        nouns = [token for token in self.tokens if token.counts and token.word and token.noun]
        if all(self.near.hold(token) for token in nouns):
            return None
        theirs = [token for token in self.window.tokens if token.counts and token.word and token.noun]
        if theirs and sum(self.said.hold(token) for token in theirs) / len(theirs) < self.bounds.own_nouns:
            return "other_things", ", ".join(token.word for token in theirs)
        return None


def _is(value: Value, token: Token) -> bool:
    """Whether the token has this value; a bare number has it, too: „ab 18“ for „ab 18 Jahren“."""
    if token.value is None:
        return False
    return value.key in keys_of(token) or (token.value.kind == "number" and token.value.key in value.also)


def _alike(token: Token, value: Value) -> bool:
    """Whether the token's value is of the same kind, or of one that is mistaken for it."""
    return token.value is not None and KINDS.get(token.value.kind, token.value.kind) == KINDS.get(
        value.kind, value.kind
    )


def told(value: Value | None) -> str:
    """A value as a person reads it."""
    return "" if value is None else " ".join(str(part) for part in (value.bound, *value.key) if part != "")


def _words(clauses: Iterable[Clause]) -> str:
    return " ".join(token.word for clause in clauses for token in clause if token.word)
