# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The worker is killed while it sends. Each letter is one letter, each event one event: told by their ids."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from allmende.kernel.jobs.testing import Town, kill, town_of_its_own
from allmende.kernel.messages.tests.fakes import HookServer, MailServer, Server

pytestmark = pytest.mark.both_databases

LETTERS = 6
START = """
import django; django.setup()
from allmende.kernel import registry as house
from allmende.kernel.accounts.testing import make_user
from allmende.kernel.messages import service
from allmende.kernel.messages.channels.webhook import new_secret
from allmende.kernel.messages.tests import letterroom
from allmende.kernel.messages.tests.conftest import VALUES
house._current["registry"] = house.Registry([*house.registry().rooms, letterroom.ROOM])
service.add_webhook("fach", title="x", url="{url}", secret=new_secret(), actor=make_user("dora", "administrator"))
for number in range({count}):
    for _time in range(2):
        to = f"person{{number}}@lindental.example"
        service.send_email(letterroom.LETTER, key=f"letter-{{number}}", to=to, language="de", values=VALUES)
        service.send_webhook("fach", key=f"event-{{number}}", event="case.opened", data=dict(number=number))
"""


@pytest.fixture
def servers() -> Iterator[tuple[MailServer, HookServer]]:
    with MailServer() as mail, HookServer() as hooks:
        yield mail, hooks


@pytest.fixture
def town(tmp_path: Path, servers: tuple[MailServer, HookServer]) -> Iterator[Town]:
    mail, hooks = servers
    with town_of_its_own(
        tmp_path,
        ALLMENDE_SMTP_HOST="127.0.0.1",
        ALLMENDE_SMTP_PORT=str(mail.port),
        ALLMENDE_SMTP_TLS="no",
        ALLMENDE_OUTBOUND_PRIVATE_HOSTS="127.0.0.1",
    ) as town:
        town.run("-c", START.format(url=hooks.url, count=LETTERS))
        yield town


def test_a_worker_killed_between_sending_and_writing_it_down_loses_and_doubles_nothing(town, servers):
    for server in servers:
        hold_one_and_kill(town, server)
    town.start_worker()
    town.wait_until(lambda: town.ask("SELECT count(*) FROM letters_message WHERE state = 'sent'")[0][0] == 2 * LETTERS)
    mail, hooks = servers
    ids = {letter["Message-ID"]: letter["To"] for letter in mail.received}
    assert sorted(ids.values()) == [f"person{number}@lindental.example" for number in range(LETTERS)]
    told = {headers["webhook-id"]: json.loads(body)["data"]["number"] for headers, body in hooks.received}
    assert sorted(told.values()) == list(range(LETTERS))
    assert len(mail.received) <= LETTERS + 1, "only what was in the hand of the killed worker came twice"
    assert len(hooks.received) <= LETTERS + 1


def hold_one_and_kill(town: Town, server: Server) -> None:
    """The other side has taken a message, and the worker dies before it hears so."""
    server.answering.clear()
    before = len(server.received)
    worker = town.start_worker()
    town.wait_until(lambda: len(server.received) > before)
    kill(worker)
    server.answering.set()
