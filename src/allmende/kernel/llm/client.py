# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The `openai` client of each provider: one for each event loop, without tries of its own, over the guarded wire."""

import asyncio
import logging
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import httpx2

from allmende.kernel.llm.endpoints import Endpoint
from allmende.kernel.llm.rules import LIMITS, LOCATIONS
from allmende.kernel.outbound.rules import Policy
from allmende.kernel.outbound.transport import GuardedTransport

if TYPE_CHECKING:
    import openai

AGENT = "allmende"

SENT_HEADERS = ("host", "accept", "authorization", "content-type", "content-length", "user-agent")
"""All that a provider learns beside the body: nothing of the operating system, the client library or the organisation."""

KINDS = ("application/json", "text/event-stream")

logging.getLogger("openai").setLevel(logging.WARNING)  # below that it writes addresses and, once, wrote bodies

_Clients = dict[str, tuple[Endpoint, "openai.AsyncOpenAI"]]
_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, _Clients] = WeakKeyDictionary()


def client(endpoint: Endpoint) -> "openai.AsyncOpenAI":
    """The client of this provider in the running event loop; a new one after the provider was changed.

    The old one is not closed: calls that still run keep it until they end.
    """
    ours = _clients.setdefault(asyncio.get_running_loop(), {})
    known = ours.get(endpoint.slug)
    if known is None or known[0] != endpoint:
        known = ours[endpoint.slug] = (endpoint, _new(endpoint))
    return known[1]


async def close() -> None:
    """Close the clients of the running event loop, which is about to end."""
    for _endpoint, ours in _clients.pop(asyncio.get_running_loop(), {}).values():
        await ours.close()


def policy(location: str, *, with_key: bool) -> Policy:
    """What a call to a provider at one location (a key of data/llm.toml) may do."""
    place = LOCATIONS[location]
    return Policy(
        reach=place.reach,
        plain_http=place.plain_http,
        headers=SENT_HEADERS if with_key else tuple(name for name in SENT_HEADERS if name != "authorization"),
        answer_bytes=LIMITS.answer_bytes,
        kinds=KINDS,
        connections=LIMITS.connections,
        idle_connections=LIMITS.idle_connections,
    )


def _new(endpoint: Endpoint) -> "openai.AsyncOpenAI":
    import openai  # most of a second: only a house that calls a model pays for it

    # a read timeout on the socket would end a slow answer that is still coming; the gateway has its own clock
    timeout = httpx2.Timeout(LIMITS.total, connect=LIMITS.connect, pool=LIMITS.connect)
    transport = GuardedTransport(policy(endpoint.location, with_key=bool(endpoint.key)))
    http = httpx2.AsyncClient(transport=transport, timeout=timeout, follow_redirects=False, trust_env=False)
    return openai.AsyncOpenAI(
        api_key=endpoint.key or "none",  # the library wants one; the transport does not send it
        base_url=endpoint.url,
        max_retries=0,
        timeout=timeout,
        http_client=http,
        default_headers={"User-Agent": AGENT},
    )
