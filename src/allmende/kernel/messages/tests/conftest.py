# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

import itertools
from collections.abc import Iterator

import pytest

from allmende.kernel import registry as house
from allmende.kernel.accounts.models import User
from allmende.kernel.accounts.testing import make_user
from allmende.kernel.messages import service
from allmende.kernel.messages.channels.webhook import new_secret
from allmende.kernel.messages.models import Destination, Message
from allmende.kernel.messages.tests import letterroom
from allmende.kernel.messages.tests.fakes import HookServer, MailServer
from allmende.kernel.registry import Registry

VALUES = {"name": "Garten", "link": "https://lindental.example/geheim"}
CHARLIE = "charlie@lindental.example"


@pytest.fixture(autouse=True)
def garden_office(monkeypatch: pytest.MonkeyPatch) -> None:
    """The town has a room that sends letters."""
    monkeypatch.setitem(house.reading._current, "registry", Registry([*house.registry().rooms, letterroom.ROOM]))


@pytest.fixture
def dora(db) -> User:
    return make_user("dora", "administrator")


@pytest.fixture
def mail_server(settings) -> Iterator[MailServer]:
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", server.port, False
        yield server


@pytest.fixture
def letter(db):
    """Put a letter into the outbox."""
    keys = itertools.count(1)

    def write(**given) -> Message:
        values = {"key": f"k{next(keys)}", "to": CHARLIE, "language": "de", "values": VALUES} | given
        return service.send_email(letterroom.LETTER, **values)

    return write


@pytest.fixture
def hook_server() -> Iterator[HookServer]:
    with HookServer() as server:
        yield server


@pytest.fixture
def hook(dora, hook_server, settings) -> Destination:
    settings.OUTBOUND_PRIVATE_HOSTS = ["127.0.0.1"]
    return service.add_destination(
        "fach", kind="webhook", title="Fachverfahren", address=hook_server.url, secret=new_secret(), actor=dora
    )
