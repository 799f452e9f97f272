# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A segment: some documents, indexed once and never changed. The index is a few segments and a mask of what is still alive.

Every document has one slot for its title and synonyms and one slot for each passage, in this order and without gaps.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from allmende.kernel.search.engine import vocabulary
from allmende.kernel.search.engine.chunking import Passage
from allmende.kernel.search.engine.language import analyser
from allmende.kernel.search.engine.vectors import DIMENSIONS, Float32, Int8, reciprocal_norms
from allmende.kernel.search.engine.vocabulary import Vocabulary

FOREVER = 2**31 - 1
"""A day number after every date, for documents without an end."""

Ints = NDArray[np.int32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Scope:
    """What a document must share with a question to be found: who may see it and where it belongs."""

    collection: str
    authority: str
    audience: str


@dataclass(frozen=True)
class Vectors:
    """The embeddings of one document: (windows, 384) and (pages, 384), see chunking.Texts."""

    windows: Int8
    pages: Int8


@dataclass(frozen=True)
class Document:
    """What goes into the index. Days are proleptic Gregorian ordinals (date.toordinal), the last one included."""

    key: str
    scope: Scope
    title: str
    passages: Sequence[Passage]
    window_counts: Sequence[int] = ()
    vectors: Vectors | None = None
    synonyms: Sequence[str] = ()
    language: str = "de"
    valid_from: int = 0
    valid_to: int = FOREVER


@dataclass(frozen=True)
class Segment:
    """Arrays over n documents, s slots, p postings, w windows and g pages.

    Postings of term i are `posting_slots[offsets[i]:offsets[i + 1]]`, ascending, with their frequencies. Windows and pages
    stand in the order of slots and documents. `scopes` are numbers the index hands out.
    """

    keys: tuple[str, ...]
    scopes: Ints
    valid_from: Ints
    valid_to: Ints
    lengths: Ints
    embedded: Mask
    first_slots: Ints  # (n + 1,)
    slot_documents: Ints
    words: Vocabulary
    offsets: NDArray[np.int64]
    posting_slots: Ints
    posting_counts: NDArray[np.uint8]
    windows: Int8
    window_norms: Float32
    window_slots: Ints
    pages: Int8
    page_norms: Float32
    page_documents: Ints

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays."""
        arrays = [
            value for value in (*vars(self).values(), *vars(self.words).values()) if isinstance(value, np.ndarray)
        ]
        return sum(array.nbytes for array in arrays)


def build(documents: Sequence[Document], scopes: Sequence[int]) -> Segment:
    """Index `documents`; `scopes` are their scope numbers."""
    numbers: dict[bytes, int] = {}
    rows: list[tuple[int, int, int]] = []
    lengths = []
    slot = 0
    for document in documents:
        length = 0
        for terms in _slots(document):
            counted = Counter(terms)
            rows += [(numbers.setdefault(term, len(numbers)), slot, min(count, 255)) for term, count in counted.items()]
            length += len(terms)
            slot += 1
        lengths.append(length)
    terms_array = np.array(list(numbers) or [b""], vocabulary.TERM_TYPE)[: len(numbers)]
    table = np.array(rows, np.int64).reshape(-1, 3)
    words, offsets, slots, counts = _postings(terms_array, table[:, 0], table[:, 1], table[:, 2])
    slot_counts = [1 + len(document.passages) for document in documents]
    windows, window_slots, pages, page_documents = _vectors(documents, slot_counts)
    return Segment(
        keys=tuple(document.key for document in documents),
        scopes=np.array(scopes, np.int32),
        valid_from=np.array([document.valid_from for document in documents], np.int32),
        valid_to=np.array([document.valid_to for document in documents], np.int32),
        lengths=np.array(lengths, np.int32),
        embedded=np.array([document.vectors is not None for document in documents], np.bool_),
        first_slots=np.cumsum([0, *slot_counts]).astype(np.int32),
        slot_documents=np.repeat(np.arange(len(documents), dtype=np.int32), slot_counts),
        words=words,
        offsets=offsets,
        posting_slots=slots,
        posting_counts=counts,
        windows=windows,
        window_norms=reciprocal_norms(windows),
        window_slots=window_slots,
        pages=pages,
        page_norms=reciprocal_norms(pages),
        page_documents=page_documents,
    )


def merge(segments: Sequence[Segment], alive: Sequence[Mask]) -> Segment:
    """One segment with the living documents of several, in the same order. Nothing is analysed again."""
    kept: list[_Kept] = []
    for segment, mask in zip(segments, alive, strict=True):
        before = kept[-1] if kept else None
        kept.append(_Kept(segment, mask, before))
    terms, inverse = np.unique(np.concatenate([part.segment.words.terms for part in kept]), return_inverse=True)
    shifts = np.cumsum([0, *(len(part.segment.words.terms) for part in kept)])
    words, offsets, slots, counts = _postings(
        terms,
        np.concatenate([inverse[shift:][part.posting_terms] for shift, part in zip(shifts, kept, strict=False)]),
        np.concatenate([part.posting_slots for part in kept]),
        np.concatenate([part.segment.posting_counts[part.postings] for part in kept]).astype(np.int64),
    )
    slot_counts = np.concatenate([np.diff(part.segment.first_slots)[part.documents] for part in kept])
    return Segment(
        keys=tuple(key for part in kept for key, keep in zip(part.segment.keys, part.documents, strict=True) if keep),
        first_slots=np.concatenate([[0], np.cumsum(slot_counts)]).astype(np.int32),
        slot_documents=np.repeat(np.arange(len(slot_counts), dtype=np.int32), slot_counts),
        words=words,
        offsets=offsets,
        posting_slots=slots,
        posting_counts=counts,
        window_slots=np.concatenate([part.window_slots for part in kept]).astype(np.int32),
        page_documents=np.concatenate([part.page_documents for part in kept]).astype(np.int32),
        **{
            name: np.concatenate([column[part.documents] for part, column in _columns(kept, name)])
            for name in _BY_DOCUMENT
        },
        **{
            name: np.concatenate([column[part.windows] for part, column in _columns(kept, name)]) for name in _BY_WINDOW
        },
        **{name: np.concatenate([column[part.pages] for part, column in _columns(kept, name)]) for name in _BY_PAGE},
    )


_BY_DOCUMENT = ("scopes", "valid_from", "valid_to", "lengths", "embedded")
_BY_WINDOW = ("windows", "window_norms")
_BY_PAGE = ("pages", "page_norms")


def _columns(kept: Sequence["_Kept"], name: str) -> Iterator[tuple["_Kept", NDArray[Any]]]:
    return ((part, getattr(part.segment, name)) for part in kept)


class _Kept:
    """Masks and renumbered owners of what stays of one segment."""

    def __init__(self, segment: Segment, alive: Mask, before: "_Kept | None") -> None:
        self.segment = segment
        self.documents = alive
        self.slots = alive[segment.slot_documents]
        first_slot, first_document = (before.next_slot, before.next_document) if before else (0, 0)
        new_slots = first_slot + np.cumsum(self.slots) - 1
        new_documents = first_document + np.cumsum(alive) - 1
        self.next_slot: int = first_slot + int(self.slots.sum())
        self.next_document: int = first_document + int(alive.sum())
        self.postings = self.slots[segment.posting_slots]
        self.posting_slots = new_slots[segment.posting_slots[self.postings]]
        owners = np.repeat(np.arange(len(segment.words.terms)), np.diff(segment.offsets))
        self.posting_terms = owners[self.postings]
        self.windows = self.slots[segment.window_slots]
        self.window_slots = new_slots[segment.window_slots[self.windows]]
        self.pages = alive[segment.page_documents]
        self.page_documents = new_documents[segment.page_documents[self.pages]]


def _slots(document: Document) -> Iterable[list[bytes]]:
    """The terms of the title with the synonyms, then those of each passage."""
    terms = analyser(document.language).terms
    yield terms("\n".join((document.title, *document.synonyms)))
    for passage in document.passages:
        yield terms(f"{passage.section}\n{passage.heading}\n{passage.text}")


def _postings(
    terms: vocabulary.Terms, term_numbers: NDArray[np.int64], slots: NDArray[np.int64], counts: NDArray[np.int64]
) -> tuple[Vocabulary, NDArray[np.int64], Ints, NDArray[np.uint8]]:
    """Vocabulary and postings from (term, slot, count) triples; terms without any posting disappear."""
    used = np.bincount(term_numbers, minlength=len(terms)) > 0
    sorted_terms, inverse = np.unique(terms[used], return_inverse=True)
    renumbered = np.zeros(len(terms), np.int64)
    renumbered[used] = inverse
    owners = renumbered[term_numbers]
    order = np.lexsort((slots, owners))
    offsets = np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=len(sorted_terms)))]).astype(np.int64)
    return vocabulary.build(sorted_terms), offsets, slots[order].astype(np.int32), counts[order].astype(np.uint8)


def _vectors(documents: Sequence[Document], slot_counts: Sequence[int]) -> tuple[Int8, Ints, Int8, Ints]:
    """Windows with their slots and pages with their documents."""
    empty = np.zeros((0, DIMENSIONS), np.int8)
    windows, window_slots, pages, page_documents = [empty], [np.zeros(0, np.int32)], [empty], [np.zeros(0, np.int32)]
    first = 0
    for number, (document, slots) in enumerate(zip(documents, slot_counts, strict=True)):
        if document.vectors is not None:
            windows.append(document.vectors.windows)
            owners = np.arange(first + 1, first + slots, dtype=np.int32)
            window_slots.append(np.repeat(owners, document.window_counts))
            pages.append(document.vectors.pages)
            page_documents.append(np.full(len(document.vectors.pages), number, np.int32))
        first += slots
    return np.concatenate(windows), np.concatenate(window_slots), np.concatenate(pages), np.concatenate(page_documents)
