# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sixty people read an answer while it is written, through one web process; beside them sixty who ask the model directly.

The model server is a fake at a fixed pace in a process of its own. The house streams the administration's test of that
provider: the whole way from browser to provider, with login, breaker, quota and meter. Floor: the same fake, read directly.
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

from tests.running_house import House, free_port, wait_for

READERS = 60
PACE = 0.05  # seconds between two words: what a fast model on its own machine writes
WORDS = 100
DEPARTURES = 20
IDLE_PERCENT = 10
SETTLING_SECONDS = 300
TOKEN = "a" * 32  # the CSRF token is whatever cookie and header agree on
PROBE = "/sprachmodelle/anbieter/environment/mitlesen/"
SIGN_IN = """
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client
from allmende.kernel.accounts.testing import make_user
client, user = Client(), make_user("bench", "administrator")
RecoveryCodes.activate(user)
client.force_login(user)
print(client.cookies["sessionid"].value)
"""


@dataclass
class Reading:
    """One answer as its reader saw it; times in seconds."""

    first: float
    whole: float
    words: int


def measure() -> dict[str, object]:
    """Complete answers, first words, the whole time against the floor, and how soon a departure ends the call."""
    command = [sys.executable, "-m", "benchmarks.fake_model", str(PACE), str(WORDS)]
    with (
        tempfile.TemporaryDirectory() as home,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as fake,
    ):
        try:
            assert fake.stdout is not None
            address = fake.stdout.readline().strip()
            house = House(Path(home), free_port(), variables=_settings(address), options=("--no-demo", "--no-worker"))
            try:
                house.start()
                session = house.command("manage", "shell", "--verbosity", "0", "--command", SIGN_IN).split()[-1]
                web = psutil.Process(house.process.pid)
                wait_for(lambda: web.cpu_percent(1) < IDLE_PERCENT, SETTLING_SECONDS)  # models are loaded ahead
                return asyncio.run(_measure(fake, address, house.address, session, web))
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
    }


async def _measure(
    fake: subprocess.Popen[str], model: str, house: str, session: str, web: psutil.Process
) -> dict[str, object]:
    direct = _request(
        f"{model}/chat/completions", json.dumps({"messages": [{"role": "user", "content": "x"}], "stream": True})
    )
    through = _request(
        f"{house}{PROBE}", "", f"Cookie: sessionid={session}; csrftoken={TOKEN}", f"X-CSRFToken: {TOKEN}"
    )
    for request in (direct, through):
        await _read(*request)  # warm
    floor = await asyncio.gather(*(_read(*direct) for _number in range(READERS)))
    before = sum(web.cpu_times()[:2])
    ours = await asyncio.gather(*(_read(*through) for _number in range(READERS)))
    processor = sum(web.cpu_times()[:2]) - before
    departures = [await _depart(fake, *through) for _number in range(DEPARTURES)]
    return {
        "readers": READERS,
        "complete": sum(reading.words == WORDS for reading in ours),
        "first_word_ms_p95": _p95([1000 * reading.first for reading in ours]),
        "floor_first_word_ms_p95": _p95([1000 * reading.first for reading in floor]),
        "whole_s_p95": _p95([reading.whole for reading in ours]),
        "floor_whole_s_p95": _p95([reading.whole for reading in floor]),
        "whole_to_floor": round(_p95([r.whole for r in ours]) / _p95([r.whole for r in floor]), 2),
        "words_per_second": round(sum(r.words for r in ours) / max(r.whole for r in ours)),
        "floor_words_per_second": round(sum(r.words for r in floor) / max(r.whole for r in floor)),
        "web_processor_s_per_answer": round(processor / READERS, 3),
        "departure_to_end_of_call_ms_p95": _p95([1000 * seconds for seconds in departures]),
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


async def _read(host: str, port: int, request: bytes) -> Reading:
    """Read one answer to its end."""
    began = time.perf_counter()
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(request)
    first, words = 0.0, 0
    async for line in reader:
        if b"Wort" in line and b"findings" not in line and not line.startswith(b'data: {"outcome'):
            first = first or time.perf_counter() - began
            words += 1
        if line.strip() == b"0":
            break
    writer.close()
    return Reading(first, time.perf_counter() - began, words)


async def _depart(fake: subprocess.Popen[str], host: str, port: int, request: bytes) -> float:
    """Read a few words and go; seconds until the provider saw that nobody reads any more."""
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(request)
    seen = 0
    while seen < 3:
        seen += b"Wort" in await reader.readline()
    gone = time.monotonic()
    writer.transport.abort()
    assert fake.stdin is not None
    assert fake.stdout is not None
    fake.stdin.write("?\n")
    fake.stdin.flush()
    return float(await asyncio.to_thread(fake.stdout.readline)) - gone


def _p95(values: list[float]) -> float:
    return round(sorted(values)[max(0, -(-95 * len(values) // 100) - 1)], 3)
