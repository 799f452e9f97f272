# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The public door of the room: documents in, documents out. Reads are in `queries`.

A document is found by its words as soon as the caller's transaction commits, by its meaning after the embedding job.
Unchanged documents cost one comparison of hashes.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from allmende.kernel.audit import service as audit
from allmende.kernel.jobs import service as jobs
from allmende.kernel.registry import RegistryError, SearchSource, registry, resolve
from allmende.kernel.search import embedding, keeping, live
from allmende.kernel.search.engine.chunking import passages_of
from allmende.kernel.search.engine.retriever import embed
from allmende.kernel.search.engine.segment import Vectors
from allmende.kernel.search.models import Change, Document, Head, Passage, SynonymGroup
from allmende.kernel.search.sources import Part, SourceDocument, content_hash, text_hash

__all__ = ["Part", "SourceDocument", "Sync", "put", "rebuild", "revoke", "set_synonyms", "sync"]

BATCH = 500
KEPT_CHANGES = 1000
EMBED = "allmende.kernel.search.tasks:embed"
COPIED = (
    "key",
    "collection",
    "authority",
    "audience",
    "language",
    "title",
    "url",
    "updated_on",
    "valid_from",
    "valid_to",
)
"""What a stored document takes over as it is."""
STORED = [field.name for field in Document._meta.concrete_fields if field.name not in ("id", "key")]
"""What is replaced when a document with that key is there already."""


@dataclass(frozen=True)
class Sync:
    """What a synchronisation changed: documents written, documents revoked."""

    written: int
    revoked: int


def put(documents: Iterable[SourceDocument], *, actor: AbstractBaseUser | None = None, embed: bool = True) -> int:
    """Add or replace documents; returns how many really changed. Of two with one key the last one counts.

    Without `embed` the caller queues the embedding himself, once for many calls (`enqueue_embedding`).
    """
    iterator = iter(documents)
    changed = 0
    with transaction.atomic():
        while batch := list(islice(iterator, BATCH)):
            changed += _put(batch)
        if changed:
            if embed:
                enqueue_embedding()
            audit.record("search.documents.put", actor=actor, detail={"documents": changed})
    return changed


def revoke(keys: Iterable[str], *, actor: AbstractBaseUser | None = None) -> int:
    """Take documents out, for every process at its next question; returns how many there were. Their texts are deleted."""
    with transaction.atomic():
        number = _next_change()
        rows = list(Document.objects.filter(key__in=list(keys), revoked=False).values_list("pk", flat=True))
        for batch in _batched(rows):
            Passage.objects.filter(document__in=batch).delete()
            Document.objects.filter(pk__in=batch).update(
                revoked=True,
                change=number,
                title="",
                url="",
                synonyms=[],
                data={},
                pages=b"",
                earlier=b"",
                vectors_of="",
                content_hash="",
                text_hash="",
            )
        if rows:
            audit.record("search.documents.revoked", actor=actor, detail={"documents": len(rows)})
    return len(rows)


def sync(collection: str, *, actor: AbstractBaseUser | None = None) -> Sync:
    """Make a collection equal to what its declared source yields. Raises RegistryError when nobody declares it."""
    source = registry().get(SearchSource, collection)
    with transaction.atomic():
        seen: set[str] = set()
        written = put(_of_collection(resolve(source.documents)(), collection, seen), actor=actor)
        known = Document.objects.filter(collection=collection, revoked=False).values_list("key", flat=True)
        return Sync(written, revoke(sorted(set(known) - seen), actor=actor) if set(known) - seen else 0)


def rebuild(*, actor: AbstractBaseUser | None = None) -> dict[str, Sync]:
    """Synchronise every declared collection, forget what was revoked, and let every process load its index anew.

    Vectors made with another model or another way of cutting texts are made anew by the embedding job.
    """
    with transaction.atomic():
        done = {source.collection: sync(source.collection, actor=actor) for source in registry().all(SearchSource)}
        _next_change()
        Document.objects.filter(revoked=True).delete()
        Change.objects.exclude(number=Head.objects.get(pk=1).number).delete()
        enqueue_embedding()
        audit.record("search.index.rebuilt", actor=actor, detail={"collections": sorted(done)})
    return done


def set_synonyms(groups: Iterable[Sequence[str]], *, actor: AbstractBaseUser | None = None) -> None:
    """Replace the town's synonym groups. Raises ValueError for a group of fewer than two different expressions."""
    cleaned = [list(dict.fromkeys(term.strip() for term in group if term.strip())) for group in groups]
    for group in cleaned:
        if len(group) < 2:
            raise ValueError(f"A synonym group needs two different expressions: {group!r}.")
    with transaction.atomic():
        _next_change()
        SynonymGroup.objects.all().delete()
        SynonymGroup.objects.bulk_create([SynonymGroup(terms=group) for group in cleaned])
        audit.record("search.synonyms.set", actor=actor, detail={"groups": len(cleaned)})


