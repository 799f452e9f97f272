# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One try at one provider: what is sent, and nothing believed of what comes back. Everything here raises Failure alone."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from allmende.kernel.llm.client import client
from allmende.kernel.llm.endpoints import Endpoint
from allmende.kernel.llm.failures import Failure, guarded
from allmende.kernel.llm.rules import LIMITS
from allmende.kernel.llm.shapes import ChatRequest

T = TypeVar("T")


async def within(seconds: float, answer: Awaitable[T]) -> T:
    """The answer, or Failure("timeout") and whatever it was doing cancelled."""

    async def in_time() -> T:
        async with asyncio.timeout(seconds):
            return await answer

    return await guarded(in_time())


class ChatAnswer:
    """An answer as it comes, piece by piece. Close it, whatever happens."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._chunks = aiter(stream)
        self._characters = 0
        self.finish_reason = ""
        self.tokens_in: int | None = None
        self.tokens_out: int | None = None

    async def piece(self, seconds: float) -> str:
        """The next text; empty at the end. Raises Failure, also for an answer that just stops."""
        return await within(seconds, self._piece())

    async def close(self) -> None:
        """End the call: the connection is closed, and with it the provider's work."""
        await self._stream.close()

    async def _piece(self) -> str:
        while (chunk := await anext(self._chunks, None)) is not None:
            self._note_usage(chunk)
            if text := self._text(chunk):
                return text
        if not self.finish_reason:
            raise Failure("malformed")
        return ""

    def _text(self, chunk: Any) -> str:
        choices = chunk["choices"]
        if not choices:
            return ""
        reason = choices[0].get("finish_reason")
        self.finish_reason = reason[:40] if isinstance(reason, str) else self.finish_reason
        text = choices[0]["delta"].get("content")
        if text is None:
            return ""
        if not isinstance(text, str):
            raise Failure("malformed")
        self._characters += len(text)
        if self._characters > LIMITS.answer_characters:
            raise Failure("too_large")
        return text

    def _note_usage(self, chunk: Any) -> None:
        usage = chunk.get("usage")
        if usage:
            self.tokens_in, self.tokens_out = _count(usage["prompt_tokens"]), _count(usage["completion_tokens"])


def _count(value: Any) -> int | None:
    """A number of tokens that a provider reports, if it can be one."""
    return value if type(value) is int and 0 <= value < 10**9 else None


async def open_chat(endpoint: Endpoint, request: ChatRequest, texts: Sequence[str], seconds: float) -> ChatAnswer:
    """Begin an answer."""
    arguments = _arguments(endpoint, request, texts)
    try:
        return await within(seconds, _begin(endpoint, arguments))
    except Failure as failure:
        if failure.about != "stream_options":
            raise
    arguments.pop("stream_options")  # a server that does not know it; tokens are estimated instead
    return await within(seconds, _begin(endpoint, arguments))


async def _begin(endpoint: Endpoint, arguments: dict[str, Any]) -> ChatAnswer:
    """Without the library's own models of the answer: building them takes half of the time, and proves nothing."""
    import openai

    stream = await client(endpoint).post(
        "/chat/completions", body=arguments, cast_to=object, stream=True, stream_cls=openai.AsyncStream[object]
    )
    return ChatAnswer(stream)


def _arguments(endpoint: Endpoint, request: ChatRequest, texts: Sequence[str]) -> dict[str, Any]:
    contents, stop = texts[: len(request.roles)], list(texts[len(request.roles) :])
    arguments: dict[str, Any] = {
        "model": endpoint.chat_model,
        "messages": [{"role": role, "content": text} for role, text in zip(request.roles, contents, strict=True)],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": request.max_tokens,
    }
    if request.temperature is not None:
        arguments["temperature"] = request.temperature
    if stop:
        arguments["stop"] = stop
    return arguments


async def embed(endpoint: Endpoint, texts: Sequence[str], seconds: float) -> tuple[NDArray[np.float32], int | None]:
    """Vectors (n, d) of the texts, and the tokens the provider counted."""
    return await within(seconds, _embed(endpoint, texts))


async def _embed(endpoint: Endpoint, texts: Sequence[str]) -> tuple[NDArray[np.float32], int | None]:
    answer = await client(endpoint).embeddings.create(
        model=endpoint.embeddings_model, input=list(texts), encoding_format="float"
    )
    rows = {item.index: item.embedding for item in answer.data}
    if sorted(rows) != list(range(len(texts))):
        raise Failure("malformed")
    vectors = np.asarray([rows[number] for number in range(len(texts))], np.float32)
    if vectors.ndim != 2 or not 1 <= vectors.shape[1] <= LIMITS.embed_dimensions or not np.isfinite(vectors).all():
        raise Failure("malformed")
    return vectors, _count(getattr(answer.usage, "prompt_tokens", None))


async def models(endpoint: Endpoint, seconds: float) -> list[str]:
    """Names of the models that a provider offers, as far as it says; at most so many as people want to read."""
    page = await within(seconds, _models(endpoint))
    return [name[:120] for name in page if isinstance(name, str)][: LIMITS.probe_models]


async def _models(endpoint: Endpoint) -> list[Any]:
    page = await client(endpoint).models.list()
    return [model.id for model in page.data]
