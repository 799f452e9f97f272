# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Erika and Emil are editors, Bob is the data protection officer, Alice a clerk. A small set asks about a tree and other things."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from allmende.kernel.accounts.testing import make_user
from allmende.kernel.town import service as town
from allmende.modules.assistant.pilot import asking, queries, service
from allmende.modules.assistant.pilot.models import PilotRun, PilotSet

HEAD = {"schema": "pilot/1", "id": "klein", "version": 1, "title": {"de": "Kleiner Satz", "en": "Small set"}}
TREE, QUESTION = "baumpate", "Wie lange dauert eine Baumpatenschaft?"
SERVICE = {
    "id": TREE,
    "unit": "bauen",
    "approved_on": "2026-05-01",
    "name": {"de": "Baumpatenschaft übernehmen"},
    "text": {"short": {"de": "Wer einen Baum am Straßenrand gießt, wird Baumpatin oder Baumpate."}},
    "free": {"de": "gebührenfrei"},
    "processing_time": {"de": "etwa 5 Werktage"},
}
"""So short that it is embedded at once."""
ANSWERED, GUARDED, FOREIGN = ["answered"], ["guarded"], ["out_of_scope", "no_source"]
QUESTIONS: list[dict[str, Any]] = [
    {
        "id": "baum",
        "question": QUESTION,
        "status": ANSWERED,
        "services": [TREE],
        "contains": ["5 Werktage"],
        "excludes": ["3 Monate"],
        "derive": "typos",
    },
    {
        "id": "sperrmuell",
        "question": "Wie melde ich Sperrmüll an?",
        "status": ANSWERED,
        "services": ["sperrmuell"],
    },
    {"id": "brand", "question": "Hilfe, in der Küche brennt es!", "status": GUARDED, "rule": "fire", "contains": ["112"]},
    {"id": "film", "question": "Wer singt dieses Lied?", "status": FOREIGN},
    {"id": "mensch", "question": "Ich möchte mit einem Menschen sprechen.", "status": ["handed_over"]},
]  # fmt: skip
ROLES = {"erika": "editor", "emil": "editor", "bob": "data_protection_officer", "alice": "clerk", "charlie": "citizen"}


def jsonl(*rows: dict[str, Any]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def a_question(**given: Any) -> dict[str, Any]:
    return {"language": "de", "register": "plain", **given}


@pytest.fixture
def small_set() -> bytes:
    return jsonl(HEAD, *(a_question(**row) for row in QUESTIONS))


@pytest.fixture
def people(lindental) -> dict[str, Any]:
    return {name: make_user(name, role) for name, role in ROLES.items()}


@pytest.fixture
def browser(people: dict[str, Any]) -> Callable[[str], Client]:
    def signed_in(name: str) -> Client:
        client = Client()
        client.force_login(people[name])
        return client

    return signed_in


@pytest.fixture
def a_town(lindental) -> None:
    """The smaller Lindental with one more service."""
    town.put_service(SERVICE)


@pytest.fixture
def imported(a_town, small_set: bytes) -> PilotSet:
    return service.import_set(small_set, "klein.jsonl")


@pytest.fixture
def run_now(imported: PilotSet) -> Callable[[], PilotRun]:
    """Ask the set as it stands and keep the run."""

    def run() -> PilotRun:
        found = [asking.ask(question) for question in queries.questions(imported)]
        return service.keep_run(imported, found, queries.versions(), origin=service.COMMAND)

    return run


class Silent:
    """A progress that keeps nothing but its state: the job's function runs through at once."""

    def __init__(self) -> None:
        self.state: dict[str, Any] = {}

    def total(self, _count: int) -> None: ...

    def message(self, _text: str) -> None: ...

    def each(self, items: Any, *, key: Any = None, prepare: Any = None) -> Iterator[Any]:
        for item in items:
            yield prepare(item) if prepare else item


@pytest.fixture
def silent() -> Silent:
    return Silent()
