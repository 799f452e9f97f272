# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Things that happen at the same moment: a question and the handover, two clerks, two readers of a stream."""

import asyncio
import contextlib
import os
import sqlite3
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection

from allmende.modules.assistant.live import rules, service, stream
from allmende.modules.assistant.live.models import Chat

RACE = """
import django; django.setup()
import time, uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from django.db import connection
from allmende.kernel.accounts.testing import make_user
from allmende.modules.assistant import service
from allmende.modules.assistant.live import presence, queries
from allmende.modules.assistant.live import service as live
from allmende.modules.assistant.models import Answer, Conversation

presence.available = lambda unit, language: True
people = [make_user("alice", "clerk"), make_user("anton", "clerk")]
wish = live.Wish("", "Gespräch", "none", "", "Ich willige ein.")

def ask(conversation, barrier, _delay):
    barrier.wait()
    try:
        service.answer("Es brennt im Haus", language="de", channel="test", conversation_id=conversation)
        return "answered"
    except service.WithPersonError:
        return "passed on"

def hand_over(conversation, barrier, delay):
    barrier.wait()
    time.sleep(delay)
    live.begin(conversation, wish, language="de")

def accept(chat, barrier, actor):
    barrier.wait()
    try:
        live.accept(chat, actor=actor)
        return actor.username
    except live.OtherClerkError:
        return "late"

def both(pool, first, second):
    def alone(call):
        try:
            return call[0](*call[1:])
        finally:
            connection.close()
    return list(pool.map(alone, (first, second)))

told = []
with ThreadPoolExecutor(2) as pool:
    for number in range({rounds}):
        conversation, barrier = Conversation.objects.create().pk, Barrier(2)
        outcome, _none = both(pool, (ask, conversation, barrier, 0), (hand_over, conversation, barrier, number * 0.004))
        chat = queries.open_in(conversation)
        texts = [line.text for line in queries.lines(chat.pk, reader="clerk", language="de") if line.by == "citizen"]
        answers = Answer.objects.filter(conversation=conversation)
        assert texts == (["Es brennt im Haus"] if outcome == "passed on" else []), (outcome, texts)
        assert answers.count() == (outcome == "answered")
        assert all(answer.asked_at < chat.opened_at for answer in answers), "answered after the handover"
        barrier = Barrier(2)
        winners = both(pool, (accept, chat, barrier, people[0]), (accept, chat, barrier, people[1]))
        assert winners.count("late") == 1, winners
        told.append(outcome)
print(told.count("answered"), told.count("passed on"))
"""


def run(script: str, folder: Path) -> str:
    """What a process of its own prints, in a database with the tables of the tests; on SQLite a copy on the disk, because the one in
    memory knows no waiting writers.
    """
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{folder / 'town.sqlite3'}"
        with contextlib.closing(sqlite3.connect(folder / "town.sqlite3")) as copy:
            connection.connection.backup(copy)
    else:
        url = urlsplit(os.environ["ALLMENDE_DATABASE_URL"])._replace(path=f"/{database['NAME']}").geturl()
    environment = {**os.environ, "ALLMENDE_DATABASE_URL": url}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.django_db(transaction=True)
def test_a_question_at_the_moment_of_the_handover_is_answered_before_or_goes_to_the_person(tmp_path: Path) -> None:
    answered, passed_on = map(int, run(RACE.format(rounds=8), tmp_path).split())
    assert answered + passed_on == 8
    assert passed_on > 0, "the race was never lost by the assistant: it did not run"


@pytest.mark.django_db(transaction=True)
def test_who_lost_the_connection_gets_what_came_meanwhile_and_no_more(
    begun: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(rules.stream(), "every_seconds", 0.01)
    chat = begun()
    for text in ("Eins", "Zwei"):
        service.say(chat, text, ticket=uuid.uuid4())

    async def read(after: int, most: int) -> list[tuple[str | None, str | None]]:
        events = stream.chat_events(chat, reader="citizen", language="de", after=after)
        got = []
        async for event in events:
            got.append((event.event, event.id))
            if len(got) == most:
                break
        await events.aclose()
        return got

    assert asyncio.run(read(0, 3)) == [("line", "1"), ("line", "2"), ("line", "3")]
    assert asyncio.run(read(2, 1)) == [("line", "3")]
    service.end(Chat.objects.get())
    assert asyncio.run(read(3, 9)) == [("line", "4")], "the end ends the stream"
    assert not stream._open


@pytest.mark.django_db(transaction=True)
def test_the_number_of_streams_is_bounded(begun: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(rules.stream(), "every_seconds", 0.01)
    monkeypatch.setitem(rules.stream(), "most_of_one", 2)
    chat = begun()

    async def three() -> list[str | None]:
        streams = [stream.chat_events(chat, reader="citizen", language="de", after=0) for _number in range(3)]
        first = [(await anext(events)).event for events in streams]
        for events in streams:
            await events.aclose()
        return first

    assert asyncio.run(three()) == ["line", "line", "full"]
    assert asyncio.run(three()) == ["line", "line", "full"], "a stream that ended leaves its place"
