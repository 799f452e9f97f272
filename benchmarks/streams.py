# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sixty citizens read how a model rewords their answers, through one web process; beside them sixty who ask the model directly.

The model server is a fake at a fixed pace in a process of its own. The house streams the wording of stored answers: the whole way from
reader to provider, with quota, breaker, meter, the check of every sentence, and the snapshot. Floor: the same fake, read directly.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from benchmarks.client import ADDRESSES
from tests.running_house import House, free_port, wait_for

READERS = 60
PACE = 0.05  # seconds between two words: what a fast model on its own machine writes
SENTENCES = (
    "Für den ersten Hund zahlen Sie 96 € je Jahr [1].",
    "Jeder weitere Hund kostet 192 € je Jahr [1].",
    "Ein gefährlicher Hund kostet 600 € je Jahr [1].",
    "Der Ersatz für eine verlorene Hundemarke kostet 5 € [1].",
    "Für den ersten Hund kostet es 96 € je Jahr [1].",
)
TEXT = " ".join(SENTENCES)
FIRST_WORDS = len(SENTENCES[0].split(" ")) + 1  # a sentence is known to be complete with the first word behind it
DEPARTURES = 20
IDLE_PERCENT = 10
SETTLING_SECONDS = 300
ANSWERS = f"""
from allmende.modules.assistant import service
for _number in range({READERS + DEPARTURES + 1}):
    print(service.answer("Hund", language="de", channel="api", service_id="hundesteuer-anmelden").id)
"""


@dataclass
class Reading:
    """One answer as its reader saw it: seconds until the first sentence and until its end, and how many parts it had."""

    first: float
    whole: float
    parts: int


def measure() -> dict[str, object]:
    """Complete wordings, first sentences, the whole time against the floor, and how soon a departure ends the call."""
    command = [sys.executable, "-m", "benchmarks.fake_model", str(PACE), TEXT]
    with (
        tempfile.TemporaryDirectory() as home,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as fake,
    ):
        try:
            assert fake.stdout is not None
            address = fake.stdout.readline().strip()
            house = House(Path(home), free_port(), variables=_settings(address), options=("--no-worker",))
            try:
                house.start()
                web = psutil.Process(house.process.pid)
                wait_for(lambda: web.cpu_percent(1) < IDLE_PERCENT, SETTLING_SECONDS)  # models are loaded ahead
                answers = house.run(ANSWERS).split()
                return asyncio.run(_measure(fake, address, house.address, answers, web))
            finally:
                house.stop()
        finally:
            fake.kill()


def _settings(address: str) -> dict[str, str]:
    return {
        "ALLMENDE_LLM_URL": address,
        "ALLMENDE_LLM_MODEL": "echo",
        "ALLMENDE_LLM_LOCATION": "house",
        "ALLMENDE_LOG_LEVEL": "WARNING",
        "ALLMENDE_TRUSTED_PROXIES": "1",
    }


async def _measure(
    fake: subprocess.Popen[str], model: str, house: str, answers: list[str], web: psutil.Process
) -> dict[str, object]:
    asked = json.dumps({"messages": [{"role": "user", "content": "x"}], "stream": True})
    direct = _request(f"{model}/chat/completions", asked)
    first, *ours = [
        _request(f"{house}/api/v1/assistant/answers/{answer}/wording", "", f"X-Forwarded-For: {next(ADDRESSES)}")
        for answer in answers
    ]
    await _read(*direct, b'"content"', FIRST_WORDS)  # warm
    await _read(*first, b"event: sentence", 1)
    floor = await asyncio.gather(*(_read(*direct, b'"content"', FIRST_WORDS) for _number in range(READERS)))
    before = sum(web.cpu_times()[:2])
    read = await asyncio.gather(*(_read(*request, b"event: sentence", 1) for request in ours[:READERS]))
    processor = sum(web.cpu_times()[:2]) - before
    departures = [await _depart(fake, *request) for request in ours[READERS:]]
    return {
        "readers": READERS,
        "complete": sum(reading.parts == len(SENTENCES) for reading in read),
        "first_sentence_ms_p95": _p95([1000 * reading.first for reading in read]),
        "floor_first_sentence_ms_p95": _p95([1000 * reading.first for reading in floor]),
        "whole_s_p95": _p95([reading.whole for reading in read]),
        "floor_whole_s_p95": _p95([reading.whole for reading in floor]),
        "whole_to_floor": round(_p95([r.whole for r in read]) / _p95([r.whole for r in floor]), 2),
        "web_processor_s_per_answer": round(processor / READERS, 3),
        "departure_to_end_of_call_ms_p95": _p95([1000 * seconds for seconds in departures]),
        "departure_to_end_of_call_ms_worst": round(1000 * max(departures), 3),
    }


def _request(address: str, body: str, *headers: str) -> tuple[str, int, bytes]:
    parts = urlsplit(address)
    lines = [
        f"POST {parts.path} HTTP/1.1",
        f"Host: {parts.netloc}",
        f"Origin: http://{parts.netloc}",
        f"Content-Length: {len(body)}",
        *headers,
    ]
    return str(parts.hostname), int(parts.port or 80), "\r\n".join([*lines, "", body]).encode()


async def _read(host: str, port: int, request: bytes, part: bytes, first_at: int) -> Reading:
    """Read one answer to its end; `first_at` parts are the first sentence."""
    began = time.perf_counter()
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(request)
    first, parts = 0.0, 0
    async for line in reader:
        parts += part in line
        if parts == first_at and not first:
            first = time.perf_counter() - began
        if line.strip() == b"0":
            break
    writer.close()
    return Reading(first, time.perf_counter() - began, parts)


async def _depart(fake: subprocess.Popen[str], host: str, port: int, request: bytes) -> float:
    """Read the first sentence and go; seconds until the provider saw that nobody reads any more."""
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(request)
    while b"event: sentence" not in await reader.readline():
        pass
    gone = time.monotonic()
    writer.transport.abort()
    assert fake.stdin is not None
    assert fake.stdout is not None
    fake.stdin.write("?\n")
    fake.stdin.flush()
    return float(await asyncio.to_thread(fake.stdout.readline)) - gone


def _p95(values: list[float]) -> float:
    return round(sorted(values)[max(0, -(-95 * len(values) // 100) - 1)], 3)
