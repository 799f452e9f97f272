# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a progress stream holds while it waits."""

import asyncio
import threading

import pytest
from asgiref.sync import SyncToAsync, ThreadSensitiveContext, sync_to_async
from django.db import connections

from allmende.kernel.jobs import service, stream


@pytest.mark.django_db(transaction=True)
def test_ten_people_watching_hold_no_database_connection_and_no_thread_of_their_own():
    job = service.enqueue("allmende.kernel.jobs.tests.errands:send_letters", args={"count": 1}, title="Briefe")
    open_connections: set[int] = set()

    def ask_as_middleware_does() -> None:
        connections["default"].ensure_connection()
        open_connections.add(threading.get_ident())

    async def one_visitor() -> bool:
        async with ThreadSensitiveContext():
            await sync_to_async(ask_as_middleware_does)()
            assert SyncToAsync.thread_sensitive_context.get() in SyncToAsync.context_to_thread_executor
            async for event in stream.progress_events(str(job.uuid)):
                assert '"queued"' in event.data
                break
            return SyncToAsync.thread_sensitive_context.get() in SyncToAsync.context_to_thread_executor

    async def ten_visitors() -> list[bool]:
        return await asyncio.gather(*(one_visitor() for _number in range(10)))

    assert asyncio.run(ten_visitors()) == [False] * 10
    alive = {thread.ident for thread in threading.enumerate()}
    assert not open_connections & alive
