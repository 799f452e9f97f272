# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A changed text keeps the vectors of what has not changed: only new sentences and pages are embedded again.

They are packed into one column of the document until its new vectors are made: 16 bytes of a digest, 384 of the vector, each.
"""

import hashlib
from collections.abc import Iterator, Mapping

import numpy as np

from allmende.kernel.search import embedding
from allmende.kernel.search.engine.chunking import Passage, Texts, texts_of
from allmende.kernel.search.engine.vectors import DIMENSIONS, Int8
from allmende.kernel.search.models import Document

DIGEST = 16
ENTRY = DIGEST + DIMENSIONS


def texts(document: Document) -> Texts:
    """What is embedded of a stored document."""
    passages = [Passage(row.heading, row.section, row.text) for row in document.passages.all()]
    return texts_of(document.title, passages, document.synonyms)


def packed(document: Document) -> bytes:
    """The vectors of a document that is about to change; those it kept itself where it waits for its own."""
    if document.vectors_of != embedding.version():
        return bytes(document.earlier)
    stored = b"".join(bytes(row.windows) for row in document.passages.all()) + bytes(document.pages)
    vectors = (stored[start : start + DIMENSIONS] for start in range(0, len(stored), DIMENSIONS))
    found = texts(document)
    return b"".join(
        _digest(text) + vector for text, vector in zip((*found.windows, *found.pages), vectors, strict=False)
    )


def known(document: Document) -> Mapping[str, Int8]:
    """Text → vector, of the texts of a document that it had before."""
    entries = dict(_entries(bytes(document.earlier)))
    if not entries:
        return {}
    found = texts(document)
    digests = {text: _digest(text) for text in (*found.windows, *found.pages)}
    return {text: np.frombuffer(entries[digest], np.int8) for text, digest in digests.items() if digest in entries}


def _entries(stored: bytes) -> Iterator[tuple[bytes, bytes]]:
    for start in range(0, len(stored), ENTRY):
        yield stored[start : start + DIGEST], stored[start + DIGEST : start + ENTRY]


def _digest(text: str) -> bytes:
    """Of the text and of the way it is embedded, so that nothing of another model is taken over."""
    return hashlib.sha256(f"{embedding.version()}\0{text}".encode()).digest()[:DIGEST]
