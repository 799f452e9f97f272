# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where each open chat stands: one question to the database for all streams of a process, however many there are."""

import asyncio
import math
import time
import uuid

from asgiref.sync import sync_to_async
from django.db import connections

from allmende.modules.assistant.live import queries, rules


class Pulse:
    """The number of the last message of every open chat, at most half a stream's pause old."""

    def __init__(self) -> None:
        self._began = -math.inf
        self._asked: asyncio.Future[dict[uuid.UUID, int]] | None = None

    async def last(self, chat: uuid.UUID) -> float:
        """The number of a chat's last message; infinite for one that is not open, where one has to look."""
        now = time.monotonic()
        old = now - self._began >= rules.stream()["every_seconds"] / 2
        if self._asked is None or self._asked.cancelled() or old:
            self._began, self._asked = now, asyncio.ensure_future(sync_to_async(_ask, thread_sensitive=False)())
        found = await asyncio.shield(self._asked)  # who goes away takes the answer from nobody
        return found.get(chat, math.inf)


def _ask() -> dict[uuid.UUID, int]:
    """In a borrowed thread."""
    try:
        return queries.last_numbers()
    finally:
        connections.close_all()
