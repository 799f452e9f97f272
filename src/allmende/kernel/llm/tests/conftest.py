# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A provider on this machine, and the rooms' way to it."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import connection

from allmende.kernel.accounts.testing import make_user
from allmende.kernel.llm import client, gateway, queries, rules, service, streaming, wire, writing
from allmende.kernel.llm.models import Provider
from allmende.kernel.llm.testing import FakeProvider

KEY = "sk-geheim-4711-niemals-zeigen"
QUESTION = [{"role": "user", "content": "Was kostet ein Hund in Lindental?"}]
OPTIONS = {"room": "assistant", "purpose": "rephrase", "data_class": "internal"}


@pytest.fixture(autouse=True)
def no_provider_of_the_operator(settings) -> None:
    settings.LLM = {**settings.LLM, "url": ""}


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    with FakeProvider() as provider:
        yield provider


@pytest.fixture
def other() -> Iterator[FakeProvider]:
    with FakeProvider() as provider:
        yield provider


@pytest.fixture
def add(db) -> Callable[..., Provider]:
    """A provider of the administration's. Outside the house it must have https, so `location` is set past the form."""

    def make(
        fake: FakeProvider, name: str = "Rechenzentrum", *, location: str = "house", key: str = KEY, **values: object
    ):
        fields = {
            "name": name,
            "url": fake.url,
            "location": location,
            "classes": ["public", "internal", "personal"],
            "chat_model": "echo",
            "embeddings_model": "vectors",
            **values,
        }
        return writing.create_provider(fields, key=key, actor=None)

    return make


@pytest.fixture
def anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Providers in the EU and elsewhere may be this very machine, as the house's own may; handling stays as it is."""
    for name in ("eu", "other"):
        monkeypatch.setitem(rules.LOCATIONS, name, replace(rules.LOCATIONS[name], plain_http=True, reach="any"))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Shorter limits, in every module that reads them."""

    def shorten(**limits: float) -> None:
        shorter = replace(rules.LIMITS, **limits)
        for module in (rules, client, gateway, service, streaming, wire):
            if hasattr(module, "LIMITS"):
                monkeypatch.setattr(module, "LIMITS", shorter)

    return shorten


@pytest.fixture(autouse=True)
def quick_tries(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Waits between tries are noted, not waited for."""
    waits: list[float] = []

    async def note(seconds: float) -> None:
        waits.append(seconds)
        await asyncio.sleep(0)

    monkeypatch.setattr(gateway, "sleep", note)
    return waits


@pytest.fixture
def alice(db):
    return make_user("alice", "clerk")


@pytest.fixture
def dora(db):
    return make_user("dora", "administrator")


@pytest.fixture
def bob(db):
    return make_user("bob", "data_protection_officer")


@pytest.fixture
def state() -> Callable[[str], str]:
    return lambda slug: queries.states().get(slug, queries.CLOSED)


def run(work: Callable[[], Coroutine[object, object, object]]) -> object:
    """Run async work with borrowed threads as a server does; on SQLite one of them, because its tables in memory know no waiting."""

    async def whole() -> object:
        threads = 1 if connection.vendor == "sqlite" else 6
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(threads))
        return await work()

    return asyncio.run(whole())
