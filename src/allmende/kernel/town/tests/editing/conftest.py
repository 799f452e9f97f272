# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Erika and Fritz are editors, Alice is a clerk; the town is the small one of the room's other tests."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from allmende.kernel.accounts.models import User
from allmende.kernel.accounts.testing import make_user
from allmende.kernel.town.editing import drafting, history, queries, service
from allmende.kernel.town.editing.kinds import KINDS
from allmende.kernel.town.editing.models import Draft
from allmende.kernel.web.testing import FormOnPage

DOG_ID = "hundesteuer-anmelden"
DOG_PAGE = f"/redaktion/leistungen/{DOG_ID}/"
FORM = f"{DOG_PAGE}bearbeiten/"


@pytest.fixture
def erika(db: None) -> User:
    return make_user("erika", "editor")


@pytest.fixture
def fritz(db: None) -> User:
    return make_user("fritz", "editor")


@pytest.fixture
def alice(db: None) -> User:
    return make_user("alice", "clerk")


def browser_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def erikas(erika: User) -> Client:
    return browser_of(erika)


@pytest.fixture
def fritzs(fritz: User) -> Client:
    return browser_of(fritz)


def opened(client: Client, address: str = FORM) -> dict[str, list[str]]:
    """The fields of a form as they are when somebody opens it."""
    return FormOnPage(client.get(address).content.decode()).values


Write = Callable[..., Draft]


@pytest.fixture
def write(lindental: None, erika: User) -> Write:
    """Erika changes the service about dogs."""

    def do(
        kind: str = "service", record_id: str = DOG_ID, actor: User = erika, comment: str = "", **changes: Any
    ) -> Draft:
        text = queries.text(KINDS[kind], record_id)
        data = {**text.data, **changes}
        draft = drafting.save(
            text.kind, record_id, data, actor=actor, revision=text.revision, base=text.base, comment=comment
        )
        assert draft is not None
        return draft

    return do


@pytest.fixture
def publish(write: Write, erika: User, fritz: User) -> Callable[..., None]:
    """Erika changes it, hands it in, and Fritz publishes."""

    def do(kind: str = "service", record_id: str = DOG_ID, **changes: Any) -> None:
        draft = write(kind, record_id, **changes)
        draft = service.submit(KINDS[kind], record_id, actor=erika, revision=draft.revision)
        service.publish(KINDS[kind], record_id, actor=fritz, revision=draft.revision)

    return do


def published(kind: str = "service", record_id: str = DOG_ID) -> dict[str, Any]:
    """What holds now."""
    version = history.latest(kind, record_id)
    assert version is not None
    return queries.content(version)
