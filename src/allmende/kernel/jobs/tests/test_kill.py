# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The worker is killed for real. Letters are counted in the database afterwards: none lost, none doubled."""

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from allmende.kernel.jobs.tests import errands

pytestmark = pytest.mark.both_databases

LETTERS = 40
START = """
import django; django.setup()
from django.db import connection
from allmende.kernel.jobs import service
target = "allmende.kernel.jobs.tests.errands:" + {name!r}
print(service.enqueue(target, args=dict(count={count}, pause={pause}), title="Briefe").pk)
"""


class Town:
    """A database of its own, and workers that can be killed."""

    def __init__(self, folder: Path, url: str, ask: Callable[[str], list[tuple[Any, ...]]]) -> None:
        self.ask = ask
        self.log = folder / "worker.log"
        self.workers: list[subprocess.Popen[bytes]] = []
        self.environment = os.environ | {
            "ALLMENDE_HOME": str(folder),
            "ALLMENDE_DATABASE_URL": url,
            "ALLMENDE_JOB_LEASE_SECONDS": "4",
            "DJANGO_SETTINGS_MODULE": "allmende.site.settings",
        }

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def queue(self, name: str, count: int = LETTERS, pause: float = 0.02) -> int:
        return int(self.run("-c", START.format(name=name, count=count, pause=pause)).split()[-1])

    def start_worker(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "django", "qcluster"]
        with self.log.open("ab") as log:
            worker = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, start_new_session=True)
        self.workers.append(worker)
        return worker

    def letters(self) -> list[int]:
        return [row[0] for row in self.ask("SELECT number FROM letters ORDER BY number")]

    def status(self, pk: int) -> str:
        return str(self.ask(f"SELECT status FROM jobs_job WHERE id = {pk}")[0][0])

    def wait_until(self, done: Callable[[], bool], seconds: float = 40) -> float:
        """Seconds it took."""
        began = time.monotonic()
        while not done():
            assert time.monotonic() - began < seconds, self.log.read_text()[-3000:]
            time.sleep(0.05)
        return time.monotonic() - began

    def close(self) -> None:
        for worker in self.workers:
            kill(worker)


def kill(worker: subprocess.Popen[bytes]) -> None:
    """Everything at once, as when the power fails."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    url = os.environ.get("ALLMENDE_DATABASE_URL", "")
    make = on_postgresql if url.startswith("postgres") else on_sqlite
    place = make(tmp_path, url)
    town = next(place)
    try:
        town.run("-m", "django", "migrate", "--skip-checks", "-v0")
        town.ask(errands.TABLE)
        yield town
    finally:
        town.close()
        next(place, None)


def on_sqlite(folder: Path, _url: str) -> Iterator[Town]:
    import sqlite3

    connection = sqlite3.connect(folder / "town.sqlite3", timeout=20, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    yield Town(folder, f"sqlite:///{folder / 'town.sqlite3'}", lambda sql: connection.execute(sql).fetchall())
    connection.close()


def on_postgresql(folder: Path, url: str) -> Iterator[Town]:
    from urllib.parse import urlsplit

    import psycopg

    name = f"kill_{secrets.token_hex(6)}"
    own = urlsplit(url)._replace(path=f"/{name}").geturl()
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        with psycopg.connect(own, autocommit=True) as connection:

            def ask(sql: str) -> list[tuple[Any, ...]]:
                cursor = connection.execute(sql)
                return cursor.fetchall() if cursor.description else []

            yield Town(folder, own, ask)
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_worker_killed_at_any_moment_loses_and_doubles_no_letter(town: Town):
    job = town.queue("send_letters")
    for sent in (1, 9, 23):
        worker = town.start_worker()
        town.wait_until(lambda sent=sent: len(town.letters()) >= sent)
        kill(worker)
        assert town.status(job) == "running"
        assert len(town.letters()) < LETTERS
    town.start_worker()
    seconds = town.wait_until(lambda: town.status(job) == "succeeded")
    assert town.letters() == list(range(LETTERS))
    assert seconds < 15


def test_a_job_whose_message_died_with_the_worker_runs_after_the_restart(town: Town):
    """Three jobs, one worker: when it is killed, the others' messages are taken from the queue or still in it."""
    jobs = [town.queue("send_letters_in_two_rounds", count=5) for _number in range(3)]
    worker = town.start_worker()
    town.wait_until(lambda: len(town.letters()) >= 2)
    kill(worker)
    town.start_worker()
    town.wait_until(lambda: all(town.status(job) == "succeeded" for job in jobs))
    assert sorted(set(town.letters())) == [*range(5), *range(1000, 1005)]
    assert len(town.letters()) == 30


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help against orphans is Linux's")
def test_killing_only_the_main_process_leaves_no_orphan_at_work(town: Town):
    job = town.queue("send_letters")
    worker = town.start_worker()
    town.wait_until(lambda: len(town.letters()) >= 3)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    time.sleep(0.5)
    sent = len(town.letters())
    time.sleep(0.5)
    assert len(town.letters()) == sent
    town.start_worker()
    town.wait_until(lambda: town.status(job) == "succeeded")
    assert town.letters() == list(range(LETTERS))


def test_a_worker_asked_to_stop_hands_its_job_back_within_seconds(town: Town):
    job = town.queue("send_letters", count=200)
    worker = town.start_worker()
    town.wait_until(lambda: len(town.letters()) >= 3)
    worker.terminate()
    assert worker.wait(timeout=15) == 0
    assert town.status(job) == "queued"
    assert town.letters() == list(range(len(town.letters())))
