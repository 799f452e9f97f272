# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Live chats as server-sent events, out of the database: it is the only thing that the processes of the house share.

A stream holds neither a thread nor a database connection between two looks. Each message carries its number as the event's id; a
browser that lost its connection sends the last one (WHATWG HTML, section 9.2) and gets what came behind it.
"""

import asyncio
import json
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.db import connections
from django.utils import timezone, translation

from allmende.kernel.web.sse import Event, release_request_thread
from allmende.modules.assistant.live import queries, rules
from allmende.modules.assistant.live.models import Chat
from allmende.modules.assistant.live.pulse import Pulse
from allmende.modules.assistant.live.queries import CITIZEN, WAITING, Line

PULSE = Pulse()
T = TypeVar("T")
_open: Counter[str] = Counter()
"""Open streams of this process, by whose they are."""


@dataclass
class Reading:
    """How far somebody has read a chat."""

    chat: uuid.UUID
    reader: str
    language: str
    after: int

    def look(self) -> list[Line]:
        """What is new."""
        return queries.lines(self.chat, reader=self.reader, language=self.language, after=self.after)

    async def is_behind(self) -> bool:
        """Whether there is something to look for."""
        return await PULSE.last(self.chat) > self.after


async def chat_events(chat: Chat, *, reader: str, language: str, after: int) -> AsyncIterator[Event]:
    """Every message behind the number `after` as an event `line`, until the chat has ended or the stream's time is up.

    A citizen for whom nobody comes gets one event `late`. Where too many streams are open already, the only event is `full`.
    """
    await release_request_thread()
    late_at = chat.opened_at + timedelta(minutes=rules.bound("wait_minutes"))
    waits, reading = reader == CITIZEN and chat.state == WAITING, Reading(chat.pk, reader, language, after)
    with _place(f"{chat.pk} {reader}") as free:
        if not free:
            yield Event("full", "full")
            return
        async for found in _looks(reading.look, language, reading.is_behind):
            for line in found or ():
                yield Event(json.dumps(line.as_dict(), ensure_ascii=False), "line", str(line.number))
                reading.after, waits = line.number, waits and not line.accepts
                if line.ends:
                    return
            if waits and timezone.now() > late_at:
                waits = False
                yield Event("late", "late")


async def queue_events(user_id: int, *, language: str, seen: str) -> AsyncIterator[Event]:
    """An event `queue` with its new signs whenever the list of this clerk looks different from the one with the signs `seen`."""
    await release_request_thread()
    with _place(f"queue {user_id}") as free:
        if not free:
            yield Event("full", "full")
            return
        async for signs in _looks(lambda: _signs(user_id), language):
            if signs is not None and signs != seen:
                seen = signs
                yield Event(signs or "none", "queue")


async def _looks(
    look: Callable[[], T], language: str, due: Callable[[], Awaitable[bool]] | None = None
) -> AsyncIterator[T | None]:
    """One look at the database after the other, each in a borrowed thread; None while none is `due`."""

    def once() -> T:
        try:
            with translation.override(language):
                return look()
        finally:
            connections.close_all()

    began, bounds = time.monotonic(), rules.stream()
    ask = sync_to_async(once, thread_sensitive=False)
    while time.monotonic() - began < bounds["for_seconds"]:
        yield await ask() if due is None or await due() else None
        await asyncio.sleep(bounds["every_seconds"])


@contextmanager
def _place(whose: str) -> Iterator[bool]:
    """Whether there is room for one more stream; it takes the room until it ends."""
    bounds = rules.stream()
    free = _open.total() < bounds["most"] and _open[whose] < bounds["most_of_one"]
    if free:
        _open[whose] += 1
    try:
        yield free
    finally:
        if free:
            _open[whose] -= 1
            if not _open[whose]:
                del _open[whose]


def _signs(user_id: int) -> str:
    user = get_user_model().objects.filter(pk=user_id).first()
    return queries.signs(user)
