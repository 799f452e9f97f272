# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Comparison by meaning: the best sentence of a document, and its two best pages.

A sentence finds the detail, a page the subject; together they beat either (README.md). In a large collection sentences are
read only of the documents that are near by their pages or their words: hardly any other could come first.
The question is moved away from the mean of all pages in scope first: embeddings of one town's pages share a direction, and a
page of general phrases would otherwise be near to every question.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allmende.kernel.search.engine.index import Part, Snapshot
from allmende.kernel.search.engine.segment import Mask
from allmende.kernel.search.engine.vectors import DIMENSIONS, Float32, Int8, cosines

NONE = np.float32(-np.inf)
_SPARSE = 0.25  # below this share of allowed rows copying them is cheaper than comparing all


@dataclass(frozen=True)
class DenseScores:
    """By part: (n,) best window and pages of each document, and (w,) each window; -inf where there is none or none allowed."""

    sentences: list[Float32]
    pages: list[Float32]
    windows: list[Float32]


def centred(query: Float32, snapshot: Snapshot, scopes: Iterable[int], share: float) -> Float32:
    """`query` less a share of the mean direction of the pages in these scopes."""
    total, length = np.zeros(DIMENSIONS, np.int64), 0
    wanted = set(scopes)
    for part in snapshot.parts:
        for number, direction in part.directions.items():
            if number in wanted:
                total = total + direction.total
                length += direction.length
    if not length:
        return query
    return np.asarray(query - share * (total / length), np.float32)


def pages(parts: Sequence[Part], allowed: Sequence[Mask], query: Float32) -> list[Float32]:
    """By part: (n,) how near the two best pages of each allowed document are to `query`; -inf for the others."""
    found = []
    for part, mask in zip(parts, allowed, strict=True):
        owners = part.segment.page_documents
        near = _allowed_cosines(part.segment.pages, part.segment.page_norms, mask[owners], query)
        found.append(_best_two(near, owners, len(part.segment)))
    return found


def windows(parts: Sequence[Part], allowed: Sequence[Mask], query: Float32) -> list[Float32]:
    """By part: (w,) the cosine of each window of an allowed document with `query`; -inf for the others."""
    return [
        _allowed_cosines(part.segment.windows, part.segment.window_norms, mask[window_documents(part)], query)
        for part, mask in zip(parts, allowed, strict=True)
    ]


def sentences(parts: Sequence[Part], near: Sequence[Float32]) -> list[Float32]:
    """By part: (n,) the best window of each document."""
    return [_best(scores, window_documents(part), len(part.segment)) for part, scores in zip(parts, near, strict=True)]


def window_documents(part: Part) -> NDArray[np.int32]:
    """(w,) the document of each window."""
    return np.asarray(part.segment.slot_documents[part.segment.window_slots])


def _allowed_cosines(vectors: Int8, norms: Float32, mask: Mask, query: Float32) -> Float32:
    if not len(mask):
        return np.zeros(0, np.float32)
    if mask.mean() >= _SPARSE:
        return np.where(mask, cosines(vectors, norms, query), NONE)
    out = np.full(len(mask), NONE, np.float32)
    rows = np.flatnonzero(mask)
    out[rows] = cosines(vectors[rows], norms[rows], query)
    return out


def _best(scores: Float32, owners: NDArray[np.int32], count: int) -> Float32:
    """The largest score of each owner; owners ascend."""
    out = np.full(count, NONE, np.float32)
    if len(scores):
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        out[owners[starts]] = np.maximum.reduceat(scores, starts)
    return out


def _best_two(scores: Float32, owners: NDArray[np.int32], count: int) -> Float32:
    """The mean of the two largest scores of each owner, or the only one."""
    first = _best(scores, owners, count)
    rest = np.where(scores >= first[owners], NONE, scores)
    second = _best(rest, owners, count)
    return np.where(np.isfinite(second), (first + np.where(np.isfinite(second), second, 0)) / 2, first)
