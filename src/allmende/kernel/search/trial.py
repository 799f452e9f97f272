# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The town's search as it would be: a copy in memory, so that a change can be measured before it is made.

Nobody else's search changes. The changed document is cut and embedded as the real one would be; all
others are shared with the search of this process.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from allmende.kernel.search import embedding, queries, service
from allmende.kernel.search.engine.retriever import Retriever
from allmende.kernel.search.live import engine_document, live
from allmende.kernel.search.models import Document


@dataclass(frozen=True)
class Trial:
    """A search of its own. `added`: document key → the synonyms it has beyond the stored ones."""

    retriever: Retriever
    added: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def with_synonyms(self, key: str, terms: Sequence[str]) -> "Trial":
        """The same with further synonyms of one document. Raises KeyError when there is no such document. Slow: it embeds."""
        row = Document.objects.filter(key=key, revoked=False).first()
        if row is None:
            raise KeyError(key)
        row.synonyms = [*row.synonyms, *self.added.get(key, ()), *terms]
        changed = engine_document(row, list(row.passages.order_by("position")))
        if changed.vectors is not None:  # else it waits for its vectors, and the comparison is by words on both sides
            vectors, counts = service.vectors_for(row)
            changed = replace(changed, vectors=vectors, window_counts=counts)
        retriever = self.retriever.fork()
        retriever.index.put([changed])
        return Trial(retriever, {**self.added, key: (*self.added.get(key, ()), *terms)})

    def search(self, text: str, **arguments: Any) -> queries.Results:
        """As `queries.search`, in this trial."""
        results = queries.search(text, retriever=self.retriever, **arguments)
        hits = (replace(hit, synonyms=(*hit.synonyms, *self.added.get(hit.document_key, ()))) for hit in results.hits)
        return replace(results, hits=tuple(hits))


def now() -> Trial:
    """The search of this moment, to begin with."""
    return Trial(live().fresh().fork())


def ahead(keys: Collection[str]) -> Trial:
    """The search as the open transaction will leave it. Those documents are embedded now, so that they are found by meaning at once."""
    rows = Document.objects.filter(key__in=keys, revoked=False).exclude(vectors_of=embedding.version())
    for row in rows:
        service.store_vectors(row, *service.vectors_for(row))
    return Trial(live().ahead())
