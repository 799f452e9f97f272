# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A language model rewords the town's answer; what its sources do not say never reaches Charlie."""

import asyncio
import json
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import AsyncClient
from django.utils import timezone

from allmende.kernel.accounts.testing import make_user
from allmende.kernel.llm.models import Call
from allmende.kernel.llm.testing import FakeProvider, failure, spaced, streamed
from allmende.kernel.town.models import Service
from allmende.modules.assistant import service, switches
from allmende.modules.assistant.models import Answer, Conversation, Wording
from allmende.modules.assistant.schemas import AnswerView

pytestmark = pytest.mark.django_db(transaction=True)

FEE = "Für den ersten Hund zahlen Sie 96 € je Jahr [1]."
NEXT_FEE = "Jeder weitere Hund kostet 192 € je Jahr [1]."
DEADLINE = "Die Jahressteuer ist am 1. Juli fällig [1]."
Said = tuple[list[dict[str, Any]], dict[str, Any]]


@pytest.fixture
def model(settings) -> Iterator[FakeProvider]:
    """A model server in the house."""
    with FakeProvider() as provider:
        settings.LLM = {**settings.LLM, "url": provider.url, "model": "gemma", "location": "house"}
        yield provider


@pytest.fixture
def says(model: FakeProvider) -> Callable[[str], None]:
    """What the model will write, word by word."""

    def behave(text: str, **how: Any) -> None:
        model.behave(streamed(*spaced(text.split(" ")), **how))

    return behave


@pytest.fixture
def dog(lindental: None) -> AnswerView:
    """The answer that Charlie got, and is sure of."""
    return ask("Hund anmelden Hundesteuer Kosten")


def ask(question: str, language: str = "de") -> AnswerView:
    answer = service.answer(question, language=language, channel="api")
    assert answer.status == "answered", answer.say
    assert answer.sure
    return answer


def reword(answer_id: uuid.UUID) -> Said | int:
    """Ask the API for the wording as a program does; the events, or the status where there are none."""

    async def whole() -> bytes | int:
        threads = 1 if connection.vendor == "sqlite" else 6  # tables in memory know no waiting
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(threads))
        response = await AsyncClient().post(f"/api/v1/assistant/answers/{answer_id}/wording")
        if response.status_code != 200:
            return int(response.status_code)
        assert response["Content-Type"].startswith("text/event-stream")
        return b"".join([part async for part in response.streaming_content])

    body = asyncio.run(whole())
    return body if isinstance(body, int) else events(body)


def events(body: bytes) -> Said:
    blocks = [block.split("\n") for block in body.decode().split("\n\n") if block]
    told = [(block[0].removeprefix("event: "), json.loads(block[1].removeprefix("data: "))) for block in blocks]
    assert [name for name, _data in told[:-1]] == ["sentence"] * (len(told) - 1)
    assert told[-1][0] == "done"
    return [data for _name, data in told[:-1]], told[-1][1]


def test_it_works(dog: AnswerView, says) -> None:
    says(f"{FEE} {NEXT_FEE}")
    sentences, done = reword(dog.id)
    assert [sentence["text"] for sentence in sentences] == [FEE.replace(" [1]", ""), NEXT_FEE.replace(" [1]", "")]
    assert [sentence["sources"] for sentence in sentences] == [[1], [1]]
    assert (done["shown"], done["dropped"], done["provider"], done["model"]) == (2, 0, "environment", "gemma")
    assert done["ai_generated"] is True
    assert done["digital_source_type"].endswith("trainedAlgorithmicMedia")
