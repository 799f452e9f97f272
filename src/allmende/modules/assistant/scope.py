# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Is this a matter for a town hall at all?

A question is compared with the names of the town's services and with examples of what is none of its business
(data/out_of_scope.yaml). Both are short texts like the question itself, so their cosines can be compared.
"""

import threading
from collections.abc import Hashable, Sequence
from functools import cache, lru_cache

import numpy as np

from allmende.kernel.search.embedding import embedder
from allmende.kernel.search.engine.vectors import Float32
from allmende.kernel.search.queries import question_vector
from allmende.kernel.town import queries as town
from allmende.modules.assistant import rules

_making = threading.Lock()
"""Held while vectors are made: who asks meanwhile waits for them instead of making them, too."""


def foreignness(question: str) -> float:
    """Cosine with the nearest example of a foreign matter, less the cosine with the nearest service name; 0 if unknown."""
    vector = question_vector(question)
    names = _names((town.revision(), town.today()))
    if vector is None or not names:
        return 0.0
    with _making:
        foreign, own = _foreign(), _vectors(names)
    return float((foreign @ vector).max() - (own @ vector).max())


def preload() -> None:
    """Make the vectors to compare with, some hundred, so that no question waits for them."""
    foreignness("Rathaus")


@lru_cache(maxsize=2)
def _names(_state: Hashable) -> tuple[str, ...]:
    """The names of all services; read anew when a text or the day changes."""
    return tuple(link.name for language in rules.function_words() for link in town.services(language))


@cache
def _foreign() -> Float32:
    return _embedded(rules.foreign_topics())


@lru_cache(maxsize=1)
def _vectors(names: tuple[str, ...]) -> Float32:
    """(n, 384) vectors of the service names; made anew when a name changes."""
    return _embedded(tuple(dict.fromkeys(names)))


def _embedded(texts: Sequence[str]) -> Float32:
    return np.stack([_vector(text) for text in texts])


@lru_cache(maxsize=4096)
def _vector(text: str) -> Float32:
    """Of each text once: one new name among many costs one embedding."""
    return embedder().embed_query(text)
