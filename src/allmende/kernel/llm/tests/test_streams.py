# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whoever stops reading ends the provider's work, and a stream holds neither thread nor connection while it waits."""

import asyncio
import threading
import time

import pytest
from asgiref.sync import SyncToAsync, ThreadSensitiveContext, sync_to_async
from django.db import connections
from django.test import AsyncClient

from allmende.kernel.llm import service
from allmende.kernel.llm.models import Call, DailyUse
from allmende.kernel.llm.testing import silence, streamed
from allmende.kernel.llm.tests.conftest import OPTIONS, QUESTION, run
from allmende.kernel.web.sse import Event, event_stream, release_request_thread

pytestmark = pytest.mark.django_db(transaction=True)

ENDLESS = streamed(*(["Wort "] * 10_000), pace=0.01)


def test_who_closes_the_stream_ends_the_call(fake, add):
    add(fake)
    fake.behave(ENDLESS)

    async def leave() -> float:
        async with service.stream(QUESTION, **OPTIONS) as pieces:
            await anext(pieces)
            await anext(pieces)
            return time.monotonic()

    left = asyncio.run(leave())
    assert fake.received[0].ended.wait(5)
    assert fake.received[0].ended_at - left < 1
    call = Call.objects.get()
    assert call.outcome == "cancelled"
    assert call.tokens_out > 0
    assert DailyUse.objects.get(scope="role:house").tokens == call.tokens_in + call.tokens_out


@pytest.mark.parametrize("behaviour", [ENDLESS, silence], ids=["while it speaks", "before it speaks"])
def test_a_cancelled_task_ends_the_call(fake, add, behaviour):
    add(fake)
    fake.behave(behaviour)

    async def cancel() -> float:
        task = asyncio.create_task(service.achat(QUESTION, **OPTIONS))
        await asyncio.to_thread(fake.arrived.acquire)
        task.cancel()
        left = time.monotonic()
        with pytest.raises(asyncio.CancelledError):
            await task
        return left

    left = asyncio.run(cancel())
    assert fake.received[0].ended.wait(5)
    assert fake.received[0].ended_at - left < 1
    assert Call.objects.get().outcome == "cancelled"


def test_who_forgets_to_close_is_cleaned_up_after(fake, add):
    add(fake)
    fake.behave(ENDLESS)

    async def careless() -> None:
        async for _piece in service.stream(QUESTION, **OPTIONS):
            break
        assert await asyncio.to_thread(fake.received[0].ended.wait, 5)
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))

    asyncio.run(careless())
    assert Call.objects.get().outcome == "cancelled"


def test_a_browser_that_goes_away_ends_the_call_at_the_provider(fake, add, dora):
    """Through the page's own stream, as the server runs it: the client disconnects, the provider stops."""
    add(fake)
    fake.behave(ENDLESS)

    async def visit() -> float:
        client = AsyncClient()
        await client.aforce_login(dora)
        response = await client.post("/sprachmodelle/anbieter/rechenzentrum/mitlesen/")
        assert response["Content-Type"].startswith("text/event-stream")
        body = aiter(response.streaming_content)
        assert b"piece" in await anext(body)
        left = time.monotonic()
        await body.aclose()
        return left

    left = asyncio.run(visit())
    assert fake.received[0].ended.wait(5)
    assert fake.received[0].ended_at - left < 1


def test_twenty_streams_hold_no_thread_and_no_database_connection_while_they_wait(fake, add):
    add(fake)
    fake.behave(streamed("Ja", " und", " nein", pace=0.05))
    waiting: list[bool] = []

    async def events():
        await release_request_thread()
        async with service.stream(QUESTION, **OPTIONS) as pieces:
            async for piece in pieces:
                waiting.append(SyncToAsync.thread_sensitive_context.get() in SyncToAsync.context_to_thread_executor)
                yield Event(piece)

    async def one_visitor() -> bytes:
        async with ThreadSensitiveContext():
            await sync_to_async(connections["default"].ensure_connection)()
            return b"".join([part async for part in event_stream(events()).streaming_content])

    async def twenty() -> list[bytes]:
        return await asyncio.gather(*(one_visitor() for _number in range(20)))

    assert set(run(twenty)) == {b"data: Ja\n\ndata:  und\n\ndata:  nein\n\n"}
    assert waiting == [False] * 60
    assert threading.active_count() < 20
    assert Call.objects.filter(outcome="answered").count() == 20
