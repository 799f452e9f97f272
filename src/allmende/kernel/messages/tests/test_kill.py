# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The worker is killed while it sends. Each letter is one letter, each event one event: told by their ids."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from allmende.kernel.jobs.testing import Town, kill, town_of_its_own
from allmende.kernel.messages.tests import pki
from allmende.kernel.messages.tests.authority import SECRET, Authority, root
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
house.reading._current["registry"] = house.Registry([*house.registry().rooms, letterroom.ROOM])
from allmende.kernel.messages.packages import Package
dora = make_user("dora", "administrator")
service.add_destination("fach", kind="webhook", title="x", address="{url}", secret=new_secret(), actor=dora)
service.add_destination("amt", kind="fitconnect", title="x", address="{authority}", secret="{secret}", options={options}, actor=dora)
service.add_destination("ordner", kind="directory", title="x", address="ordner", actor=dora)
for number in range({count}):
    for _time in range(2):
        to = f"person{{number}}@lindental.example"
        service.send_email(letterroom.LETTER, key=f"letter-{{number}}", to=to, language="de", values=VALUES)
        service.send_webhook("fach", key=f"event-{{number}}", event="case.opened", data=dict(number=number))
    for _time in range(2):
        package = Package(reference=str(number), title="x", day="2026-06-01", json=b"{{}}", xml=b"<a/>", pdf=b"%PDF")
        for slug in ("amt", "ordner"):
            service.send_package(slug, key=f"{{slug}}-{{number}}", package=package)
"""


@pytest.fixture
def servers() -> Iterator[tuple[MailServer, HookServer, Authority]]:
    with MailServer() as mail, HookServer() as hooks, Authority() as authority:
        yield mail, hooks, authority


@pytest.fixture
def town(tmp_path: Path, servers: tuple[MailServer, HookServer, Authority]) -> Iterator[Town]:
    mail, hooks, authority = servers
    roots = tmp_path / "roots.pem"
    roots.write_bytes(pki.pem(root()))
    with town_of_its_own(
        tmp_path,
        ALLMENDE_WORKERS="1",  # one hand: what is in it when the worker is killed is one message
        ALLMENDE_SMTP_HOST="127.0.0.1",
        ALLMENDE_SMTP_PORT=str(mail.port),
        ALLMENDE_SMTP_TLS="no",
        ALLMENDE_OUTBOUND_PRIVATE_HOSTS="127.0.0.1",
        ALLMENDE_PACKAGE_FOLDER=str(tmp_path / "pakete"),
        ALLMENDE_FITCONNECT_ROOTS=str(roots),
    ) as town:
        values = {"url": hooks.url, "authority": authority.url, "options": authority.options, "secret": SECRET}
        town.run("-c", START.format(count=LETTERS, **values))
        yield town


def test_a_worker_killed_between_sending_and_writing_it_down_loses_and_doubles_nothing(town, servers, tmp_path):
    for server in servers:
        hold_one_and_kill(town, server)
    town.start_worker()
    town.wait_until(lambda: town.ask("SELECT count(*) FROM letters_message WHERE state = 'sent'")[0][0] == 4 * LETTERS)
    mail, hooks, authority = servers
    ids = {letter["Message-ID"]: letter["To"] for letter in mail.received}
    assert sorted(ids.values()) == [f"person{number}@lindental.example" for number in range(LETTERS)]
    told = {headers["webhook-id"]: json.loads(body)["data"]["number"] for headers, body in hooks.received}
    assert sorted(told.values()) == list(range(LETTERS))
    assert len(mail.received) <= LETTERS + 1, "only what was in the hand of the killed worker came twice"
    assert len(hooks.received) <= LETTERS + 1
    numbers = [str(number) for number in range(LETTERS)]
    submitted = [authority.submissions[each].metadata["additionalReferenceInfo"] for each in authority.received]
    assert sorted(each["senderReference"] for each in submitted) == numbers, "each once"
    folders = [path.name for path in (tmp_path / "pakete" / "ordner").iterdir()]
    assert sorted(name.partition("_")[0] for name in folders) == numbers


def hold_one_and_kill(town: Town, server: Server) -> None:
    """The other side has taken a message, and the worker dies before it hears so."""
    server.answering.clear()
    before = len(server.received)
    worker = town.start_worker()
    town.wait_until(lambda: len(server.received) > before)
    kill(worker)
    server.answering.set()
