# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A room asks, a model answers."""

import asyncio
import os
import subprocess
import sys

import numpy as np
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from allmende.kernel.llm import environment, queries, service, writing
from allmende.kernel.llm.models import Call
from allmende.kernel.llm.testing import failure, streamed
from allmende.kernel.llm.tests.conftest import KEY, OPTIONS, QUESTION

pytestmark = pytest.mark.django_db


def test_it_works(fake, add):
    add(fake)
    answer = service.chat(QUESTION, **OPTIONS)
    assert answer.text == "Was kostet ein Hund in Lindental?"
    assert (answer.provider, answer.model, answer.location) == ("rechenzentrum", "echo", "house")
    assert (answer.finish_reason, answer.hidden) == ("stop", ())
    assert answer.tokens_out == 6


def test_the_provider_gets_the_request_as_the_protocol_says_and_nothing_else(fake, add):
    add(fake)
    service.chat(QUESTION, **OPTIONS, max_tokens=50, temperature=0.2, stop=["ENDE"])
    (request,) = fake.received
    assert request.path == "/v1/chat/completions"
    assert request.json == {
        "model": "echo",
        "messages": QUESTION,
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": 50,
        "temperature": 0.2,
        "stop": ["ENDE"],
    }
    names = {line.partition(":")[0].lower() for line in request.headers.split("\r\n")[1:] if line}
    assert names <= {
        "host", "accept", "authorization", "content-type", "content-length", "user-agent", "accept-encoding", "connection",
    }  # fmt: skip
    assert f"bearer {KEY}" in request.headers.replace("Bearer", "bearer")
    assert "user-agent: allmende\r\n" in request.headers.lower()


def test_without_a_key_none_is_sent(fake, add):
    add(fake, key="")
    service.chat(QUESTION, **OPTIONS)
    assert "authorization" not in fake.received[0].headers.lower()


def test_a_server_that_does_not_know_how_to_count_is_asked_without(fake, add):
    add(fake)
    fake.behave(failure(422, "extra_forbidden: stream_options"), streamed("Ja", usage=False))
    assert service.chat(QUESTION, **OPTIONS).text == "Ja"
    assert "stream_options" not in fake.received[1].json
    assert Call.objects.get().estimated


def test_async_code_waits_for_a_whole_answer(transactional_db, fake, add):
    add(fake)
    assert asyncio.run(service.achat(QUESTION, **OPTIONS)).text == "Was kostet ein Hund in Lindental?"


def test_a_stream_gives_each_piece_as_it_comes_and_at_last_the_figures(transactional_db, fake, add):
    add(fake)

    async def read():
        async with service.stream(QUESTION, **OPTIONS) as pieces:
            found = [piece async for piece in pieces]
        return found, pieces.answer

    found, answer = asyncio.run(read())
    assert found == ["Was", " kostet", " ein", " Hund", " in", " Lindental?"]
    assert answer.text == "".join(found)


def test_one_connection_serves_several_calls_of_a_loop(transactional_db, fake, add):
    add(fake)

    async def thrice():
        for _number in range(3):
            await service.achat(QUESTION, **OPTIONS)

    asyncio.run(thrice())
    assert len(fake.received) == 3
    assert fake.connections == 1


def test_embeddings_come_in_the_order_of_the_texts(fake, add, impatient):
    impatient(embed_batch=2)
    add(fake)
    fake.behave()
    found = service.embed(["a", "bb", "ccc 3", "dddd", "e"], **OPTIONS)
    assert found.vectors.dtype == np.float32
    assert found.vectors.tolist() == [[1, 1, 1], [2, 2, 1], [5, 3, 1], [4, 4, 1], [1, 1, 1]]
    assert (found.model, found.tokens_in) == ("vectors", 5)
    assert [len(request.json["input"]) for request in fake.received] == [2, 2, 1]
    assert {request.json["encoding_format"] for request in fake.received} == {"float"}


def test_embeddings_in_async_code(transactional_db, fake, add):
    add(fake)
    assert asyncio.run(service.aembed(["Hund"], **OPTIONS)).vectors.shape == (1, 3)


def test_without_any_provider_a_room_is_told_so_and_nothing_is_recorded():
    assert queries.available() == ()
    with pytest.raises(service.NotConfigured, match="kein Sprachmodell eingerichtet"):
        service.chat(QUESTION, **OPTIONS)
    assert not Call.objects.exists()


def test_a_provider_for_texts_is_none_for_embeddings(fake, add):
    add(fake, embeddings_model="")
    assert queries.available("embeddings") == ()
    assert [found.model for found in queries.available("chat")] == ["echo"]
    with pytest.raises(service.NotConfigured):
        service.embed(["Hund"], **OPTIONS)


