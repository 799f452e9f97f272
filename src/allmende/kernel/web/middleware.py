# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Middleware of the frame: a request whose body was too large is answered before anybody reads it."""

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.http import HttpRequest, HttpResponseBase

from allmende.kernel.web.views import too_large

TOO_LARGE = "allmende.too_large"
"""Key of the ASGI scope; the server's side sets it when it drops a body."""


class PassingMiddleware:
    """Lets every request pass, in a synchronous server and in an asynchronous one; what inherits from it does more."""

    async_capable = True
    sync_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Pass on."""
        response: HttpResponseBase | Awaitable[HttpResponseBase] = self.get_response(request)
        return response


class TooLargeMiddleware(PassingMiddleware):
    """Answers 413 where the server dropped the body. It stands behind those that choose headers and language."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """413, or the page."""
        if not getattr(request, "scope", {}).get(TOO_LARGE):
            return super().__call__(request)
        return sync_to_async(too_large)(request) if self.is_async else too_large(request)
