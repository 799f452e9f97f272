# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From a question to ranked documents: filter, score both ways, bring together, say how sure."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from allmende.kernel.search.engine import answerability, dense, lexical
from allmende.kernel.search.engine.answerability import Evidence
from allmende.kernel.search.engine.configuration import Configuration, Fusion, default
from allmende.kernel.search.engine.dense import DenseScores
from allmende.kernel.search.engine.index import Part, Snapshot
from allmende.kernel.search.engine.lexical import Floats, LexicalScores, Wanted
from allmende.kernel.search.engine.segment import Mask, Scope
from allmende.kernel.search.engine.vectors import Float32

PASSAGES = 3
"""How many passages of a document are named."""

LEAST_SPREAD = 0.02
"""A difference of cosines that still says something about the order."""


@dataclass(frozen=True)
class Question:
    """What is asked. `vector`: (384,) of length 1, or None to search by words alone. `day`: date.toordinal of "as of".

    `keywords`: it is no sentence but a few key words.
    """

    words: Sequence[Wanted]
    vector: Float32 | None
    day: int
    keywords: bool = False


@dataclass(frozen=True)
class RankedPassage:
    """Passage number `position` of its document; `score` from 0 to 1."""

    position: int
    score: float


@dataclass(frozen=True)
class RankedDocument:
    """A found document; ranks count from 1 among all documents in scope, None where that way of searching found nothing."""

    key: str
    score: float
    lexical_rank: int | None
    dense_rank: int | None
    passages: tuple[RankedPassage, ...]


@dataclass(frozen=True)
class Ranking:
    """The best documents, best first. `confidence`: chance from 0 to 1 that the first one answers, and its `evidence`."""

    documents: tuple[RankedDocument, ...]
    agreement: bool
    confidence: float
    evidence: Evidence | None = None


@dataclass(frozen=True)
class _Candidates:
    """Columns over the documents compared in full; dense evidence is -inf where a document has no vectors yet."""

    parts: NDArray[np.int64]
    documents: NDArray[np.int64]
    keys: list[str]
    lexical: Floats
    sentences: Floats
    pages: Floats
    dense: Floats
    fused: Floats


EMPTY = Ranking((), agreement=False, confidence=0.0)


def search(
    snapshot: Snapshot,
    question: Question,
    allows: Callable[[Scope], bool],
    k: int,
    configuration: Configuration | None = None,
) -> Ranking:
    """The `k` best documents among those whose scope `allows` and that are valid on the question's day."""
    settings = configuration or default()
    fusion = settings.fusion.of_keywords() if question.keywords else settings.fusion
    scopes = [number for number, scope in enumerate(snapshot.scopes) if allows(scope)]
    allowed = [_allowed(part, scopes, len(snapshot.scopes), question.day) for part in snapshot.parts]
    if not any(mask.any() for mask in allowed):
        return EMPTY
    words = lexical.score(snapshot.parts, allowed, question.words, settings.lexical)
    meaning = None
    if question.vector is not None:
        query = dense.centred(question.vector, snapshot, scopes, settings.dense.centring)
        meaning = _meaning(snapshot.parts, allowed, words, query, fusion.compared)
    candidates = _candidates(snapshot.parts, allowed, words, meaning, fusion)
    order = sorted(range(len(candidates.keys)), key=lambda i: (-candidates.fused[i], candidates.keys[i]))
    ranks = _Ranks(allowed, words, meaning, fusion)
    found = tuple(_document(candidates, i, snapshot.parts, words, meaning, ranks, fusion) for i in order[:k])
    agreement = bool(found) and found[0].lexical_rank == found[0].dense_rank == 1
    evidence = _evidence(candidates, order, snapshot.parts, words, meaning)
    chance = answerability.shipped().chance(evidence) if evidence else 0.0
    return Ranking(found, agreement, chance, evidence)


