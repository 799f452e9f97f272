# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The index: documents come and go one by one, and readers never wait.

All that a search reads is one immutable `Snapshot`. A write makes a new one that shares everything but what changed: new
documents form a small segment, replaced ones lose their place in a mask. Segments are merged when a younger one has grown
to half of its elder, so that each document is copied a logarithmic number of times.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from allmende.kernel.search.engine import segment as segments
from allmende.kernel.search.engine.segment import Document, Mask, Scope, Segment

BATCH = 4096
"""Documents analysed into one segment at a time when many arrive at once."""


@dataclass(frozen=True)
class Direction:
    """Where the pages of one scope point on average: the sum of their vectors and of their lengths, exact in integers."""

    total: NDArray[np.int64]
    length: int


@dataclass(frozen=True)
class Part:
    """A segment, which of its documents are alive, and the directions of these by scope number."""

    segment: Segment
    alive: Mask
    directions: Mapping[int, Direction]

    @property
    def count(self) -> int:
        """Living documents."""
        return int(self.alive.sum())


@dataclass(frozen=True)
class Snapshot:
    """The whole index at one moment. `scopes[i]` is scope number i."""

    parts: tuple[Part, ...] = ()
    scopes: tuple[Scope, ...] = ()

    def __len__(self) -> int:
        return sum(part.count for part in self.parts)

    @property
    def passages(self) -> int:
        """Living passages."""
        return sum(int((np.diff(part.segment.first_slots) - 1)[part.alive].sum()) for part in self.parts)

    @property
    def embedded(self) -> int:
        """Living documents with vectors."""
        return sum(int((part.alive & part.segment.embedded).sum()) for part in self.parts)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(part.segment.nbytes + part.alive.nbytes for part in self.parts)


class Index:
    """The writers' side. Any number of threads may read `snapshot` and write; a write is visible when it returns."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._places: dict[str, tuple[Segment, int]] = {}
        self._scope_numbers: dict[Scope, int] = {}
        self.snapshot = Snapshot()

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def fork(self) -> "Index":
        """Another index with the same documents, which may change apart from this one. Nothing is copied but the list of keys."""
        other = Index()
        with self._lock:
            other._places, other._scope_numbers = dict(self._places), dict(self._scope_numbers)
            other.snapshot = self.snapshot
        return other

    def put(self, documents: Iterable[Document]) -> None:
        """Add documents; one with a known key replaces the old one. Of two with the same key the last one counts."""
        latest = list({document.key: document for document in documents}.values())
        for start in range(0, len(latest), BATCH):
            self._put(latest[start : start + BATCH])

    def remove(self, keys: Iterable[str]) -> None:
        """Forget documents; unknown keys are no error."""
        with self._lock:
            parts = self._without(keys)
            self._publish(parts)

    def _put(self, documents: Sequence[Document]) -> None:
        with self._lock:
            numbers = [
                self._scope_numbers.setdefault(document.scope, len(self._scope_numbers)) for document in documents
            ]
            fresh = _part(segments.build(documents, numbers), np.ones(len(documents), np.bool_))
            parts = [*self._without(document.key for document in documents), fresh]
            self._remember(fresh)
            while len(parts) > 1 and parts[-2].count <= 2 * parts[-1].count:
                merged = _merged(parts[-2:])
                self._remember(merged)
                parts[-2:] = [merged]
            self._publish(parts)

    def _without(self, keys: Iterable[str]) -> list[Part]:
        """The parts after the documents of these keys have died."""
        doomed: dict[int, list[int]] = {}
        for key in keys:
            place = self._places.pop(key, None)
            if place is not None:
                doomed.setdefault(id(place[0]), []).append(place[1])
        return [
            _thinned(part, doomed[id(part.segment)]) if id(part.segment) in doomed else part
            for part in self.snapshot.parts
        ]

    def _remember(self, part: Part) -> None:
        for number, key in enumerate(part.segment.keys):
            self._places[key] = (part.segment, number)

    def _publish(self, parts: Iterable[Part]) -> None:
        kept = tuple(part for part in parts if part.count)
        self.snapshot = Snapshot(kept, tuple(self._scope_numbers))


def _part(segment: Segment, alive: Mask) -> Part:
    numbers = segment.scopes[segment.page_documents]
    directions = {int(number): _direction(segment, np.flatnonzero(numbers == number)) for number in np.unique(numbers)}
    return Part(segment, alive, directions)


def _direction(segment: Segment, pages: NDArray[np.int64]) -> Direction:
    norms = segment.page_norms[pages]
    lengths = np.rint(np.divide(1.0, norms, out=np.zeros_like(norms), where=norms > 0))
    return Direction(segment.pages[pages].sum(axis=0, dtype=np.int64), int(lengths.sum(dtype=np.float64)))


def _thinned(part: Part, documents: Sequence[int]) -> Part:
    """The part after some of its documents have died."""
    alive = part.alive.copy()
    alive[documents] = False
    directions = dict(part.directions)
    pages = np.flatnonzero(np.isin(part.segment.page_documents, documents))
    numbers = part.segment.scopes[part.segment.page_documents[pages]]
    for number in np.unique(numbers):
        gone = _direction(part.segment, pages[numbers == number])
        before = directions[int(number)]
        directions[int(number)] = Direction(before.total - gone.total, before.length - gone.length)
    return replace(part, alive=alive, directions=directions)


def _merged(parts: Sequence[Part]) -> Part:
    merged = segments.merge([part.segment for part in parts], [part.alive for part in parts])
    return _part(merged, np.ones(len(merged), np.bool_))
