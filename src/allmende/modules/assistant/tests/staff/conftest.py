# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Erika and Emil edit the town's texts, Bob is the data protection officer, Alice a clerk. Questions lie in the database."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from unittest import mock

import pytest
from django.test import Client
from django.utils import timezone

from allmende.kernel.accounts.testing import make_user
from allmende.kernel.jobs.service import Progress
from allmende.modules.assistant.models import Answer, Conversation, Feedback
from allmende.modules.assistant.staff import grouping

CARD = {
    "service": "hundesteuer-anmelden",
    "title": "Hund anmelden (Hundesteuer)",
    "short": "Jeder Hund muss angemeldet werden.",
    "language": "de",
    "url": "/leistungen/hundesteuer-anmelden/",
    "place": {"name": "Steueramt", "address": "Markt 1", "phone": "1", "email": "", "opening": "offen", "url": "/aemter/x/"},
    "fees": [],
    "free": "",
    "documents": [],
    "deadlines": [],
    "processing_time": "",
    "online": "",
    "laws": [],
    "leika": [],
    "source": "",
    "approved_on": "2026-01-01",
}  # fmt: skip


@pytest.fixture
def people(db) -> dict[str, Any]:
    """Name → account."""
    roles = {
        "erika": "editor",
        "emil": "editor",
        "bob": "data_protection_officer",
        "alice": "clerk",
        "charlie": "citizen",
        "dora": "administrator",
    }
    return {name: make_user(name, role) for name, role in roles.items()}


@pytest.fixture
def browser(people: dict[str, Any]) -> Callable[[str], Client]:
    """The browser of one of them, signed in."""

    def signed_in(name: str) -> Client:
        client = Client()
        client.force_login(people[name])
        return client

    return signed_in


@pytest.fixture
def asked(db) -> Callable[..., Answer]:
    """Put an answered question into the database, as the assistant would store it."""

    def store(
        question: str = "Was kostet ein Hund?",
        status: str = "no_source",
        *,
        at: datetime | None = None,
        conversation: Conversation | None = None,
        helpful: bool | None = None,
        comment: str = "",
        confidence: float = 0.2,
        channel: str = "web",
        language: str = "de",
        **content: Any,
    ) -> Answer:
        whole = {"status": status, "language": language, "say": "So ist es.", **content}
        with mock.patch.object(timezone, "now", return_value=at or timezone.now()):
            row = Answer.objects.create(
                conversation=conversation or Conversation.objects.create(),
                channel=channel,
                language=language,
                question=question,
                status=status,
                content=whole,
                confidence=confidence,
                millis=80,
                version="0.1.0",
            )
        if helpful is not None:
            Feedback.objects.create(answer=row, helpful=helpful, comment=comment)
        return row

    return store


class Silent:
    """A progress that keeps nothing: the job's function runs through at once."""

    done = 0

    def total(self, _count: int) -> None: ...

    def message(self, _text: str) -> None: ...

    def check(self) -> None: ...

    def each(self, items: Any, *, key: Any = None, prepare: Any = None) -> Iterator[Any]:
        for item in items:
            yield prepare(item) if prepare else item
            self.done += 1


@pytest.fixture
def silent() -> Progress:
    return Silent()  # type: ignore[return-value]


@pytest.fixture
def silent_again() -> Progress:
    """That of a second job."""
    return Silent()  # type: ignore[return-value]


@pytest.fixture
def group_now(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Only collect and group, by words; nothing is proposed."""
    monkeypatch.setattr("allmende.kernel.search.queries.question_vector", lambda _text: None)

    def run() -> None:
        list(grouping.collect_gaps())
        grouping.keep(grouping.grouped(lambda _done: None))

    return run
