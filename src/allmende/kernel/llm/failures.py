# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What went wrong at a provider, in one word of data/llm.toml. Nothing of request or answer is kept."""

from collections.abc import Awaitable
from datetime import UTC, datetime
from json import JSONDecodeError
from typing import TYPE_CHECKING, TypeVar

import httpx2

from allmende.kernel.llm.engine.waiting import asked_for
from allmende.kernel.outbound.transport import AnswerTooLarge, ForbiddenAddress, UnexpectedAnswer

if TYPE_CHECKING:
    import openai

T = TypeVar("T")

BY_STATUS = {
    400: "bad_request",
    401: "denied",
    403: "denied",
    404: "unknown_model",
    405: "unknown_model",
    408: "failing",
    409: "failing",
    413: "too_long",
    422: "bad_request",
    425: "busy",
    429: "busy",
}
"""Others: 3xx redirected, 4xx bad_request, 5xx failing."""

TOO_LONG = ("context", "too long", "maximum length", "max_tokens", "too many tokens")
"""Words by which servers say, with status 400 or 422, that the text does not fit (llama.cpp, vLLM, Ollama, OpenAI)."""


class Failure(Exception):
    """A provider gave no answer; `outcome` says how, `wait` the seconds it asks for."""

    def __init__(self, outcome: str, *, wait: float | None = None, status: int | None = None, about: str = "") -> None:
        super().__init__(outcome)
        self.outcome = outcome
        self.wait = wait
        self.status = status
        self.about = about
        """The name of the parameter the provider refused, if it is one of ours: "stream_options"."""


async def guarded(answer: Awaitable[T]) -> T:
    """The answer. Raises Failure, and nothing that holds request or answer: not even as context of the exception."""
    import openai  # most of a second: only a house that calls a model pays for it

    try:
        return await answer
    except (openai.OpenAIError, httpx2.HTTPError, httpx2.StreamError, TimeoutError) as error:
        failure = _failure(error)
    except (ValueError, TypeError, KeyError, AttributeError, LookupError, JSONDecodeError, RecursionError):
        failure = Failure("malformed")  # the library stumbled over what a provider sent
    raise failure


def _failure(error: Exception) -> Failure:
    import openai

    if isinstance(error, openai.APIStatusError):
        return _by_status(error)
    if isinstance(error, openai.APITimeoutError):
        connecting = isinstance(error.__cause__, httpx2.ConnectTimeout | httpx2.PoolTimeout)
        return Failure("unreachable" if connecting else "timeout")
    if isinstance(error, TimeoutError | httpx2.TimeoutException):
        return Failure("timeout")
    if isinstance(error, openai.APIConnectionError):
        return Failure(_on_the_wire(error.__cause__))
    if isinstance(error, httpx2.HTTPError):
        return Failure(_on_the_wire(error))
    # an APIError without a status is one that the stream itself reported
    return Failure("failing" if isinstance(error, openai.APIError) else "malformed")


def _on_the_wire(cause: BaseException | None) -> str:
    kinds = ((ForbiddenAddress, "forbidden_address"), (AnswerTooLarge, "too_large"), (UnexpectedAnswer, "malformed"))
    return next((outcome for kind, outcome in kinds if isinstance(cause, kind)), "unreachable")


def _by_status(error: "openai.APIStatusError") -> Failure:
    status = error.status_code
    said = str(error.body).lower()[:2000] if status in (400, 413, 422) else ""
    if said and any(word in said for word in TOO_LONG):
        return Failure("too_long", status=status)
    outcome = BY_STATUS.get(status) or ("redirected" if status < 400 else "failing" if status >= 500 else "bad_request")
    wait = asked_for(error.response.headers.get("retry-after"), datetime.now(UTC))
    return Failure(outcome, wait=wait, status=status, about="stream_options" if "stream_options" in said else "")
