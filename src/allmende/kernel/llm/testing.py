# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A provider for tests and benchmarks: a real server on this machine that keeps every byte it receives.

By default it repeats the last message word by word, so that a test sees both what left and what came back.
"""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass
class Received:
    """One request. `ended` is set when its connection was gone before the answer was, with the moment (monotonic)."""

    path: str
    headers: str
    body: bytes
    ended: threading.Event = field(default_factory=threading.Event)
    ended_at: float = 0.0
    answered: threading.Event = field(default_factory=threading.Event)

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)


Behaviour = Callable[[Received], AsyncIterator[bytes]]


class FakeProvider:
    """``with FakeProvider() as provider:`` – `provider.url` is its address, `provider.received` what came (`arrived` counts it).

    `behave(…)` sets what the next requests get, one after the other; the last one stays. Without any it echoes.
    """

    def __init__(
        self, *, pace: float = 0.0, words: Iterable[str] = (), models: Iterable[str] = ("echo", "vectors")
    ) -> None:
        self.received: list[Received] = []
        self.arrived = threading.Semaphore(0)
        self.connections = 0
        self._behaviours: list[Behaviour] = []
        self._pace, self._words, self._models = pace, tuple(words), tuple(models)
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._port = 0

    @property
    def url(self) -> str:
        """Its address, up to the path of the protocol."""
        return f"http://127.0.0.1:{self._port}/v1"

    @property
    def bytes_received(self) -> bytes:
        """Every byte that ever arrived, headers included."""
        return b"\n".join(item.path.encode() + item.headers.encode() + item.body for item in self.received)

    def behave(self, *behaviours: Behaviour) -> None:
        """What the next requests get."""
        self._behaviours = list(behaviours)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_error: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._loop.close()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._run())

    async def _run(self) -> None:
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        self._port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while (request := await _read(reader)) is not None:
                self.received.append(request)
                self.arrived.release()
                await self._answer(request, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, request: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer, and notice at once when the other side goes away meanwhile."""
        answering = asyncio.ensure_future(self._write(request, writer))
        leaving = asyncio.ensure_future(_gone(reader))
        await asyncio.wait((answering, leaving), return_when=asyncio.FIRST_COMPLETED)
        whole = answering.done() and not answering.exception()
        if not whole:
            request.ended_at = time.monotonic()
            request.ended.set()
        for task in (answering, leaving):
            task.cancel()
        await asyncio.gather(answering, leaving, return_exceptions=True)
        if not whole:
            raise ConnectionError
        request.answered.set()

    async def _write(self, request: Received, writer: asyncio.StreamWriter) -> None:
        async for part in self._behaviour(request)(request):
            writer.write(part)
            await writer.drain()

    def _behaviour(self, request: Received) -> Behaviour:
        if request.path.endswith("/models"):
            return answer({"object": "list", "data": [{"id": name, "object": "model"} for name in self._models]})
        if len(self._behaviours) > 1:
            return self._behaviours.pop(0)
        if self._behaviours:
            return self._behaviours[0]
        return vectors if request.path.endswith("/embeddings") else self._echo

    async def _echo(self, request: Received) -> AsyncIterator[bytes]:
        words = self._words or request.json["messages"][-1]["content"].split(" ")
        async for part in streamed(*spaced(words), pace=self._pace)(request):
            yield part


async def _read(reader: asyncio.StreamReader) -> Received | None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode() if not reader.at_eof() else ""
    if not head:
        return None
    lines = head.split("\r\n")
    sizes = [line.partition(":")[2] for line in lines if line.lower().startswith("content-length:")]
    body = await reader.readexactly(int(sizes[0])) if sizes else b""
    return Received(lines[0].split(" ")[1], head, body)


async def _gone(reader: asyncio.StreamReader) -> None:
    """Ends with the connection; a client does not speak again before it was answered."""
    await reader.read(1)


# --- what a provider may do


def spaced(words: Iterable[str]) -> list[str]:
    """Words as a model writes them: the blank before each."""
    return [word if number == 0 else f" {word}" for number, word in enumerate(words)]


def head(status: int = 200, kind: str = "application/json", **headers: str) -> bytes:
    """Status line and headers of an answer whose end is the end of its chunks."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", "Transfer-Encoding: chunked"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def chunk(data: bytes) -> bytes:
    """One chunk of the body; empty bytes end it."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def event(content: object) -> bytes:
    """One event of the stream, as a chunk."""
    return chunk(b"data: " + (content if isinstance(content, bytes) else json.dumps(content).encode()) + b"\n\n")


def piece(text: str | None, finish: str | None = None) -> dict[str, Any]:
    """One piece of a chat answer."""
    delta = {} if text is None else {"content": text}
    return {
        "id": "1",
        "object": "chat.completion.chunk",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }


def answer(content: object, status: int = 200, kind: str = "application/json", **headers: str) -> Behaviour:
    """One whole answer."""

    async def behave(_request: Received) -> AsyncIterator[bytes]:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        yield head(status, kind, **headers) + (chunk(body) if body else b"") + chunk(b"")

    return behave


def failure(status: int, message: str = "no", **headers: str) -> Behaviour:
    """An error in the words of the protocol."""
    return answer({"error": {"message": message, "code": status}}, status, **headers)


def streamed(*pieces: str, pace: float = 0.0, usage: bool = True, finish: str | None = "stop") -> Behaviour:
    """A chat answer piece by piece, `pace` seconds apart; without `finish` it just stops."""

    async def behave(request: Received) -> AsyncIterator[bytes]:
        yield head(kind="text/event-stream")
        for text in pieces:
            if pace:
                await asyncio.sleep(pace)
            yield event(piece(text))
        if finish:
            yield event(piece(None, finish))
        if usage:
            sent = sum(len(message["content"]) for message in request.json["messages"])
            yield event({"choices": [], "usage": {"prompt_tokens": sent, "completion_tokens": len(pieces)}})
        yield event(b"[DONE]") + chunk(b"")

    return behave


async def vectors(request: Received) -> AsyncIterator[bytes]:
    """Embeddings of three dimensions: length, letters, one."""
    texts = request.json["input"]
    data = [
        {"index": number, "embedding": [len(text), sum(map(str.isalpha, text)), 1]} for number, text in enumerate(texts)
    ]
    async for part in answer({"object": "list", "data": data, "usage": {"prompt_tokens": len(texts)}})(request):
        yield part


async def silence(_request: Received) -> AsyncIterator[bytes]:
    """Accepts, and says nothing."""
    yield b""
    await asyncio.Event().wait()


async def hangs_up(_request: Received) -> AsyncIterator[bytes]:
    """Closes the connection without a word."""
    yield b""
    raise ConnectionError
