# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The wire: only to addresses that may be called, with headers of ours alone, and never more than a bounded answer.

The name is resolved here and the connection goes to the address that was checked (no DNS rebinding); the certificate is
checked against the name. Proxies of the environment are ignored and redirects are not followed.
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator
from functools import cache

import httpx2

from allmende.kernel.outbound.engine.addresses import IPAddress, literal, may_be_called
from allmende.kernel.outbound.rules import NEVER, Policy

for _name in ("httpx2", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.WARNING)  # below that they write addresses


class ForbiddenAddress(httpx2.TransportError):
    """The name leads to an address that may not be called from here."""


class AnswerTooLarge(httpx2.TransportError):
    """The answer grew beyond the limit."""


class UnexpectedAnswer(httpx2.TransportError):
    """The answer is of a kind nobody asked for, or compressed although nobody asked for that."""


class GuardedTransport(httpx2.AsyncBaseTransport):
    """What an `AsyncClient` sends through, within its policy."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        limits = httpx2.Limits(max_connections=policy.connections, max_keepalive_connections=policy.idle_connections)
        self._wire = httpx2.AsyncHTTPTransport(verify=_tls(), trust_env=False, limits=limits)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send to the first checked address that answers. Raises httpx2.TransportError and the kinds above."""
        addresses = await self._addresses(request)
        for number, address in enumerate(addresses, start=1):
            try:
                response = await self._wire.handle_async_request(_aimed(request, self._policy.headers, address))
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                if number == len(addresses):
                    raise
                continue
            return await _bounded(response, self._policy)
        raise httpx2.ConnectError("The name leads nowhere.")

    async def aclose(self) -> None:
        """Close every connection."""
        await self._wire.aclose()

    async def _addresses(self, request: httpx2.Request) -> list[IPAddress]:
        """Where the name leads. One forbidden address among several makes the name itself suspect."""
        url = request.url
        found = await _resolve(url.host, url.port or (443 if url.scheme == "https" else 80))
        encrypted = url.scheme == "https"
        reach = self._policy.reach
        if not encrypted and not self._policy.plain_http:
            raise ForbiddenAddress("Without TLS.")
        if not all(may_be_called(address, encrypted=encrypted, reach=reach, never=NEVER) for address in found):
            raise ForbiddenAddress("The address may not be called.")
        return found


@cache
def _tls() -> ssl.SSLContext:
    """The system's certificates; SSL_CERT_FILE adds the town's own authority."""
    return ssl.create_default_context()


async def _resolve(host: str, port: int) -> list[IPAddress]:
    """IP addresses of a name, each once, in the system's order. Raises ConnectError."""
    direct = literal(host)
    if direct is not None:
        return [direct]
    failed = False
    try:
        rows = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        failed = True
    if failed:
        raise httpx2.ConnectError("The name cannot be resolved.")
    found = (literal(str(row[4][0])) for row in rows)
    return list(dict.fromkeys(address for address in found if address is not None))


def _aimed(request: httpx2.Request, names: tuple[str, ...], address: IPAddress) -> httpx2.Request:
    """The request to this very address, still for the name it was meant for, with these headers only."""
    headers = {name: request.headers[name] for name in names if name in request.headers}
    headers["accept-encoding"] = "identity"
    return httpx2.Request(
        request.method,
        request.url.copy_with(host=str(address)),
        headers=headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": request.url.host},
    )


async def _bounded(response: httpx2.Response, policy: Policy) -> httpx2.Response:
    """The same response, with a body that ends in AnswerTooLarge at the limit."""
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    unasked = bool(policy.kinds) and (kind not in policy.kinds or encoding != "identity")
    if response.is_success and unasked:
        await response.aclose()
        raise UnexpectedAnswer("The answer is of another kind.")
    if not isinstance(response.stream, httpx2.AsyncByteStream):
        raise UnexpectedAnswer("The answer has no body.")
    response.stream = _Bounded(response.stream, policy.answer_bytes)
    return response


class _Bounded(httpx2.AsyncByteStream):
    """A body that counts."""

    def __init__(self, body: httpx2.AsyncByteStream, most: int) -> None:
        self._body = body
        self._most = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        count = 0
        async for part in self._body:
            count += len(part)
            if count > self._most:
                raise AnswerTooLarge("The answer is too large.")
            yield part

    async def aclose(self) -> None:
        await self._body.aclose()
