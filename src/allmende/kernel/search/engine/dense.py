# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Comparison by meaning: the best sentence of a document, and its two best pages.

A sentence finds the detail, a page the subject; together they beat either (README.md). The question is moved away from
the mean of all pages in scope first: embeddings of one town's pages share a direction, and a page of general phrases would
otherwise be near to every question.
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


def score(parts: Sequence[Part], allowed: Sequence[Mask], query: Float32) -> DenseScores:
    """Compare `query` with every allowed window and page."""
    sentences, pages, windows = [], [], []
    for part, mask in zip(parts, allowed, strict=True):
        segment = part.segment
        window_documents = segment.slot_documents[segment.window_slots]
        near = _allowed_cosines(segment.windows, segment.window_norms, mask[window_documents], query)
        windows.append(near)
        sentences.append(_best(near, window_documents, len(segment)))
        near = _allowed_cosines(segment.pages, segment.page_norms, mask[segment.page_documents], query)
        pages.append(_best_two(near, segment.page_documents, len(segment)))
    return DenseScores(sentences, pages, windows)


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
