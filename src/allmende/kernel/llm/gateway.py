# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The way of a call: data class against location, quota, breaker, pseudonyms, tries, the next provider, the meter."""

import asyncio
import logging
import random
import time
from asyncio import sleep
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self, TypeVar

from allmende.kernel.llm import access, circuit, database, lock, meter, queries, rules
from allmende.kernel.llm.endpoints import Endpoint
from allmende.kernel.llm.engine import sizes
from allmende.kernel.llm.engine.waiting import before_retry
from allmende.kernel.llm.errors import ERRORS, LlmError, NotConfigured, Refused
from allmende.kernel.llm.failures import Failure
from allmende.kernel.llm.rules import LIMITS, OUTCOMES, RETRY
from allmende.kernel.llm.shapes import Wish

T = TypeVar("T")
Operation = Callable[[Endpoint, lock.Locked, float], Awaitable[T]]
"""One try: the provider, the texts as they may leave, the seconds that are left for it."""

logger = logging.getLogger(__name__)
_settling: set[asyncio.Task[None]] = set()
"""Keeps tasks alive that write to the meter for a caller who has gone."""


class Exchange:
    """One call: ``async with Exchange(wish) as exchange: … await exchange.ask(operation)``.

    Entering admits the call, leaving settles it, however it ended. `only` is for the administration's test of one
    provider: no other is tried, none twice, and neither its breaker nor its data classes count.
    """

    def __init__(self, wish: Wish, *, only: Endpoint | None = None) -> None:
        self._wish = wish
        self._only = only
        self._began = time.monotonic()
        self._call = 0
        self._role: meter.Reservation | None = None
        self._at_provider: meter.Reservation | None = None
        self._locked: dict[str, lock.Locked] = {}
        self._candidates: list[Endpoint] = []
        self._first_obstacle = ""
        self.figures = meter.Figures(outcome="running", tokens_in=sizes.tokens(wish.texts))

    # --- admission and settlement

    async def __aenter__(self) -> Self:
        await database.run(self._admit)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.figures.outcome = _outcome(error)
        self.figures.total_ms = self._milliseconds()
        task = asyncio.ensure_future(database.run(self._settle))
        _settling.add(task)
        task.add_done_callback(_settling.discard)
        await asyncio.shield(task)

    def _admit(self) -> None:
        wish, roles = self._wish, access.roles_of(self._wish.actor)
        every = [self._only] if self._only else queries.endpoints()
        offering = [endpoint for endpoint in every if endpoint.model_for(wish.kind)]
        if not offering:
            raise NotConfigured
        allowed = [item for item in offering if self._only or item.handling(wish.data_class) != rules.REFUSED]
        if not allowed:
            meter.refuse(roles, Refused.outcome, **wish.facts)
            raise Refused
        self._candidates = [endpoint for endpoint in allowed if endpoint.key_is_readable]
        self._call, self._role = meter.begin(roles, self._reserved_tokens, **wish.facts)
        if self._candidates:
            self._first_obstacle = self._enter(
                self._candidates[0]
            )  # the same step of the database: nearly always enough

    def _settle(self) -> None:
        if self.figures.provider and self.figures.outcome in ("answered", "cancelled"):
            circuit.note(self.figures.provider, "answered")
        used = self.figures.tokens_in + self.figures.tokens_out if self.figures.provider else 0
        reserved = [(item, used) for item in (self._role, self._at_provider) if item is not None]
        meter.settle(self._call, self.figures, reserved)

    @property
    def _reserved_tokens(self) -> int:
        return sizes.tokens(self._wish.texts) + self._wish.tokens_out

    # --- one provider after the other

    async def ask(self, operation: Operation[T]) -> T:
        """What the first provider in order answers. Raises LlmError when none does."""
        failure, obstacle = None, ""
        for endpoint in self._candidates:
            first = endpoint is self._candidates[0]
            obstacle = self._first_obstacle if first else await database.run(self._enter, endpoint)
            if obstacle:
                continue
            try:
                return await self._at(endpoint, operation)
            except Failure as error:
                failure = error
            await database.run(self._leave)
            logger.warning("Provider %s: %s", endpoint.slug, failure.outcome)
            if not OUTCOMES[failure.outcome].elsewhere or self.seconds_left <= 0:
                break
        outcome = failure.outcome if failure else obstacle or "unavailable"
        raise ERRORS[OUTCOMES[outcome].error](outcome=outcome)

    @property
    def seconds_left(self) -> float:
        """Until the whole call is over."""
        return LIMITS.total - (time.monotonic() - self._began)

    def mapping(self, endpoint: Endpoint) -> dict[str, str]:
        """Pseudonym → original of what went to this provider."""
        return self._locked[self._handling(endpoint)].mapping

    def hidden(self, endpoint: Endpoint) -> tuple[str, ...]:
        """Kinds of personal data that this provider did not get to see."""
        return self._locked[self._handling(endpoint)].kinds

    def note_first(self) -> None:
        """The first words are there."""
        self.figures.first_ms = self._milliseconds()

    async def broke_off(self, endpoint: Endpoint, failure: Failure) -> None:
        """The provider failed after its first words: counts for its breaker, cannot be tried again."""
        logger.warning("Provider %s broke off: %s", endpoint.slug, failure.outcome)
        await database.run(circuit.note, endpoint.slug, failure.outcome)

    def _enter(self, endpoint: Endpoint) -> str:
        """Why this provider is passed over, as an outcome; empty when it is not."""
        if not self._only and not circuit.may_pass(endpoint.slug):
            return "unavailable"
        self._at_provider = meter.reserve_at(endpoint, self._reserved_tokens)
        return "" if self._at_provider else "quota"

    def _leave(self) -> None:
        if self._at_provider is not None:
            meter.correct(self._at_provider, 0)
            self._at_provider = None

    async def _at(self, endpoint: Endpoint, operation: Operation[T]) -> T:
        """Try one provider until it answers, its tries are used up, or trying is no use."""
        handling = self._handling(endpoint)
        if handling not in self._locked:
            self._locked[handling] = await lock.close(self._wish.texts, handling)
        figures, failure = self.figures, Failure("timeout")
        for attempt in range(1, (1 if self._only else RETRY.attempts) + 1):
            figures.attempts += 1
            try:
                answer = await operation(endpoint, self._locked[handling], min(self.seconds_left, endpoint.timeout))
            except Failure as error:
                failure = error
            else:
                figures.provider, figures.model = endpoint.slug, endpoint.model_for(self._wish.kind)
                figures.location = endpoint.location
                return answer
            await database.run(circuit.note, endpoint.slug, failure.outcome)
            wait = self._wait(attempt, failure)
            if wait is None:
                break
            await sleep(wait)
        raise failure

    def _handling(self, endpoint: Endpoint) -> str:
        return rules.PLAIN if self._only else endpoint.handling(self._wish.data_class)

    def _wait(self, attempt: int, failure: Failure) -> float | None:
        """Seconds until the next try; nothing when there is to be none."""
        if self._only or not OUTCOMES[failure.outcome].again or attempt >= RETRY.attempts:
            return None
        wait = before_retry(
            attempt,
            base=RETRY.base,
            cap=RETRY.cap,
            jitter=RETRY.jitter,
            chance=random.random(),  # noqa: S311 (spreads tries, guards nothing)
            asked=failure.wait,
        )
        return wait if wait is not None and wait < self.seconds_left else None

    def _milliseconds(self) -> int:
        return round(1000 * (time.monotonic() - self._began))


def _outcome(error: BaseException | None) -> str:
    if error is None:
        return "answered"
    if isinstance(error, LlmError):
        return error.outcome
    return "cancelled" if isinstance(error, GeneratorExit | asyncio.CancelledError) else "failing"
