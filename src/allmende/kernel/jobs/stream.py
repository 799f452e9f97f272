# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A job's progress as server-sent events, without keeping a thread or a database connection between two looks."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import asdict
from functools import partial

from asgiref.sync import sync_to_async
from django.db import connections
from django.utils import translation

from allmende.kernel.jobs import queries
from allmende.kernel.jobs.queries import Snapshot
from allmende.kernel.jobs.rules import RULES
from allmende.kernel.web.sse import Event, release_request_thread


async def progress_events(uuid: str) -> AsyncIterator[Event]:
    """An event whenever something changed, until the job has ended or the stream's time is up."""
    await release_request_thread()
    look = sync_to_async(partial(_look, uuid, translation.get_language()), thread_sensitive=False)
    began, shown = time.monotonic(), None
    while time.monotonic() - began < RULES.stream_for:
        now = await look()
        if now is None:
            return
        if now != shown:
            yield Event(json.dumps(asdict(now), ensure_ascii=False), "finished" if now.finished else "progress")
            shown = now
        if now.finished:
            return
        await asyncio.sleep(RULES.stream_every)


def _look(uuid: str, language: str | None) -> Snapshot | None:
    """One look at the job, in a borrowed thread."""
    try:
        with translation.override(language):
            job = queries.job(uuid)
            return None if job is None else queries.snapshot(job)
    finally:
        connections.close_all()
