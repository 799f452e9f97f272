# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The public door to language models. Keep it small.

Whatever goes to a provider outside the house is pseudonymised and comes back restored; texts of a class that may go
nowhere are refused. `room` and `purpose` are short names for the meter, never what people wrote.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from asgiref.sync import AsyncToSync
from numpy.typing import NDArray

from allmende.kernel.llm import client, database, lock, rules, wire
from allmende.kernel.llm.access import Actor
from allmende.kernel.llm.endpoints import Endpoint
from allmende.kernel.llm.errors import (
    BrokenOff,
    LlmError,
    NotConfigured,
    QuotaExceeded,
    Refused,
    TimedOut,
    TooLong,
    Unavailable,
)
from allmende.kernel.llm.failures import Failure
from allmende.kernel.llm.gateway import Exchange
from allmende.kernel.llm.rules import LIMITS
from allmende.kernel.llm.shapes import Answer, ChatRequest, Embeddings, Message, Speaker, Wish
from allmende.kernel.llm.streaming import Stream

__all__ = [
    "Answer",
    "BrokenOff",
    "Embeddings",
    "LlmError",
    "Message",
    "NotConfigured",
    "QuotaExceeded",
    "Refused",
    "Speaker",
    "Stream",
    "TimedOut",
    "TooLong",
    "Unavailable",
    "achat",
    "aembed",
    "chat",
    "embed",
    "stream",
]

T = TypeVar("T")


def stream(
    messages: Sequence[Message],
    *,
    room: str,
    purpose: str,
    data_class: str,
    actor: Actor = None,
    max_tokens: int | None = None,
    temperature: float | None = None,
    stop: Sequence[str] = (),
) -> Stream:
    """An answer piece by piece, in async code: ``async with stream(…) as pieces: async for text in pieces: …``.

    `actor`: a user, an anonymous one (counted as a citizen) or None, the house itself. Raises ValueError for a malformed
    call and TooLong at once, other LlmErrors while reading.
    """
    request, texts = ChatRequest.read(messages, stop, max_tokens, temperature)
    wish = Wish(
        kind=rules.CHAT,
        room=room,
        purpose=purpose,
        data_class=data_class,
        actor=actor,
        texts=texts,
        tokens_out=request.max_tokens,
    )
    return Stream(wish, request)


async def achat(messages: Sequence[Message], **options: Any) -> Answer:
    """A whole answer, in async code; options as in `stream`. Raises LlmError."""
    async with stream(messages, **options) as pieces:
        async for _piece in pieces:
            pass
    assert pieces.answer is not None  # noqa: S101 (a stream that ended without raising has one)
    return pieces.answer


def chat(messages: Sequence[Message], **options: Any) -> Answer:
    """A whole answer, in sync code and jobs; options as in `stream`. Raises LlmError.

    Its figures are written in the caller's transaction. Do not call it while holding one that others wait for.
    """
    return in_own_loop(lambda: achat(messages, **options))


async def aembed(texts: Sequence[str], *, room: str, purpose: str, data_class: str, actor: Actor = None) -> Embeddings:
    """Vectors of the texts, in async code. Raises LlmError; ValueError without any text."""
    if isinstance(texts, str) or not texts:
        raise ValueError("texts is a list with at least one text.")
    wish = Wish(
        kind=rules.EMBEDDINGS,
        room=room,
        purpose=purpose,
        data_class=data_class,
        actor=actor,
        texts=tuple(texts),
        tokens_out=0,
    )
    async with Exchange(wish) as exchange:
        endpoint, vectors, tokens = await exchange.ask(_embed)
        figures = exchange.figures
        figures.estimated = tokens is None
        figures.tokens_in = figures.tokens_in if tokens is None else tokens
    return Embeddings(
        vectors=vectors,
        provider=endpoint.slug,
        model=endpoint.embeddings_model,
        location=endpoint.location,
        tokens_in=figures.tokens_in,
        total_ms=figures.total_ms or 0,
    )


def embed(texts: Sequence[str], **options: Any) -> Embeddings:
    """Vectors of the texts, in sync code and jobs; options as in `aembed`. Raises LlmError."""
    return in_own_loop(lambda: aembed(texts, **options))


async def _embed(
    endpoint: Endpoint, locked: lock.Locked, seconds: float
) -> tuple[Endpoint, NDArray[np.float32], int | None]:
    """All batches at one provider: vectors of two models cannot be mixed."""
    found: list[NDArray[np.float32]] = []
    count = 0
    for begin in range(0, len(locked.texts), LIMITS.embed_batch):
        vectors, tokens = await wire.embed(endpoint, locked.texts[begin : begin + LIMITS.embed_batch], seconds)
        if found and vectors.shape[1] != found[0].shape[1]:
            raise Failure("malformed")
        found.append(vectors)
        count = count + tokens if tokens is not None else count
    return endpoint, np.concatenate(found), count or None


def in_own_loop(work: Callable[[], Awaitable[T]]) -> T:
    """Run async work for a sync caller, in a loop of its own whose connections end with it.

    The caller's thread lends itself for the database meanwhile. Raises RuntimeError inside a running loop: await there.
    """

    async def whole() -> T:
        lent = database.CALLER_WAITS.set(True)
        try:
            return await work()
        finally:
            database.CALLER_WAITS.reset(lent)
            await client.close()

    return AsyncToSync(whole, force_new_loop=True)()
