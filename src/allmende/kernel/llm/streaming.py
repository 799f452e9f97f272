# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""An answer piece by piece; whoever stops reading ends the provider's work."""

import time
from collections.abc import AsyncGenerator
from functools import partial
from types import TracebackType
from typing import Self

from allmende.kernel.llm import lock, wire
from allmende.kernel.llm.endpoints import Endpoint
from allmende.kernel.llm.engine import sizes
from allmende.kernel.llm.engine.restoring import Restorer
from allmende.kernel.llm.errors import BrokenOff, TimedOut
from allmende.kernel.llm.failures import Failure
from allmende.kernel.llm.gateway import Exchange
from allmende.kernel.llm.rules import LIMITS
from allmende.kernel.llm.shapes import Answer, ChatRequest, Speaker, Wish


class Stream:
    """Iterate over it for the pieces of text; afterwards `answer` says who answered and what it cost.

    Nothing happens before the first piece is asked for. Raises LlmError there, BrokenOff or TimedOut later. Use it with
    ``async with``, or call `aclose`: that ends the provider's work, as does cancelling the task that reads.
    """

    def __init__(self, wish: Wish, request: ChatRequest, *, only: Endpoint | None = None) -> None:
        self._reading = _Reading(Exchange(wish, only=only), request)
        self._pieces = self._reading.pieces()

    @property
    def answer(self) -> Answer | None:
        """The whole answer, once the last piece was read."""
        return self._reading.answer

    @property
    def speaker(self) -> Speaker | None:
        """Who is answering, once the first piece was read."""
        return self._reading.speaker

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        return await anext(self._pieces)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Stop reading; the connection to the provider is closed before this returns."""
        await self._pieces.aclose()


class _Reading:
    """What happens while a stream is read. It does not know its stream: a forgotten stream must be freed at once."""

    def __init__(self, exchange: Exchange, request: ChatRequest) -> None:
        self._exchange = exchange
        self._request = request
        self._said: list[str] = []
        self.answer: Answer | None = None
        self.speaker: Speaker | None = None

    async def pieces(self) -> AsyncGenerator[str, None]:
        async with self._exchange as exchange:
            endpoint, came, first = await exchange.ask(partial(_open, self._request))
            self.speaker = Speaker(endpoint.slug, endpoint.chat_model, endpoint.location)
            deadline = time.monotonic() + endpoint.timeout
            try:
                exchange.note_first()
                restorer = Restorer(exchange.mapping(endpoint))
                piece = first
                while piece:
                    if text := self._keep(restorer.feed(piece)):
                        yield text
                    piece = await self._next(endpoint, came, deadline - time.monotonic())
                if text := self._keep(restorer.end()):
                    yield text
            finally:
                self._count(came)
                await came.close()
        self.answer = self._complete(endpoint, came)

    def _keep(self, text: str) -> str:
        self._said.append(text)
        return text

    async def _next(self, endpoint: Endpoint, came: wire.ChatAnswer, seconds: float) -> str:
        try:
            return await came.piece(min(seconds, self._exchange.seconds_left))
        except Failure as error:
            failure = error
        await self._exchange.broke_off(endpoint, failure)
        raise (TimedOut if failure.outcome == "timeout" else BrokenOff)(outcome=failure.outcome)

    def _count(self, came: wire.ChatAnswer) -> None:
        """The provider's figures; before it gave any, ours."""
        figures = self._exchange.figures
        figures.estimated = came.tokens_out is None
        figures.tokens_in = came.tokens_in if came.tokens_in is not None else figures.tokens_in
        figures.tokens_out = came.tokens_out if came.tokens_out is not None else sizes.tokens(["".join(self._said)])

    def _complete(self, endpoint: Endpoint, came: wire.ChatAnswer) -> Answer:
        figures = self._exchange.figures
        return Answer(
            text="".join(self._said),
            provider=endpoint.slug,
            model=endpoint.chat_model,
            location=endpoint.location,
            finish_reason=came.finish_reason,
            tokens_in=figures.tokens_in,
            tokens_out=figures.tokens_out,
            first_ms=figures.first_ms or 0,
            total_ms=figures.total_ms or 0,
            hidden=self._exchange.hidden(endpoint),
        )


async def _open(
    request: ChatRequest, endpoint: Endpoint, locked: lock.Locked, seconds: float
) -> tuple[Endpoint, wire.ChatAnswer, str]:
    """A try counts as begun when its first words are there: until then another provider may take over."""

    async def begin() -> tuple[Endpoint, wire.ChatAnswer, str]:
        came = await wire.open_chat(endpoint, request, locked.texts, seconds)
        try:
            return endpoint, came, await came.piece(seconds)
        except BaseException:
            await came.close()
            raise

    return await wire.within(min(seconds, LIMITS.first_piece), begin())
