# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What stands between the server and Django: no request is too large, and the end of the server is no error."""

import asyncio
from typing import Any

from allmende.kernel.web.middleware import TOO_LARGE

CUT_OFF = (
    "Der Server wird gerade neu gestartet. Bitte versuchen Sie es gleich noch einmal. "
    "Ob Ihre letzte Eingabe gespeichert ist, sehen Sie, wenn Sie die Seite erneut öffnen.\n"
)
RETRY_SECONDS = b"30"


class Bounded:
    """ASGI: at most `limit` bytes of a request's body reach Django, which would write any number of them to the disk.

    What comes beyond is read and dropped, so that the browser hears the answer; Django sees the request without its body.
    """

    def __init__(self, app: Any, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Count what arrives."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        arrived = 0

        async def counted() -> Any:
            nonlocal arrived
            while True:
                message = await receive()
                arrived += len(message.get("body", b""))
                if arrived <= self._limit:
                    return message
                scope[TOO_LARGE] = True
                if not message.get("more_body"):
                    return {**message, "body": b""} if message["type"] == "http.request" else message

        await self._app(scope, counted, send)


class Orderly:
    """ASGI: a request that is cut off because the server stops gets an answer, or its stream ends; nothing is logged as wrong."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass on, and say what happened when the server cancels the request."""
        begun = cut_off = False

        async def heard() -> Any:
            message = await receive()
            if cut_off:
                await _nothing()
            return message

        async def said(message: Any) -> None:
            nonlocal begun
            if cut_off:
                await _nothing()
            begun = True
            await send(message)

        try:
            await self._app(scope, heard, said)
        except asyncio.CancelledError:
            cut_off = True
            if not begun:
                await send({"type": "http.response.start", "status": 503, "headers": _HEADERS})
            await send({"type": "http.response.body", "body": b"" if begun else CUT_OFF.encode()})


async def _nothing() -> None:
    """What is left of a request that was cut off waits here until the server's loop ends, instead of complaining."""
    await asyncio.get_running_loop().create_future()


_HEADERS = [
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"content-length", str(len(CUT_OFF.encode())).encode()),
    (b"retry-after", RETRY_SECONDS),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'"),
]
