# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Server-sent events: a response that grows while something happens."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from asgiref.sync import SyncToAsync, sync_to_async
from django.db import connections
from django.http import StreamingHttpResponse


@dataclass(frozen=True)
class Event:
    """One event of the stream; `data` may have several lines, `event` and `id` may not."""

    data: str
    event: str | None = None
    id: str | None = None

    def encode(self) -> bytes:
        """The event on the wire (WHATWG HTML, section 9.2). Raises ValueError for a line break in name or id."""
        lines = []
        for field, value in (("id", self.id), ("event", self.event)):
            if value is None:
                continue
            if any(mark in value for mark in "\r\n\0"):
                raise ValueError(f"The {field} of an event must be a single line.")
            lines.append(f"{field}: {value}")
        text = self.data.replace("\r\n", "\n").replace("\r", "\n")
        lines += [f"data: {line}" for line in text.split("\n")]
        return ("\n".join(lines) + "\n\n").encode()


def event_stream(events: AsyncIterator[Event]) -> StreamingHttpResponse:
    """Stream the events; when the browser goes away, the iterator is closed and its `finally` blocks run."""
    response = StreamingHttpResponse(_encoded(events), content_type="text/event-stream; charset=utf-8")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"  # nginx would hold the events back otherwise
    return response


async def release_request_thread() -> None:
    """Give back what the request's own thread holds: its database connections, then the thread itself.

    Django keeps both until the response has ended, and a stream of minutes ends late. The middleware runs in that
    thread, before the view and after it, so this is done when the stream begins; a later step gets a new one.
    """
    await sync_to_async(connections.close_all)()
    context = SyncToAsync.thread_sensitive_context.get(None)
    executor = SyncToAsync.context_to_thread_executor.pop(context, None) if context else None
    if executor is not None:
        executor.shutdown(wait=False)


async def _encoded(events: AsyncIterator[Event]) -> AsyncIterator[bytes]:
    try:
        async for event in events:
            yield event.encode()
    finally:
        close = getattr(events, "aclose", None)
        if close is not None:
            await close()
