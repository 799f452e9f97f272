# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Alice is a clerk of the Bürgerbüro, Anton of the building office, Bob the data protection officer, Charlie a citizen."""

import itertools

import pytest

from allmende.kernel import registry as house
from allmende.kernel.accounts.models import User
from allmende.kernel.accounts.testing import make_user
from allmende.kernel.cases import service
from allmende.kernel.cases.models import Case
from allmende.kernel.cases.records import Contact
from allmende.kernel.cases.tests import garden
from allmende.kernel.registry import Registry
from allmende.kernel.town.models import Town, Unit

UNITS = {"buergerbuero": "Bürgerbüro", "bauen": "Bauamt", "freibad": "Freibad"}
CHARLIE = Contact(name="Charlie Czerny", email="charlie@lindental.example")


@pytest.fixture(autouse=True)
def garden_office(monkeypatch: pytest.MonkeyPatch) -> None:
    """The town has a room that opens cases."""
    monkeypatch.setitem(house.reading._current, "registry", Registry([*house.registry().rooms, garden.ROOM]))


@pytest.fixture
def town(db) -> None:
    """Lindental with its offices, and nothing else."""
    Town.objects.create(id="lindental", name="Stadt Lindental")
    for unit, name in UNITS.items():
        Unit.objects.create(id=unit, name={"de": name})


@pytest.fixture
def alice(town) -> User:
    return make_user("alice", "clerk", units=["buergerbuero"])


@pytest.fixture
def anton(town) -> User:
    return make_user("anton", "clerk", units=["bauen"])


@pytest.fixture
def bob(town) -> User:
    return make_user("bob", "data_protection_officer")


@pytest.fixture
def charlie(town) -> User:
    return make_user("charlie", "citizen")


@pytest.fixture
def opened(town):
    """Open a case; everything has a usual value."""
    keys = itertools.count(1)

    def open_(title: str = "Linde vor dem Haus", **given) -> Case:
        values = {"kind": garden.TREE, "key": f"k{next(keys)}", "payload": garden.PAYLOAD, "unit": "buergerbuero"}
        values |= {"contact": CHARLIE, **given}
        return service.open_case(values.pop("kind"), title=title, **values)

    return open_
