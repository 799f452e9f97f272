# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Index, synonyms and embedding model together: texts in, ranked documents out. The town and the evaluation use this one."""

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from allmende.kernel.search.engine import ranking
from allmende.kernel.search.engine.chunking import Texts
from allmende.kernel.search.engine.configuration import Configuration, default
from allmende.kernel.search.engine.embedding import Embedder
from allmende.kernel.search.engine.index import Index
from allmende.kernel.search.engine.ranking import Question, Ranking
from allmende.kernel.search.engine.segment import Scope, Vectors
from allmende.kernel.search.engine.synonyms import Synonyms
from allmende.kernel.search.engine.vectors import DIMENSIONS, Float32, Int8, quantise

LONGEST_QUESTION = 2000
"""Characters of a question that are read."""

_REMEMBERED = 1024
_BATCH = 16

logger = logging.getLogger(__name__)


class Retriever:
    """Searches one index. Safe to use from several threads."""

    def __init__(self, embedder: Embedder, configuration: Configuration | None = None) -> None:
        self.index = Index()
        self.embedder = embedder
        self.configuration = configuration or default()
        self._synonyms = Synonyms()
        self._vectors: OrderedDict[str, Float32] = OrderedDict()

    def fork(self) -> "Retriever":
        """Another retriever with the same documents and synonyms, whose index may change; what was embedded is remembered together."""
        other = Retriever(self.embedder, self.configuration)
        other.index, other._synonyms, other._vectors = self.index.fork(), self._synonyms, self._vectors
        return other

    def set_synonyms(self, groups: Iterable[Sequence[str]]) -> None:
        """Replace the groups of expressions with the same meaning."""
        self._synonyms = Synonyms(groups)

    def search(self, text: str, allows: Callable[[Scope], bool], *, day: int, k: int) -> Ranking:
        """The `k` best documents for `text` among those whose scope `allows`, valid on `day` (date.toordinal)."""
        text = " ".join(text[:LONGEST_QUESTION].split())
        if not text or k < 1:
            return ranking.EMPTY
        snapshot = self.index.snapshot
        words, added = self._synonyms.expand(text, self.configuration.lexical.synonym)
        vector = None
        if snapshot.embedded:
            vector = self.vector(f"{text} ({', '.join(added)})" if added else text)
        keywords = "?" not in text and len(words) <= self.configuration.fusion.keywords
        return ranking.search(snapshot, Question(words, vector, day, keywords), allows, k, self.configuration)

    def vector(self, text: str) -> Float32 | None:
        """The embedded question; None, with a line in the log, when the model fails: words alone still find much."""
        known = self._vectors.get(text)
        if known is not None:
            return known
        try:
            vector = self.embedder.embed_query(text)
        except (OSError, RuntimeError, ImportError, MemoryError):
            logger.exception("The embedding model failed; this question is searched by words alone.")
            return None
        self._vectors[text] = vector
        while len(self._vectors) > _REMEMBERED:
            self._vectors.popitem(last=False)
        return vector


def embed(embedder: Embedder, texts: Texts, known: Mapping[str, Int8] | None = None) -> Vectors:
    """The vectors of one document, ready for the index. Those of `known` texts are taken over."""
    everything = [*texts.windows, *texts.pages]
    vectors = np.zeros((len(everything), DIMENSIONS), np.int8)
    missing = []
    for place, text in enumerate(everything):
        if known and text in known:
            vectors[place] = known[text]
        else:
            missing.append(place)
    # Texts of like length together: a batch takes as long as its longest.
    order = sorted(missing, key=lambda place: len(everything[place]))
    for start in range(0, len(order), _BATCH):
        batch = order[start : start + _BATCH]
        vectors[batch] = quantise(embedder.embed_texts([everything[place] for place in batch]))
    return Vectors(vectors[: len(texts.windows)], vectors[len(texts.windows) :])
