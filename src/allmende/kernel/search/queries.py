# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads of the room: search, and what the index holds."""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from allmende.kernel.search import embedding
from allmende.kernel.search.access import PUBLIC, Asker
from allmende.kernel.search.engine.ranking import RankedDocument, Ranking
from allmende.kernel.search.engine.retriever import Retriever
from allmende.kernel.search.engine.segment import Scope
from allmende.kernel.search.engine.vectors import Float32
from allmende.kernel.search.live import head, live
from allmende.kernel.search.models import Document, Passage

__all__ = [
    "PUBLIC",
    "Asker",
    "Excerpt",
    "Hit",
    "Results",
    "Source",
    "Status",
    "passages",
    "question_vector",
    "search",
    "sources",
    "status",
    "texts",
]


@dataclass(frozen=True)
class Excerpt:
    """A passage of a document, verbatim; `position` counts from 0, `score` goes from 0 to 1."""

    position: int
    heading: str
    section: str
    text: str
    score: float


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A found document with its best passage (`heading`, `section`, `text`); `passages` are its best up to three.

    `score` (0 to 1) is relative to the other hits of the same search. A rank is None where that way of searching does not
    know the document: no word of the question in it, or its vectors are still being made.
    """

    document_key: str
    collection: str
    title: str
    heading: str
    section: str
    text: str
    url: str
    authority: str
    language: str
    score: float
    lexical_rank: int | None
    dense_rank: int | None
    updated_on: date | None
    valid_from: date | None
    valid_to: date | None
    synonyms: tuple[str, ...]
    data: Mapping[str, Any]
    passages: tuple[Excerpt, ...]


@dataclass(frozen=True)
class Results:
    """Hits, best first. `agreement`: words and meaning have the same first hit. `confidence`: chance (0 to 1) it answers."""

    hits: tuple[Hit, ...]
    agreement: bool
    confidence: float
    millis: float


@dataclass(frozen=True)
class Source:
    """A document without its texts. `updated_on` is its date as its room sees it, `valid_to` its last valid day."""

    key: str
    collection: str
    title: str
    url: str
    language: str
    updated_on: date | None
    valid_from: date | None
    valid_to: date | None
    synonyms: tuple[str, ...]


@dataclass(frozen=True)
class Status:
    """How much the search knows, by collection: (documents, documents with vectors, passages)."""

    collections: Mapping[str, tuple[int, int, int]]

    @property
    def documents(self) -> int:
        """All documents."""
        return sum(row[0] for row in self.collections.values())

    @property
    def embedded(self) -> int:
        """Documents that are found by meaning too."""
        return sum(row[1] for row in self.collections.values())

    @property
    def passages(self) -> int:
        """All passages."""
        return sum(row[2] for row in self.collections.values())


def search(
    text: str,
    *,
    asker: Asker,
    k: int = 8,
    authority: str | None = None,
    collections: Collection[str] | None = None,
    as_of: date | None = None,
    retriever: Retriever | None = None,
) -> Results:
    """The `k` documents that answer `text` best, among those this asker may see.

    `authority` and `collections` narrow the search; `as_of` asks for what is valid on that day (default: today).
    `retriever` searches instead of the town's own one (see `trial`).
    What the asker may not see takes no part in the ranking, not even by the rarity of its words.
    """
    began = time.perf_counter()
    day = as_of or timezone.localdate()

    def allows(scope: Scope) -> bool:
        return (
            asker.may_see(scope.audience, scope.authority)
            and (authority is None or scope.authority == authority)
            and (collections is None or scope.collection in collections)
        )

    ranking, hits = _verified(text, allows, day, k, retriever)
    if len(hits) < len(ranking.documents):  # something was withdrawn in between: what took its place comes now
        ranking, hits = _verified(text, allows, day, k, retriever)
    sure = bool(hits) and hits[0].document_key == ranking.documents[0].key
    return Results(
        hits=tuple(hits),
        agreement=sure and ranking.agreement,
        confidence=ranking.confidence if sure else 0.0,
        millis=(time.perf_counter() - began) * 1000,
    )


def sources(*, asker: Asker, authority: str | None = None) -> list[Source]:
    """Every document this asker may see, by key, whatever its validity. One query."""
    rows = Document.objects.filter(revoked=False).order_by("key").defer("pages", "data")
    rows = rows if authority is None else rows.filter(authority=authority)
    return [
        Source(
            key=row.key,
            collection=row.collection,
            title=row.title,
            url=row.url,
            language=row.language,
            updated_on=row.updated_on,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            synonyms=tuple(row.synonyms),
        )
        for row in rows
        if asker.may_see(row.audience, row.authority)
    ]


def texts(keys: Collection[str], *, asker: Asker) -> dict[str, list[str]]:
    """Key → the texts of its passages in their order, of the documents this asker may see. One query."""
    rows = Passage.objects.filter(document__key__in=keys, document__revoked=False).select_related("document")
    rows = rows.defer("windows", "document__pages").order_by("document__key", "position")
    found: dict[str, list[str]] = {}
    for row in rows:
        if asker.may_see(row.document.audience, row.document.authority):
            found.setdefault(row.document.key, []).append(row.text)
    return found


def revision() -> tuple[int, str]:
    """Another one after each committed change of a document, whichever process made it. One query."""
    return head()


def question_vector(text: str) -> Float32 | None:
    """(384,) vector of a question, as `search` uses it; the last ones are remembered. None when the model fails."""
    return live().fresh().vector(" ".join(text.split()))


def passages(key: str, *, asker: Asker) -> list[Excerpt]:
    """The whole document, passage by passage; empty when it does not exist or this asker may not see it."""
    row = Document.objects.filter(key=key, revoked=False).first()
    if row is None or not asker.may_see(row.audience, row.authority):
        return []
    return [_excerpt(passage, 1.0) for passage in row.passages.order_by("position")]


def status() -> Status:
    """Counts from the database, not from this process's index."""
    ready = Q(vectors_of=embedding.version())
    living = Document.objects.filter(revoked=False)
    rows = living.order_by("collection").values("collection").annotate(n=Count("pk"), ready=Count("pk", filter=ready))
    counted = dict(
        Passage.objects.filter(document__revoked=False)
        .order_by("document__collection")
        .values_list("document__collection")
        .annotate(n=Count("pk"))
    )
    return Status({row["collection"]: (row["n"], row["ready"], counted.get(row["collection"], 0)) for row in rows})


