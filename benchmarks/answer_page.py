# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page /fragen of a real house that knows 10,000 passages: one citizen after another, then 20 at once.

The passages are the demo town's own, many times over under other keys in another authority, with the vectors of the first
copy: the search must filter and score them all the same. Floor: the same server's imprint, a page without any question.
"""

import sqlite3
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.client import Citizen, first_byte
from tests.running_house import House, free_port, start, wait_for

PASSAGES = 10_000
CITIZENS = 20
QUESTIONS = (
    "Was kostet ein Reisepass?",
    "Ich bin umgezogen, was muss ich tun?",
    "Wann hat das Bürgerbüro am Samstag auf?",
    "Bis wann muss der Gehweg geräumt sein?",
    "Wo melde ich meinen Hund ab?",
)
EMBEDDING_SECONDS = 1800
PAGES = (
    "/",
    "/fragen/",
    "/leistungen/",
    "/leistungen/reisepass/",
    "/ortsrecht/hundesteuersatzung/",
    "/aemter/",
    "/ki/",
)
COPY_DOCUMENTS = """
    INSERT INTO search_document (key, {columns}) SELECT key || '#' || :copy, {columns}
    FROM search_document WHERE instr(key, '#') = 0
"""
COPY_PASSAGES = """
    INSERT INTO search_passage (document_id, position, heading, section, text, windows)
    SELECT copy.id, passage.position, passage.heading, passage.section, passage.text, passage.windows
    FROM search_passage passage
    JOIN search_document original ON original.id = passage.document_id
    JOIN search_document copy ON copy.key = original.key || '#' || :copy
"""


def measure() -> dict[str, object]:
    """Milliseconds: p50 and p95 of an answer, of 20 at once, and the first byte of pages."""
    with tempfile.TemporaryDirectory() as home:
        house = start(Path(home), free_port())
        try:
            wait_for(lambda: _embedded(house), EMBEDDING_SECONDS, house)
        finally:
            house.stop()
        known = _multiply(Path(home) / "allmende.sqlite3")
        house = start(Path(home), free_port(), ALLMENDE_TRUSTED_PROXIES="1")
        try:
            return {"passages": known, **_load(house)}
        finally:
            house.stop()


def _embedded(house: House) -> bool:
    time.sleep(5)
    words = house.command("search", "status").splitlines()[-1].split()
    return words[1] == words[2]


def _multiply(database: Path) -> int:
    """Copy the town's texts until there are enough; returns the number of passages."""
    with sqlite3.connect(database) as connection:
        count = connection.execute("SELECT count(*) FROM search_passage").fetchone()[0]
        named = [row[1] for row in connection.execute("PRAGMA table_info(search_document)")]
        documents = COPY_DOCUMENTS.format(columns=", ".join(name for name in named if name not in ("id", "key")))
        for copy in range(1, -(-PASSAGES // count)):
            connection.execute(documents, {"copy": copy})
            connection.execute(COPY_PASSAGES, {"copy": copy})
        return int(connection.execute("SELECT count(*) FROM search_passage").fetchone()[0])


def _load(house: House) -> dict[str, object]:
    citizens = [Citizen(house.address) for _number in range(CITIZENS)]
    for question in QUESTIONS:
        citizens[0].ask(question)  # warm
    # a number makes each question new: the vectors of the last ones are remembered
    one = [1000 * citizens[number].ask(f"{question} ({number})") for number in range(1, 11) for question in QUESTIONS]
    with ThreadPoolExecutor(CITIZENS) as pool:
        together = list(pool.map(lambda pair: 1000 * pair[1].ask(f"{QUESTIONS[0]} [{pair[0]}]"), enumerate(citizens)))
    floor = [1000 * first_byte(house.address, "/impressum/") for _number in range(20)]
    pages = {page: [1000 * first_byte(house.address, page) for _number in range(10)] for page in PAGES}
    return {
        "answer_ms_p50": round(statistics.median(one), 1),
        "answer_ms_p95": _p95(one),
        "answer_p95_to_floor": round(_p95(one) / _p95(floor), 1),
        f"at_once_{CITIZENS}_ms_p95": _p95(together),
        f"at_once_{CITIZENS}_errors": 0,
        "first_byte_ms_worst_page_p95": max(_p95(times) for times in pages.values()),
        "floor_imprint_ms_p95": _p95(floor),
    }


def _p95(values: list[float]) -> float:
    return round(sorted(values)[max(0, -(-95 * len(values) // 100) - 1)], 1)
