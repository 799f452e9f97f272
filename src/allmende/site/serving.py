# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What stands between the server and Django: files are sent, no request is too large, a page stays in one thread, and the end
of the server is no error."""

import asyncio
from typing import Any
from wsgiref.headers import Headers

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponseBase
from servestatic import ServeStaticASGI

from allmende.kernel.web.middleware import TOO_LARGE

CUT_OFF = (
    "Der Server wird gerade neu gestartet. Bitte versuchen Sie es gleich noch einmal. "
    "Ob Ihre letzte Eingabe gespeichert ist, sehen Sie, wenn Sie die Seite erneut öffnen.\n"
)
RETRY_SECONDS = b"30"


class OneThreadHandler(ASGIHandler):
    """Django with all middleware and the view of a request in one thread, one after another.

    Django's own handler goes from the event loop to the request's thread and back for every middleware, twice: more work
    than most pages are. A view that is a coroutine still runs in the loop, and so does every stream.
    """

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: ARG002  (Django's signature)
        """The chain of a synchronous server, whatever is asked for."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """Through the chain, in the request's thread."""
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)


def static_files(app: Any) -> ServeStaticASGI:
    """ASGI: what lies in `STATIC_ROOT` is sent without asking Django; a name with a hash in it for ever."""
    return ServeStaticASGI(
        app, root=settings.STATIC_ROOT, prefix=settings.STATIC_URL, add_headers_function=_of_static_files
    )


def _of_static_files(headers: Headers, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = settings.SECURE_REFERRER_POLICY
    if settings.SECURE_HSTS_SECONDS:
        headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains; preload"


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
