# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fifty people fill in an application at the same time, on SQLite: how long each waits for the next page, and whether all arrive.

They book bulky waste, page by page like a browser without JavaScript, and take between two and six seconds for a page, as somebody
does who has everything at hand. A step is what they wait for: sending the answer and getting the next page. The floor is a page that
only the frame is on, fetched by the same people at the same moments.
"""

import html
import random
import re
import statistics
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from http.cookiejar import CookieJar
from pathlib import Path

import psutil

from benchmarks.client import ADDRESSES, TOKEN
from tests.running_house import House, free_port, wait_for

PEOPLE = 50
SECONDS_A_PAGE = (2.0, 6.0)
IDLE_PERCENT, SETTLING_SECONDS = 10, 120
FLOW, FLOOR = "/antraege/sperrmuell/", "/impressum/"
REVISION = re.compile(r'name="revision" value="(\d+)"')
ANSWERS = {
    "gewerbe": {"gewerbe": "false"},
    "gegenstaende": {"gegenstaende-count": "1", "gegenstaende-0-was": "Sofa", "gegenstaende-0-stueck": "1"},
    "menge": {"menge": "1"},
    "elektro": {"elektro": "false"},
    "tempo": {"tempo": "normal"},
    "bisher": {"bisher": "0"},
    "anschrift": {"anschrift_street": "Lindenallee", "anschrift_number": "5"},
    "kontakt": {"name": "Charlie", "email": "", "telefon": "069 900090"},
    "pruefen": {"wahrheit": "on", "datenschutz": "on"},
}
CASES = "from allmende.kernel.cases.models import Case; print(Case.objects.count())"


class Applicant:
    """One person with a browser of their own."""

    def __init__(self, house: str, seed: int) -> None:
        self.house, self.chance = house, random.Random(seed)
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.address = next(ADDRESSES)
        self.steps: list[float] = []
        self.floor: list[float] = []
        self.error = ""

    def run(self) -> None:
        """Apply, from the first page to the receipt."""
        try:
            self._apply()
        except (OSError, RuntimeError, KeyError, IndexError) as error:  # is the result, not the end of the run
            self.error = repr(error)

    def _apply(self) -> None:
        time.sleep(self.chance.uniform(0, SECONDS_A_PAGE[1]))
        url, text = self._open(FLOW)
        url, text = self._open(FLOW, {"csrfmiddlewaretoken": TOKEN.findall(text)[0]})
        while "/schritt/" in url:
            time.sleep(self.chance.uniform(*SECONDS_A_PAGE))
            path = urllib.parse.urlsplit(url).path
            data = {"csrfmiddlewaretoken": TOKEN.findall(text)[0], "revision": REVISION.findall(text)[0]}
            data |= ANSWERS[path.rstrip("/").rpartition("/")[2]]
            url, text = self._timed(self.steps, lambda path=path, data=data: self._open(path, data))  # type: ignore[misc]
            self._timed(self.floor, lambda: self._open(FLOOR))
        if "Ihr Antrag ist angekommen" not in text:
            raise RuntimeError(html.unescape(text)[:200])

    def _timed(self, row: list[float], do: Callable[[], tuple[str, str]]) -> tuple[str, str]:
        began = time.perf_counter()
        found = do()
        row.append(1000 * (time.perf_counter() - began))
        return found

    def _open(self, path: str, data: dict[str, str] | None = None) -> tuple[str, str]:
        body = urllib.parse.urlencode(data).encode() if data is not None else None
        request = urllib.request.Request(self.house + path, body, {"X-Forwarded-For": self.address})
        with self.opener.open(request, timeout=60) as answer:
            return str(answer.url), str(answer.read().decode())


def measure() -> dict[str, object]:
    """Milliseconds of a step and of the floor, errors, cases, processor time of the web server for a step."""
    with tempfile.TemporaryDirectory() as home:
        variables = {"ALLMENDE_LOG_LEVEL": "WARNING", "ALLMENDE_TRUSTED_PROXIES": "1"}
        house = House(Path(home), free_port(), variables=variables, options=("--no-worker",))
        try:
            house.start()
            web = psutil.Process(house.process.pid)
            wait_for(lambda: web.cpu_percent(1) < IDLE_PERCENT, SETTLING_SECONDS)  # models are loaded ahead
            return _figures(house, web)
        finally:
            house.stop()


def _figures(house: House, web: psutil.Process) -> dict[str, object]:
    people = [Applicant(house.address, seed) for seed in range(PEOPLE)]
    before = sum(web.cpu_times()[:2])
    threads = [threading.Thread(target=person.run) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    processor = sum(web.cpu_times()[:2]) - before
    steps = [step for person in people for step in person.steps]
    floor = [step for person in people for step in person.floor]
    return {
        "people": PEOPLE,
        "steps": len(steps),
        "step_ms_p50": round(statistics.median(steps), 1),
        "step_ms_p95": _p95(steps),
        "floor_ms_p95": _p95(floor),
        "errors": sorted({person.error for person in people if person.error}),
        "cases": int(house.run(CASES)),
        "web_processor_ms_per_step": round(1000 * processor / max(len(steps), 1), 1),
    }


def _p95(figures: list[float]) -> float:
    return round(statistics.quantiles(figures, n=20)[-1], 1)
