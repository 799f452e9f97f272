# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Questions that mean the same become one group: by meaning and by letters, or by letters alone.

A question is a row of length 1. Its first part is the embedding, moved so that the direction all questions of a town share
counts nothing; its second part are its character n-grams. The product of two rows is the weighted mean of both likenesses.

Groups are those of average linkage, cut at a least likeness. The mean likeness of two groups is the product of their mean rows,
so no table of all pairs is needed: memory grows with the questions and not with their square. All pairs of mutual nearest neighbours
are merged at once, which changes nothing for average linkage (Murtagh 1983, A survey of recent advances in hierarchical clustering).
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]
Places = NDArray[np.intp]

LETTER_DIMENSIONS = 512
"""Dimensions onto which the n-grams are thrown; a likeness of two questions changes by about 0.04 (1/sqrt of it)."""

BLOCK = 1024
"""Rows compared at a time when the first neighbours are looked for."""


@dataclass(frozen=True)
class Group:
    """Places of the questions of one group, the most typical first, and how far each is from the middle (0 to 2)."""

    members: tuple[int, ...]
    distances: tuple[float, ...]


def features(texts: Sequence[str], meanings: Rows | None, middle: Rows | None, weight: float) -> Rows:
    """(n, d) rows of length 1 for `texts` without their empty words.

    `meanings`: (n, m) embeddings of length 1, or None to compare by letters alone. `middle`: (m,) what the town's own texts have in
    common, taken off. `weight`: share of the meaning, 0 to 1.
    """
    letters = _letters(texts)
    if meanings is None:
        return letters
    moved = _unit(meanings if middle is None else meanings - middle)
    return np.hstack([math.sqrt(weight) * moved, math.sqrt(1 - weight) * letters]).astype(np.float32)


def groups(rows: Rows, least: float, tell: Callable[[int], None] = lambda _count: None) -> list[Group]:
    """Groups of at least two rows whose mean likeness is at least `least`, the largest first; the rest stands alone.

    `tell` hears from time to time how many rows are done.
    """
    found = [sorted(members) for members in _merged(rows, least, tell)]
    made = [_by_middle(rows, members) for members in found if len(members) > 1]
    return sorted(made, key=lambda group: (-len(group.members), group.members[0]))


def distinctive(groups_of_words: Sequence[Sequence[Iterable[str]]], count: int) -> list[list[str]]:
    """For each group of questions (as words) the `count` words that tell it from the others, the most telling first.

    How many of its questions hold a word, times log(1 + groups / groups that hold it). Words with a digit are left out: they may be
    somebody's number.
    """
    held = [Counter(word for words in questions for word in set(words)) for questions in groups_of_words]
    spread = Counter(word for counts in held for word in counts)
    chosen = []
    for counts in held:
        score = {
            word: number * math.log(1 + len(held) / spread[word])
            for word, number in counts.items()
            if not any(character.isdigit() for character in word)
        }
        chosen.append(sorted(score, key=lambda word: (-score[word], word))[:count])
    return chosen


def likeness(one: Rows, other: Rows, middle: Rows | None) -> float:
    """Cosine of two embeddings (m,) after the shared direction was taken off; -1 to 1."""
    pair = np.stack([one, other])
    moved = _unit(pair if middle is None else pair - middle)
    return float(moved[0] @ moved[1])


def _letters(texts: Sequence[str]) -> Rows:
    """(n, at most LETTER_DIMENSIONS) rows of length 1 from the 3- to 5-grams of the words, rare ones counting more."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.random_projection import SparseRandomProjection

    if not any(text.strip() for text in texts):
        return np.zeros((len(texts), LETTER_DIMENSIONS), np.float32)
    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, dtype=np.float32)
    table = grams.fit_transform(texts)
    if table.shape[1] <= LETTER_DIMENSIONS:
        return _unit(np.asarray(table.toarray(), np.float32))
    thrown = SparseRandomProjection(LETTER_DIMENSIONS, dense_output=True, random_state=0, density=1 / 3)
    return _unit(np.asarray(thrown.fit_transform(table), np.float32))


def _unit(rows: Rows) -> Rows:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1.0), np.float32)


def _by_middle(rows: Rows, members: Sequence[int]) -> Group:
    middle = _unit(rows[members].mean(axis=0, keepdims=True))[0]
    distances = 1.0 - rows[members] @ middle
    order = np.argsort(np.round(distances, 6), kind="stable")
    return Group(tuple(members[place] for place in order), tuple(float(distances[place]) for place in order))


def _merged(rows: Rows, least: float, tell: Callable[[int], None]) -> list[list[int]]:
    """The members of every group, single ones too: average linkage without merges below `least`.

    In each round every pair of groups that are each other's nearest becomes one. A group without a neighbour of at least `least` is
    finished, because what others merge into can only be less like it; it leaves the table.
    """
    members = [[place] for place in range(len(rows))]
    means, finished = rows, list[list[int]]()
    while len(members) > 1:
        near, much = _nearest(means)
        alone = much < least
        finished += [members[place] for place in np.flatnonzero(alone)]
        pairs = _mutual(near, much, alone)
        means, members = _joined(means, members, pairs, alone)
        tell(len(rows) - len(members))
    return finished + members


def _nearest(means: Rows) -> tuple[Places, Rows]:
    """The row most like each row, and how much; of equal ones the first. Likenesses are rounded: the two of a pair must be equal."""
    near, much = np.zeros(len(means), np.intp), np.zeros(len(means), np.float32)
    for start in range(0, len(means), BLOCK):
        like = np.round(means[start : start + BLOCK] @ means.T, 5)
        own = np.arange(len(like))
        like[own, start + own] = -np.inf
        near[start : start + BLOCK] = like.argmax(axis=1)
        much[start : start + BLOCK] = like.max(axis=1)
    return near, much


def _mutual(near: Places, much: Rows, alone: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Pairs of open rows that are each other's nearest; the best pair of all where rounding left none."""
    here = np.arange(len(near))
    firsts = here[(near[near] == here) & (here < near) & ~alone & ~alone[near]]
    if not len(firsts) and not alone.any():
        firsts = here[[int(np.argmax(much))]]
    return [(int(first), int(near[first])) for first in firsts]


def _joined(
    means: Rows, members: list[list[int]], pairs: Sequence[tuple[int, int]], alone: NDArray[np.bool_]
) -> tuple[Rows, list[list[int]]]:
    """The rows and members after the pairs became one and the finished left."""
    kept = ~alone
    means = means.copy()
    for one, other in pairs:
        sizes = len(members[one]), len(members[other])
        means[one] = (sizes[0] * means[one] + sizes[1] * means[other]) / sum(sizes)
        members[one] = members[one] + members[other]
        kept[other] = False
    places = np.flatnonzero(kept)
    return means[places], [members[place] for place in places]
