# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Background work: embeddings."""

from collections.abc import Iterator

from allmende.kernel.jobs.service import Progress
from allmende.kernel.search import embedding, queries, service
from allmende.kernel.search.engine.segment import Vectors
from allmende.kernel.search.models import Document

Made = tuple[Document, Vectors, tuple[int, ...]]


def embed(progress: Progress) -> None:
    """Make all missing vectors, one document at a time; documents that change meanwhile come last."""
    progress.total(progress.done + len(queries.waiting()))
    for document, vectors, counts in progress.each(_waiting(), key=_place, prepare=_made):
        service.store_vectors(document, vectors, counts)


def embed_missing(progress: Progress) -> None:
    """Queue the embedding job if documents wait for it: those that came in just when the last job ended."""
    if queries.waiting():
        service.enqueue_embedding()
    progress.check()


def _waiting() -> Iterator[Document]:
    """Documents without vectors, by change and key; asked anew for each, because others arrive while we work."""
    change, pk = 0, 0
    while True:
        rows = Document.objects.filter(revoked=False).exclude(vectors_of=embedding.version()).order_by("change", "pk")
        document = rows.filter(change=change, pk__gt=pk).first() or rows.filter(change__gt=change).first()
        if document is None:
            return
        change, pk = document.change, document.pk
        yield document


def _place(document: Document) -> str:
    return f"{document.change:019d}/{document.pk:019d}"


def _made(document: Document) -> Made:
    return document, *service.vectors_for(document)