def _meaning(
    parts: Sequence[Part], allowed: Sequence[Mask], words: LexicalScores, query: Float32, compared: int
) -> DenseScores:
    """Pages of all allowed documents, sentences of the `compared` nearest by pages and the `compared` best by words."""
    pages = dense.pages(parts, allowed, query)
    mask = np.concatenate(list(allowed))
    if mask.sum() > compared:
        by_pages, by_words = np.concatenate(pages), np.concatenate(words.documents)
        mask = _top(by_pages, mask & np.isfinite(by_pages), compared) | _top(by_words, mask & (by_words > 0), compared)
    windows = dense.windows(parts, np.split(mask, np.cumsum([len(part.segment) for part in parts])[:-1]), query)
    return DenseScores(dense.sentences(parts, windows), pages, windows)


def _allowed(part: Part, scopes: Sequence[int], count: int, day: int) -> Mask:
    table = np.zeros(count, np.bool_)
    table[list(scopes)] = True
    segment = part.segment
    return np.asarray(part.alive & table[segment.scopes] & (segment.valid_from <= day) & (day <= segment.valid_to))


def _dense_total(meaning: DenseScores, part: int, settings: Fusion) -> Float32:
    return np.asarray(settings.sentences * meaning.sentences[part] + settings.pages * meaning.pages[part], np.float32)


def _candidates(
    parts: Sequence[Part], allowed: Sequence[Mask], words: LexicalScores, meaning: DenseScores | None, settings: Fusion
) -> _Candidates:
    """The best documents of both ways of searching, with both kinds of evidence on one scale."""
    lexical_all = np.concatenate(words.documents)
    sizes = [len(part.segment) for part in parts]
    nothing = [np.full(size, dense.NONE, np.float32) for size in sizes]
    sentences_all = np.concatenate(meaning.sentences if meaning else nothing)
    pages_all = np.concatenate(meaning.pages if meaning else nothing)
    dense_all = settings.sentences * sentences_all + settings.pages * pages_all
    mask = np.concatenate(list(allowed))
    chosen = np.flatnonzero(
        _top(lexical_all, mask & (lexical_all > 0), settings.candidates)
        | _top(dense_all, mask & np.isfinite(dense_all), settings.candidates)
    )
    numbers = np.repeat(np.arange(len(parts)), sizes)[chosen]
    documents = chosen - np.cumsum([0, *sizes])[numbers]
    evidence = [np.asarray(column[chosen], np.float64) for column in (lexical_all, sentences_all, pages_all, dense_all)]
    return _Candidates(
        parts=numbers,
        documents=documents,
        keys=[parts[part].segment.keys[number] for part, number in zip(numbers, documents, strict=True)],
        lexical=evidence[0],
        sentences=evidence[1],
        pages=evidence[2],
        dense=evidence[3],
        fused=_fused(evidence[0], evidence[1], evidence[2], settings),
    )


def _top(scores: NDArray[Any], mask: Mask, count: int) -> Mask:
    """The `count` largest of the masked scores, and all that equal the last of them."""
    values = scores[mask]
    if len(values) <= count:
        return mask
    edge = np.partition(values, len(values) - count)[len(values) - count]
    return np.asarray(mask & (scores >= edge))


def _fused(words: Floats, sentences: Floats, pages: Floats, settings: Fusion) -> Floats:
    """Convex combination of evidence scaled to 0…1 among the candidates; without vectors the words stand in."""
    by_words = words / words.max() if words.max(initial=0) > 0 else words
    by_meaning = [np.where(np.isfinite(column), _scaled(column), by_words) for column in (sentences, pages)]
    fused = settings.lexical * by_words + settings.sentences * by_meaning[0] + settings.pages * by_meaning[1]
    return np.asarray(np.round(fused, 6))


def _scaled(column: Floats) -> Floats:
    """The best to 1 and the worst to 0; but where all are nearly alike, the difference is not blown up."""
    known = column[np.isfinite(column)]
    if not len(known):
        return np.zeros(len(column))
    best = known.max()
    return np.asarray(1.0 - (best - column) / max(best - known.min(), LEAST_SPREAD))