def _verified(
    text: str, allows: Any, day: date, k: int, retriever: Retriever | None = None
) -> tuple[Ranking, list[Hit]]:
    """Search, then ask the database whether each hit is still there and still as allowed as it was in the index."""
    ranking = (retriever or live().fresh()).search(text, allows, day=day.toordinal(), k=k)
    keys = [found.key for found in ranking.documents]
    rows = {row.key: row for row in Document.objects.filter(key__in=keys, revoked=False).defer("pages")}
    wanted = Q()
    for found in ranking.documents:
        wanted |= Q(document__key=found.key, position__in=[passage.position for passage in found.passages])
    stored: dict[tuple[int, int], Passage] = {}
    if keys:
        for passage in Passage.objects.filter(wanted).defer("windows"):
            stored[passage.document_id, passage.position] = passage
    hits = []
    for found in ranking.documents:
        row = rows.get(found.key)
        if row is not None and allows(Scope(row.collection, row.authority, row.audience)) and _valid(row, day):
            hits.append(_hit(row, found, stored))
    return ranking, hits


def _valid(row: Document, day: date) -> bool:
    return (row.valid_from is None or row.valid_from <= day) and (row.valid_to is None or day <= row.valid_to)


def _hit(row: Document, found: RankedDocument, stored: Mapping[tuple[int, int], Passage]) -> Hit:
    excerpts = tuple(
        _excerpt(stored[row.pk, passage.position], passage.score)
        for passage in found.passages
        if (row.pk, passage.position) in stored
    )
    best = excerpts[0] if excerpts else Excerpt(0, "", "", "", 0.0)
    return Hit(
        document_key=row.key,
        collection=row.collection,
        title=row.title,
        heading=best.heading,
        section=best.section,
        text=best.text,
        url=row.url,
        authority=row.authority,
        language=row.language,
        score=found.score,
        lexical_rank=found.lexical_rank,
        dense_rank=found.dense_rank,
        updated_on=row.updated_on,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        synonyms=tuple(row.synonyms),
        data=row.data,
        passages=excerpts,
    )


def _excerpt(passage: Passage, score: float) -> Excerpt:
    return Excerpt(passage.position, passage.heading, passage.section, passage.text, score)


def waiting() -> Sequence[int]:
    """Primary keys of documents whose vectors are still to be made, oldest change first."""
    rows = Document.objects.filter(revoked=False).exclude(vectors_of=embedding.version())
    return list(rows.order_by("change", "pk").values_list("pk", flat=True))
