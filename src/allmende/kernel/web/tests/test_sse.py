# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Server-sent events have the form that browsers read."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from allmende.kernel.web.sse import Event, event_stream


def test_a_text_of_two_lines_stays_one_event() -> None:
    assert Event("eins\nzwei", event="satz", id="7").encode() == b"id: 7\nevent: satz\ndata: eins\ndata: zwei\n\n"


@pytest.mark.parametrize("data", ["a\r\nb", "a\rb"])
def test_foreign_line_ends_cannot_start_a_field(data: str) -> None:
    assert Event(data).encode() == b"data: a\ndata: b\n\n"


def test_a_name_with_a_line_break_is_refused() -> None:
    with pytest.raises(ValueError, match="single line"):
        Event("x", event="a\ndata: b").encode()


def test_the_source_is_closed_when_the_browser_leaves() -> None:
    closed = []

    async def source() -> AsyncIterator[Event]:
        try:
            yield Event("1")
            yield Event("2")
        finally:
            closed.append(True)

    async def read_one() -> None:
        response = event_stream(source())
        assert response["Content-Type"].startswith("text/event-stream")
        chunks = response.streaming_content
        assert await anext(chunks) == b"data: 1\n\n"
        await chunks.aclose()

    asyncio.run(read_one())
    assert closed == [True]
