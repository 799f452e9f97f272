# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Too much is refused before it is kept anywhere, and who is cut off by a restart is told so."""

import asyncio
from collections.abc import Iterable

import pytest
from asgiref.sync import SyncToAsync, async_to_sync
from django.core.asgi import get_asgi_application

from allmende.site.serving import Bounded, OneThreadHandler, Orderly, static_files

SCOPE = {
    "type": "http",
    "method": "POST",
    "path": "/darstellung/",
    "query_string": b"",
    "headers": [(b"host", b"testserver"), (b"content-type", b"application/x-www-form-urlencoded")],
}


def exchange(app, chunks: Iterable[bytes], **scope: object) -> tuple[int, dict[str, str], bytes]:
    """Send a body piece by piece, as a browser does, and read the answer."""
    arriving = list(chunks)
    told: list[dict] = []

    async def receive() -> dict:
        if not arriving:
            await asyncio.sleep(3600)
        return {"type": "http.request", "body": arriving.pop(0), "more_body": bool(arriving)}

    async def send(message: dict) -> None:
        told.append(message)

    async_to_sync(app)({**SCOPE, **scope}, receive, send)
    head = next(message for message in told if message["type"] == "http.response.start")
    headers = {name.decode().lower(): value.decode() for name, value in head["headers"]}
    return head["status"], headers, b"".join(message.get("body", b"") for message in told)


@pytest.fixture
def house():
    return Bounded(OneThreadHandler(), limit=1000)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("chunks", [[b"x" * 1001], [b"x" * 400] * 3, [b"x" * 400] * 500], ids=["one", "few", "many"])
def test_a_body_beyond_the_limit_gets_a_page_that_says_so(house, chunks) -> None:
    status, headers, body = exchange(house, chunks)
    assert status == 413
    assert "Das ist zu viel auf einmal" in body.decode()
    assert "default-src 'none'" in headers["content-security-policy"]


@pytest.mark.django_db(transaction=True)
def test_a_body_within_the_limit_arrives_whole(house) -> None:
    async def echo(scope, receive, send) -> None:
        parts = [await receive()]
        while parts[-1]["more_body"]:
            parts.append(await receive())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"".join(part["body"] for part in parts)})

    assert exchange(Bounded(echo, limit=1000), [b"a" * 500, b"b" * 500])[2] == b"a" * 500 + b"b" * 500
    status, _headers, body = exchange(house, [b"theme=dark"])
    assert (status, "Formular ist abgelaufen" in body.decode()) == (403, True), (
        "Django read the form and missed its token"
    )


def test_nothing_beyond_the_limit_is_handed_on() -> None:
    arrived = []

    async def greedy(scope, receive, send) -> None:
        while True:
            message = await receive()
            arrived.append(message["body"])
            if not message["more_body"]:
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})

    exchange(Bounded(greedy, limit=1000), [b"x" * 300] * 40)
    assert sum(map(len, arrived)) <= 1000


def cut_off(app) -> list[dict]:
    """What a browser is told when the server stops in the middle of its request."""
    told: list[dict] = []

    async def receive() -> dict:
        if told and not told[-1].get("more_body", True):
            return {"type": "http.disconnect"}
        return await asyncio.get_running_loop().create_future()

    async def send(message: dict) -> None:
        told.append(message)

    async def stop_the_server() -> None:
        request = asyncio.ensure_future(Orderly(app)(SCOPE, receive, send))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        request.cancel()
        await request

    async_to_sync(stop_the_server)()
    return told


def test_a_page_that_is_not_ready_when_the_server_stops_is_answered_with_when_to_come_back() -> None:
    async def slow(scope, receive, send) -> None:
        await asyncio.sleep(3600)

    head, body = cut_off(slow)
    assert head["status"] == 503
    assert (b"retry-after", b"30") in head["headers"]
    assert "neu gestartet" in body["body"].decode()
    assert dict(head["headers"])[b"content-length"] == str(len(body["body"])).encode()


def test_a_stream_ends_when_the_server_stops() -> None:
    async def stream(scope, receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while True:
            await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})
            await asyncio.sleep(3600)

    told = cut_off(stream)
    assert [message.get("status") for message in told] == [200, None, None]
    assert told[-1] == {"type": "http.response.body", "body": b""}


def test_what_a_cut_off_request_still_wants_to_say_is_dropped() -> None:
    """Django leaves its own tasks running when it is cancelled."""
    late: list[asyncio.Task] = []

    async def stubborn(scope, receive, send) -> None:
        async def talk() -> None:
            await asyncio.sleep(0)
            await send({"type": "http.response.start", "status": 200, "headers": []})

        late.append(asyncio.ensure_future(talk()))
        await asyncio.sleep(3600)

    async def stop() -> list[dict]:
        told: list[dict] = []

        async def send(message: dict) -> None:
            told.append(message)

        request = asyncio.ensure_future(Orderly(stubborn)(SCOPE, None, send))
        await asyncio.sleep(0)
        request.cancel()
        await request
        await asyncio.sleep(0.01)
        late[0].cancel()
        return told

    assert [message.get("status") for message in async_to_sync(stop)()] == [503, None]


@pytest.mark.django_db(transaction=True)
def test_no_middleware_sends_a_page_to_another_thread(settings, monkeypatch) -> None:
    crossings: list[object] = []
    cross = SyncToAsync.__call__

    async def counted(self, *args, **kwargs):
        crossings.append(self)
        return await cross(self, *args, **kwargs)

    monkeypatch.setattr(SyncToAsync, "__call__", counted)

    def crossings_of_a_page(handler) -> int:
        crossings.clear()
        assert exchange(handler, [b""], method="GET", path="/impressum/")[0] == 200
        return len(crossings)

    assert crossings_of_a_page(OneThreadHandler()) <= 3, (
        "the page itself, and what Django does before and after a request"
    )
    assert crossings_of_a_page(get_asgi_application()) > len(settings.MIDDLEWARE), "what Django does by itself"


def test_a_file_is_sent_without_django_and_for_ever_when_its_name_has_a_hash(settings, tmp_path) -> None:
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "page.css").write_text("a {}")
    (tmp_path / "page.0123456789ab.css").write_text("a {}")

    async def django(scope, receive, send) -> None:
        await send({"type": "http.response.start", "status": 404, "headers": []})

    app = static_files(django)
    ask = {"method": "GET", "headers": []}
    status, headers, body = exchange(app, [b""], path="/static/page.0123456789ab.css", **ask)
    assert (status, body, headers["x-content-type-options"]) == (200, b"a {}", "nosniff")
    assert "immutable" in headers["cache-control"]
    assert "immutable" not in exchange(app, [b""], path="/static/page.css", **ask)[1]["cache-control"]
    for path in ("/static/../allmende.sqlite3", "/static/none.css", "/"):
        assert exchange(app, [b""], path=path, **ask)[0] == 404
