# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The index of this process, brought up to date from the database before every search.

A search asks the database for the number of the last change (one row by primary key). Only if it is another than the one
seen last, the documents changed since then are read. So a change by any process counts at the next question.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from django.db.models import Prefetch, QuerySet

from allmende.kernel.search import embedding
from allmende.kernel.search.engine import segment
from allmende.kernel.search.engine.chunking import Passage as EnginePassage
from allmende.kernel.search.engine.retriever import Retriever
from allmende.kernel.search.engine.segment import FOREVER, Scope, Vectors
from allmende.kernel.search.engine.vectors import DIMENSIONS, Int8
from allmende.kernel.search.models import Change, Document, Head, Passage, SynonymGroup

BATCH = 1000
"""Documents read at a time."""


@dataclass(frozen=True)
class _State:
    """A retriever and the change up to which it knows the database."""

    retriever: Retriever
    number: int = 0
    token: str = ""


class Live:
    """The retriever of this process; any thread may ask for it at any time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state = _State(Retriever(embedding.embedder()))

    def fresh(self) -> Retriever:
        """The retriever with every change that was committed before this call."""
        state = self._state
        if head() == (state.number, state.token):
            return state.retriever
        with self._lock:
            number, token = head()
            if (number, token) != (self._state.number, self._state.token):
                self._state = _caught_up(self._state, number, token)
            return self._state.retriever

    def ahead(self) -> Retriever:
        """A copy that also knows what the open transaction has written; the search of this process learns nothing of it."""
        state = self._state
        return _caught_up(replace(state, retriever=state.retriever.fork()), *head()).retriever


def _caught_up(state: _State, number: int, token: str) -> _State:
    if not _continues(state):
        state = _State(Retriever(embedding.embedder()))
    retriever = state.retriever
    changed = Document.objects.filter(change__gt=state.number)
    retriever.index.remove(list(changed.filter(revoked=True).values_list("key", flat=True)))
    for batch in _batches(changed.filter(revoked=False)):
        retriever.index.put(batch)
    retriever.set_synonyms(SynonymGroup.objects.order_by("pk").values_list("terms", flat=True))
    return _State(retriever, number, token)


def _continues(state: _State) -> bool:
    """Whether the last change seen is still part of history: not rolled back, and no rebuild since."""
    return Change.objects.filter(number=state.number, token=state.token).exists()


@cache
def live() -> Live:
    """The one of this process."""
    return Live()


def preload() -> None:
    """Load the embedding model and the index of this process, so that no question waits for them."""
    embedding.embedder().embed_query("Rathaus")
    live().fresh()


def head() -> tuple[int, str]:
    """Number and token of the last committed change."""
    return Head.objects.values_list("number", "token").filter(pk=1).first() or (0, "")


def _batches(documents: QuerySet[Document]) -> Iterator[list[segment.Document]]:
    """The documents as the engine wants them, a batch at a time, in the order of their primary keys."""
    rows = documents.order_by("pk").prefetch_related(Prefetch("passages", Passage.objects.order_by("position")))
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        yield [engine_document(row, list(row.passages.all())) for row in batch]
        last = batch[-1].pk


def engine_document(row: Document, passages: Sequence[Passage]) -> segment.Document:
    """The document as the engine wants it; without vectors when those stored were made in another way."""
    windows = [_vectors(passage.windows) for passage in passages]
    known = row.vectors_of == embedding.version() and bool(windows)
    return segment.Document(
        key=row.key,
        scope=Scope(row.collection, row.authority, row.audience),
        title=row.title,
        passages=[EnginePassage(passage.heading, passage.section, passage.text) for passage in passages],
        window_counts=[len(own) for own in windows],
        vectors=Vectors(np.concatenate(windows), _vectors(row.pages)) if known else None,
        synonyms=row.synonyms,
        language=row.language,
        valid_from=row.valid_from.toordinal() if row.valid_from else 0,
        valid_to=row.valid_to.toordinal() if row.valid_to else FOREVER,
    )


def _vectors(stored: bytes | memoryview) -> Int8:
    return np.frombuffer(bytes(stored), np.int8).reshape(-1, DIMENSIONS)


def pack(vectors: Int8, counts: Iterable[int]) -> Iterator[bytes]:
    """The windows of a document as bytes of each of its passages."""
    start = 0
    for count in counts:
        yield vectors[start : start + count].tobytes()
        start += count
