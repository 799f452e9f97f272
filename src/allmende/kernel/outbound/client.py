# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One message to another machine, for whoever has to tell it something: a webhook, a port of a specialist system.

Only machines on the town's own lists are called (`ALLMENDE_OUTBOUND_HOSTS`, `ALLMENDE_OUTBOUND_PRIVATE_HOSTS`). The first are
called over TLS at public addresses alone; the second are the town's own, which may stand at private addresses and without TLS.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import httpx2
from asgiref.sync import async_to_sync
from django.conf import settings

from allmende.kernel.outbound.engine import addresses
from allmende.kernel.outbound.rules import CALL, POST, Bounds, Policy
from allmende.kernel.outbound.transport import AnswerTooLarge, ForbiddenAddress, GuardedTransport

AGENT = "allmende"
OWN_HEADERS = ("host", "content-type", "content-length", "user-agent")


class NotReachedError(Exception):
    """Nobody answered. `outcome`: forbidden_address, too_large, timeout or unreachable; nothing of the message is kept."""

    def __init__(self, outcome: str) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def fault(url: str) -> str:
    """Why the house may not call this address, in one word of `addresses.fault`, or "unlisted"; empty when it may."""
    if wrong := addresses.fault(url, plain_http=True):
        return wrong
    host = addresses.host(url)
    if host in settings.OUTBOUND_PRIVATE_HOSTS:
        return ""
    if host not in settings.OUTBOUND_HOSTS:
        return "unlisted"
    return addresses.fault(url, plain_http=False)


@dataclass(frozen=True)
class Answer:
    """What the other side said."""

    status: int
    content: bytes


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send the body and return the status of the answer; redirects are not followed. Raises NotReachedError.

    Beside `headers` only the length, the host and our own name leave the house.
    """
    return _call("POST", url, body, headers, POST).status


def call(method: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
    """The same with any method, for a protocol of several steps: its answer is read. Raises NotReachedError."""
    return _call(method, url, body, headers or {}, CALL)


def _call(method: str, url: str, body: bytes, headers: Mapping[str, str], bounds: Bounds) -> Answer:
    if fault(url):
        raise NotReachedError("forbidden_address")
    return async_to_sync(_send)(method, url, body, dict(headers), bounds)


def _policy(url: str, headers: Mapping[str, str], bounds: Bounds) -> Policy:
    own = addresses.host(url) in settings.OUTBOUND_PRIVATE_HOSTS
    return Policy(
        reach="any" if own else "public",
        plain_http=own,
        headers=(*OWN_HEADERS, *(name.lower() for name in headers)),
        answer_bytes=bounds.answer_bytes,
    )


async def _send(method: str, url: str, body: bytes, headers: dict[str, str], bounds: Bounds) -> Answer:
    timeout = httpx2.Timeout(bounds.total, connect=bounds.connect)
    transport = GuardedTransport(_policy(url, headers, bounds))
    outcome = "unreachable"
    try:
        async with httpx2.AsyncClient(
            transport=transport, timeout=timeout, follow_redirects=False, trust_env=False
        ) as wire:
            answer = await wire.request(method, url, content=body, headers={"User-Agent": AGENT, **headers})
            return Answer(int(answer.status_code), answer.content)
    except ForbiddenAddress:
        outcome = "forbidden_address"
    except AnswerTooLarge:
        outcome = "too_large"
    except httpx2.TimeoutException:
        outcome = "timeout"
    except (httpx2.HTTPError, httpx2.StreamError):
        outcome = "unreachable"
    raise NotReachedError(outcome)