class _Ranks:
    """The place of a document among all in scope, by words and by meaning."""

    def __init__(
        self, allowed: Sequence[Mask], words: LexicalScores, meaning: DenseScores | None, settings: Fusion
    ) -> None:
        self._lexical = np.concatenate([scores[mask] for scores, mask in zip(words.documents, allowed, strict=True)])
        self._dense = np.zeros(0, np.float32)
        if meaning is not None:
            totals = [_dense_total(meaning, number, settings)[mask] for number, mask in enumerate(allowed)]
            self._dense = np.concatenate(totals)

    def lexical(self, score: float) -> int | None:
        return 1 + int((self._lexical > score).sum()) if score > 0 else None

    def dense(self, score: float) -> int | None:
        # The candidates' scores are float64 copies of float32 values: comparing in float32 keeps equal what is equal.
        return 1 + int((self._dense > np.float32(score)).sum()) if math.isfinite(score) else None


def _document(
    candidates: _Candidates,
    i: int,
    parts: Sequence[Part],
    words: LexicalScores,
    meaning: DenseScores | None,
    ranks: _Ranks,
    settings: Fusion,
) -> RankedDocument:
    return RankedDocument(
        key=candidates.keys[i],
        score=float(candidates.fused[i]),
        lexical_rank=ranks.lexical(candidates.lexical[i]),
        dense_rank=ranks.dense(candidates.dense[i]),
        passages=_passages(int(candidates.parts[i]), int(candidates.documents[i]), parts, words, meaning, settings),
    )


def _passages(
    number: int,
    document: int,
    parts: Sequence[Part],
    words: LexicalScores,
    meaning: DenseScores | None,
    settings: Fusion,
) -> tuple[RankedPassage, ...]:
    """The best passages of a document, best first."""
    by_words, near = _places(number, document, parts, words, meaning)
    scores = by_words
    if near is not None:
        by_meaning = np.where(np.isfinite(near), near, 0.0)
        scores = settings.passage_lexical * by_words + (1 - settings.passage_lexical) * by_meaning
    order = np.argsort(-np.round(scores, 6), kind="stable")[:PASSAGES]
    return tuple(RankedPassage(int(position), float(scores[position])) for position in order)


def _places(
    number: int, document: int, parts: Sequence[Part], words: LexicalScores, meaning: DenseScores | None
) -> tuple[Floats, Float32 | None]:
    """(p,) by passage of a document: the share of the words it holds, and its nearest sentence; None without vectors."""
    segment = parts[number].segment
    first, last = int(segment.first_slots[document]) + 1, int(segment.first_slots[document + 1])
    by_words = words.passages(number, first, last)
    if meaning is None or not segment.embedded[document]:
        return by_words, None
    start, stop = np.searchsorted(segment.window_slots, [first, last])
    near = np.full(last - first, dense.NONE, np.float32)
    np.maximum.at(near, segment.window_slots[start:stop] - first, meaning.windows[number][start:stop])
    return by_words, near


def _evidence(
    candidates: _Candidates,
    order: Sequence[int],
    parts: Sequence[Part],
    words: LexicalScores,
    meaning: DenseScores | None,
) -> Evidence | None:
    """What speaks for the first hit; see answerability.py."""
    if not order:
        return None
    first = order[0]
    part, document = int(candidates.parts[first]), int(candidates.documents[first])
    held = answerability.share_of_words(words, part, document)
    evidence = Evidence(
        words=held,
        lead=answerability.lead(candidates.fused, first, 0.0),
        lead_words=answerability.lead(candidates.lexical, first, 0.0) / (words.ideal or 1.0),
    )
    nearest = float(candidates.sentences[first])
    by_words, near = _places(part, document, parts, words, meaning)
    if meaning is None or near is None or not math.isfinite(nearest):
        return evidence
    return replace(
        evidence,
        nearest=nearest,
        words_there=answerability.best_where(by_words, near),
        nearest_there=answerability.best_where(near, by_words),
        lead_sentences=answerability.lead(candidates.sentences, first),
        lead_pages=answerability.lead(candidates.pages, first),
        lead_tenth=answerability.ahead_of_tenth(nearest, meaning.windows),
        outstanding=answerability.deviations(float(candidates.pages[first]), meaning.pages),
        by_meaning=True,
    )