def test_a_provider_out_of_operation_is_not_asked(fake, add):
    writing.deactivate(add(fake), actor=None)
    with pytest.raises(service.NotConfigured):
        service.chat(QUESTION, **OPTIONS)
    assert not fake.received


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"room": "Was kostet ein Hund?"}, "room and purpose"),
        ({"purpose": "Frau Weber"}, "room and purpose"),
        ({"data_class": "geheim"}, "data_class"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"temperature": 3}, "temperature"),
        ({"stop": "ENDE"}, "stop"),
    ],
)
def test_a_malformed_call_is_the_programmers_fault(fake, add, changed, sentence):
    add(fake)
    with pytest.raises(ValueError, match=sentence):
        service.chat(QUESTION, **{**OPTIONS, **changed})
    assert not fake.received


def test_messages_have_roles_and_texts(fake, add):
    add(fake)
    for messages in ([], [{"role": "tool", "content": "x"}], [{"role": "user", "content": None}]):
        with pytest.raises(ValueError, match=r"messages|strings"):
            service.chat(messages, **OPTIONS)
    with pytest.raises(ValueError, match="list"):
        service.embed("Hund", **OPTIONS)


def test_more_than_the_house_sends_is_not_sent(fake, add, impatient):
    add(fake)
    with pytest.raises(service.TooLong, match="zu lang"):
        service.chat([{"role": "user", "content": "x" * 400_001}], **OPTIONS)
    assert not fake.received


def test_the_operator_s_provider_comes_first_and_is_never_stored(settings, fake, other, add):
    add(other, "Zweiter")
    settings.LLM = {
        **settings.LLM, "url": fake.url, "model": "vom-betreiber", "key": KEY, "location": "house", "timeout": 60,
    }  # fmt: skip
    environment.check()
    assert [found.provider for found in queries.available(data_class="internal")] == ["environment", "zweiter"]
    assert service.chat(QUESTION, **OPTIONS).model == "vom-betreiber"
    assert KEY in fake.received[0].headers
    assert not other.received


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"location": "moon"}, "ALLMENDE_LLM_LOCATION"),
        ({"location": "eu", "url": "http://ki.example/v1"}, "ALLMENDE_LLM_URL"),
        ({"url": "https://user:pass@ki.example/v1"}, "ALLMENDE_LLM_URL"),
        ({"model": ""}, "ALLMENDE_LLM_MODEL"),
        ({"classes": ["geheim"]}, "ALLMENDE_LLM_CLASSES"),
        ({"timeout": 0}, "ALLMENDE_LLM_TIMEOUT"),
    ],
)
def test_settings_that_contradict_each_other_stop_the_start(settings, values, word):
    settings.LLM = {**settings.LLM, "url": "https://ki.example/v1", "model": "m", "location": "eu", **values}
    with pytest.raises(ImproperlyConfigured, match=word):
        environment.check()


def test_without_a_word_on_the_location_the_strictest_rules_apply(settings):
    settings.LLM = {**settings.LLM, "url": "https://ki.example/v1", "model": "m"}
    environment.check()
    assert settings.LLM["location"] == "other"
    assert queries.available(data_class="public")
    assert not queries.available(data_class="internal")


@pytest.mark.parametrize(
    ("url", "location"), [("http://127.0.0.1:8080/v1", "house"), ("https://ki.example/v1", "other"), ("", "other")]
)
def test_address_and_model_are_enough_for_a_server_on_this_machine(url, location):
    code = "from django.conf import settings; print(settings.LLM['location'])"
    variables = {**os.environ, "ALLMENDE_LLM_URL": url, "ALLMENDE_LLM_MODEL": "m", "ALLMENDE_LLM_LOCATION": ""}
    command = [sys.executable, "-m", "allmende", "manage", "shell", "--verbosity", "0", "--command", code]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    assert done.stdout.split()[-1] == location


def test_a_call_inside_a_transaction_is_undone_with_it(fake, add):
    add(fake)

    with transaction.atomic():
        service.chat(QUESTION, **OPTIONS)
        assert Call.objects.exists()
        transaction.set_rollback(True)
    assert not Call.objects.exists()


def test_the_sync_door_is_closed_inside_a_running_loop(fake, add):
    async def wrong():
        service.chat(QUESTION, **OPTIONS)

    with pytest.raises(RuntimeError, match="event loop"):
        asyncio.run(wrong())


def test_roles_are_counted_not_people(fake, add, alice):
    add(fake)
    for actor in (alice, AnonymousUser(), None):
        service.chat(QUESTION, **OPTIONS, actor=actor)
    assert sorted(Call.objects.values_list("role", flat=True)) == ["citizen", "clerk", "house"]
    assert "alice" not in str(list(Call.objects.values()))
