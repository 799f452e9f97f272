# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What to do with what the search found: answer, ask back, or say that there is nothing.

Thresholds are data (data/decision.yaml); each rule below is one sentence about evidence.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

ANSWERED = "answered"
CLARIFICATION = "clarification"
NO_SOURCE = "no_source"
OUT_OF_SCOPE = "out_of_scope"
SERVICES = "services"
MOST_OPTIONS = 4
SHORTEST_STEM = 4
ENDING = 2
"""Characters of a German ending that is left out when a word is looked for in a name: Steuern, steuer."""


@dataclass(frozen=True)
class Candidate:
    """A subject that was found: `score` from 0 to 1 within this search, `terms` its folded name and synonyms.

    `opposed`: it is the opposite of what was asked, to deregister instead of to register.
    """

    subject: str
    collection: str
    score: float
    terms: Collection[str]
    opposed: bool = False


@dataclass(frozen=True)
class Evidence:
    """All that is known about a question.

    `words`: its folded words that carry meaning, in order. `topic`: those of them that name the thing it is about.
    `confidence` from 0 to 1: that the first hit is right.
    `foreignness`: cosine with the nearest example of a matter of no town hall, less the cosine with the nearest service.
    `unknown_year`: it asks about a year that the best source does not mention. `by_words`: the first hit has no vectors yet,
    so only its words speak for it.
    """

    words: Sequence[str]
    candidates: Sequence[Candidate]
    confidence: float
    foreignness: float
    topic: Sequence[str] = ()
    unknown_year: bool = False
    by_words: bool = False


@dataclass(frozen=True)
class Decision:
    """How to answer. `subjects`: the one that answers and then its alternatives, or those to choose from.

    `close`: those of the alternatives that are as good as the one that answers, and not the opposite of what was asked; a sure
    answer offers them, too.
    """

    status: str
    subjects: tuple[str, ...] = ()
    sure: bool = True
    close: tuple[str, ...] = ()


def decide(evidence: Evidence, bounds: Mapping[str, float]) -> Decision:
    """Choose the status. `bounds` are the thresholds of data/decision.yaml."""
    if not evidence.candidates or not evidence.words:
        return Decision(NO_SOURCE)
    choices = rivals(evidence, bounds)
    if len(choices) > 1:
        return Decision(CLARIFICATION, choices)
    doubtful = evidence.by_words or evidence.confidence < bounds["not_foreign"]
    if evidence.foreignness > bounds["foreignness"] and doubtful and not _called(evidence):
        return Decision(OUT_OF_SCOPE)
    if evidence.confidence < _least(evidence, bounds):
        return Decision(NO_SOURCE)
    first, *others = _in_order(evidence)
    sure = evidence.confidence >= bounds["sure_by_words" if evidence.by_words else "sure"] and not first.opposed
    subjects = (first.subject, *_behind(first, others, bounds["rival_distance"]))
    fitting = [] if len(_called(evidence)) == 1 else [other for other in others if not other.opposed]
    close = _behind(first, fitting, bounds["close_distance"])
    return Decision(ANSWERED, subjects, sure=sure, close=close)


def _least(evidence: Evidence, bounds: Mapping[str, float]) -> float:
    """The confidence below which nothing is answered."""
    if evidence.unknown_year:
        return bounds["confidence_for_years"]
    return bounds["confidence_by_words" if evidence.by_words else "confidence"]


def rivals(evidence: Evidence, bounds: Mapping[str, float]) -> tuple[str, ...]:
    """Services that a short question fits equally well: none or several are called just so, and none is far ahead."""
    if len(evidence.words) > bounds["short_question_words"]:
        return ()
    called = _called(evidence)
    if len(called) == 1:
        return ()
    services = [candidate for candidate in evidence.candidates if candidate.collection == SERVICES]
    fitting = called or [candidate for candidate in services if _holds(candidate, evidence.words)]
    close = [candidate for candidate in fitting if candidate.score >= fitting[0].score - bounds["rival_distance"]]
    return tuple(candidate.subject for candidate in close[:MOST_OPTIONS])


def _called(evidence: Evidence) -> list[Candidate]:
    """Services with a name or synonym that is just the topic."""
    phrase = " ".join(evidence.topic)
    return [
        candidate for candidate in evidence.candidates if candidate.collection == SERVICES and phrase in candidate.terms
    ]


def _holds(candidate: Candidate, words: Sequence[str]) -> bool:
    """Whether one name or synonym holds all words, endings aside."""
    return any(all(_stem(word) in term for word in words) for term in candidate.terms)


def held_by(said: Collection[str], words: Sequence[str]) -> bool:
    """Whether each of these words, at least one, begins a word that was said, endings aside."""
    return bool(words) and all(any(one.startswith(_stem(word)) for one in said) for word in words)


def _stem(word: str) -> str:
    return word[: max(SHORTEST_STEM, len(word) - ENDING)]


def _in_order(evidence: Evidence) -> list[Candidate]:
    """The candidates, best first. The one that is called just so goes before all."""
    called = _called(evidence)
    if len(called) != 1:
        return list(evidence.candidates)
    return [called[0], *(other for other in evidence.candidates if other is not called[0])]


def _behind(first: Candidate, others: Sequence[Candidate], distance: float) -> tuple[str, ...]:
    """The services that are at most so far behind the first."""
    services = [other for other in others if other.collection == SERVICES and other.score >= first.score - distance]
    return tuple(other.subject for other in services[: MOST_OPTIONS - 1])
