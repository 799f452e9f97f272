# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Erika and Fritz are editors, Alice is a clerk; the town is the small one of the room's other tests."""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from allmende.kernel.accounts.models import User
from allmende.kernel.accounts.testing import make_user
from allmende.kernel.town.editing import drafting, history, queries, service
from allmende.kernel.town.editing.kinds import KINDS
from allmende.kernel.town.editing.models import Draft

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


class Form(HTMLParser):
    """What a browser would send of a form on a page, as it was opened."""

    def __init__(self, html: str, form_id: str = "text-form") -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._id, self._inside, self._area, self._select = form_id, False, "", ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "form":
            self._inside = given.get("id", "") == self._id
        if not self._inside:
            return
        name = given.get("name", "")
        if tag == "input" and name and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self.values.setdefault(name, []).append(given.get("value", ""))
        elif tag == "textarea":
            self._area = name
            self.values[name] = [""]
        elif tag == "select":
            self._select = name
            self.values[name] = [""]
        elif tag == "option" and self._select and "selected" in given:
            self.values[self._select] = [given.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area][0] += data

    def handle_entityref(self, name: str) -> None:
        raise AssertionError("characters are converted")


def opened(client: Client, address: str = FORM) -> dict[str, list[str]]:
    """The fields of a form as they are when somebody opens it; a line end after <textarea> is not part of the text."""
    found = Form(client.get(address).content.decode()).values
    return {name: [value.removeprefix("\n") for value in values] for name, values in found.items()}


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
