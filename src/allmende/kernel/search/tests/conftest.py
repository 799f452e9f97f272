# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A small town's texts, and a model that needs no time: texts with the same words lie near each other."""

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from allmende.kernel.search import embedding, live, queries, service
from allmende.kernel.search.engine.language import analyser
from allmende.kernel.search.engine.vectors import DIMENSIONS, Float32
from allmende.kernel.search.models import Document
from allmende.kernel.search.service import Part, SourceDocument


class WordModel:
    """The normalised sum of one random direction per word."""

    name = "words"

    def embed_query(self, text: str) -> Float32:
        return self.embed_texts([text])[0]

    def embed_texts(self, texts: Sequence[str]) -> Float32:
        rows = []
        for text in texts:
            total = np.full(DIMENSIONS, 0.01)
            for term in analyser("de").terms(text):
                seed = int.from_bytes(hashlib.sha256(term).digest()[:8], "big")
                total += np.random.default_rng(seed).normal(size=DIMENSIONS)
            rows.append(total / np.linalg.norm(total))
        return np.array(rows, np.float32)


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> WordModel:
    found = WordModel()
    monkeypatch.setattr(embedding, "embedder", lambda: found)
    live.live.cache_clear()
    return found


@pytest.fixture
def town(db, model) -> None:
    """Lindental's search: empty, with the quick model."""


@pytest.fixture
def paper() -> Callable[..., SourceDocument]:
    """Write a document of Lindental."""

    def write(key: str, title: str, text: str, **other) -> SourceDocument:
        values = {"collection": "services", "authority": "lindental", **other}
        return SourceDocument(key=key, title=title, parts=(Part(text=text),), **values)

    return write


@pytest.fixture
def papers(paper) -> list[SourceDocument]:
    return [
        paper("dog", "Hund anmelden", "Wer einen Hund hält, zahlt Hundesteuer. Der erste Hund kostet 96 Euro im Jahr."),
        paper("waste", "Sperrmüll", "Sperrige Möbel holt die Stadt zweimal im Jahr ab. Die Abholung ist frei."),
        paper("pass", "Reisepass", "Der Pass kostet 70 Euro. Bringen Sie ein Lichtbild mit ins Rathaus."),
        paper("tree", "Baum fällen", "Für große Bäume brauchen Sie eine Genehmigung nach der Baumschutzsatzung."),
    ]


@pytest.fixture
def embed_all() -> Callable[[], None]:
    """What the background job does, at once."""

    def embed() -> None:
        for pk in queries.waiting():
            document = Document.objects.get(pk=pk)
            service.store_vectors(document, *service.vectors_for(document))

    return embed