def enqueue_embedding() -> None:
    """Queue the job that makes missing vectors, unless it is waiting or running already."""
    jobs.enqueue(EMBED, args={}, title=_("Texte für die Suche einbetten"), key="search.embed")


def vectors_for(document: Document) -> tuple[Vectors, tuple[int, ...]]:
    """Embed one stored document: its vectors and the number of windows of each passage. Slow; writes nothing."""
    texts = keeping.texts(document)
    return embed(embedding.embedder(), texts, keeping.known(document)), texts.window_counts


def store_vectors(document: Document, vectors: Vectors, counts: Sequence[int]) -> bool:
    """Keep the vectors if the document still has the text they were made of; says whether it has."""
    with transaction.atomic():
        number = _next_change()
        same = Document.objects.filter(pk=document.pk, text_hash=document.text_hash, revoked=False)
        made = {"pages": vectors.pages.tobytes(), "vectors_of": embedding.version(), "earlier": b""}
        if not same.update(**made, change=number):
            return False
        rows = list(document.passages.order_by("position"))
        for row, windows in zip(rows, live.pack(vectors.windows, counts), strict=True):
            row.windows = windows
        Passage.objects.bulk_update(rows, ["windows"], batch_size=200)
    return True


def _put(documents: Sequence[SourceDocument]) -> int:
    latest = {document.key: document for document in documents}
    hashes = {key: content_hash(document) for key, document in latest.items()}
    known = Document.objects.in_bulk(list(latest), field_name="key")
    changed = [document for key, document in latest.items() if not _same(known.get(key), hashes[key])]
    if not changed:
        return 0
    number = _next_change()
    prefetch_related_objects([known[document.key] for document in changed if document.key in known], "passages")
    rows = [_row(document, known.get(document.key), hashes[document.key], number) for document in changed]
    Document.objects.bulk_create(rows, update_conflicts=True, unique_fields=["key"], update_fields=STORED)
    _cut(
        [
            (row.pk, document)
            for row, document in zip(rows, changed, strict=True)
            if not _keeps_text(known.get(row.key), row.text_hash)
        ]
    )
    return len(changed)


def _same(row: Document | None, digest: str) -> bool:
    return row is not None and not row.revoked and row.content_hash == digest


def _keeps_text(row: Document | None, text: str) -> bool:
    return row is not None and not row.revoked and row.text_hash == text


def _row(document: SourceDocument, known: Document | None, digest: str, number: int) -> Document:
    """The document as a row; with the text it keeps its vectors. Never with a primary key: the key decides which row it is."""
    text = text_hash(document)
    row = Document(
        **{name: getattr(document, name) for name in COPIED},
        synonyms=list(document.synonyms),
        data=dict(document.data),
        content_hash=digest,
        text_hash=text,
        change=number,
        revoked=False,
    )
    if known is not None and _keeps_text(known, text):
        row.vectors_of, row.pages, row.earlier = known.vectors_of, known.pages, known.earlier
    elif known is not None:
        row.earlier = keeping.packed(known)
    return row


def _cut(documents: Sequence[tuple[int, SourceDocument]]) -> None:
    """Cut documents into passages, in the place of those they had."""
    Passage.objects.filter(document__in=[pk for pk, _document in documents]).delete()
    Passage.objects.bulk_create(
        Passage(document_id=pk, position=position, heading=own.heading, section=own.section, text=own.text)
        for pk, document in documents
        for position, own in enumerate(passages_of(document.parts))
    )


def _next_change() -> int:
    """Lock the head and number the next change; must be called inside the transaction that makes it."""
    Head.objects.get_or_create(pk=1)
    head = Head.objects.select_for_update().get(pk=1)
    head.number, head.token = head.number + 1, secrets.token_hex(16)
    head.save()
    Change.objects.create(number=head.number, token=head.token)
    Change.objects.filter(number__lt=head.number - KEPT_CHANGES).delete()
    return head.number


def _of_collection(documents: Iterable[SourceDocument], collection: str, seen: set[str]) -> Iterator[SourceDocument]:
    """The documents, with their keys noted. Raises RegistryError when one belongs to another collection."""
    for document in documents:
        if document.collection != collection:
            raise RegistryError(f"The source of {collection!r} yields {document.key!r} of {document.collection!r}.")
        seen.add(document.key)
        yield document


def _batched(rows: Sequence[int]) -> Iterator[Sequence[int]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))
