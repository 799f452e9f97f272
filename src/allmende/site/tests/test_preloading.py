# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Nobody waits for the model: a web process loads it by itself, once it answers, and goes on without it if it must."""

import asyncio
import threading

import pytest
from asgiref.sync import async_to_sync

from allmende.kernel.registry import Preload
from allmende.site import preloading

loaded: list[str] = []
finished = threading.Event()


def model() -> None:
    loaded.append("model")


def broken() -> None:
    raise RuntimeError("no memory")


def last() -> None:
    loaded.append("last")
    finished.set()


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded.clear()
    finished.clear()

    class Fixed:
        def all(self, kind: type) -> tuple[Preload, ...]:
            return tuple(Preload(name=name, load=f"{__name__}:{name}") for name in ("model", "broken", "last"))

    monkeypatch.setattr(preloading, "registry", Fixed)
    monkeypatch.setattr(preloading.connections, "close_all", lambda: None)


async def page(scope, receive, send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})


class Server:
    """Starts an application, asks for a page, stops it, as uvicorn does."""

    def __init__(self, app) -> None:
        self.app = app
        self.said: list[str] = []
        self.telling: asyncio.Queue[dict] = asyncio.Queue()
        self.started = asyncio.Event()

    async def _send(self, message: dict) -> None:
        self.said.append(message["type"])
        self.started.set()

    async def run(self, *, ask: bool) -> None:
        life = asyncio.ensure_future(self.app({"type": "lifespan"}, self.telling.get, self._send))
        await self.telling.put({"type": "lifespan.startup"})
        await self.started.wait()
        self.before = list(loaded)
        if ask:
            await self.app({"type": "http"}, None, self._send)
        await asyncio.to_thread(finished.wait, 10)
        await self.telling.put({"type": "lifespan.shutdown"})
        await life


def test_after_the_first_answer_everything_is_loaded_and_a_failure_stops_nothing(caplog) -> None:
    server = Server(preloading.Preloading(page, patience=3600))
    async_to_sync(server.run)(ask=True)
    assert server.before == [], "nothing was loaded before somebody had been answered"
    assert loaded == ["model", "last"]
    assert "broken could not be loaded ahead" in caplog.text
    assert server.said == ["lifespan.startup.complete", "http.response.start", "lifespan.shutdown.complete"]


def test_it_does_not_wait_for_ever_for_a_first_visitor() -> None:
    async_to_sync(Server(preloading.Preloading(page, patience=0)).run)(ask=False)
    assert loaded == ["model", "last"]


def test_a_server_that_stops_loads_nothing_more() -> None:
    stopping = threading.Event()
    stopping.set()
    preloading.load(stopping)
    assert loaded == []


def test_search_and_assistant_are_loaded_ahead() -> None:
    from allmende.kernel.registry import registry

    assert {"search", "assistant"} <= {item.name for item in registry().all(Preload)}
