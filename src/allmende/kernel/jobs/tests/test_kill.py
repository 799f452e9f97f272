# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The worker is killed for real. Letters are counted in the database afterwards: none lost, none doubled."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from allmende.kernel.jobs.testing import Town, kill, town_of_its_own
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


class Letters:
    """A town that sends letters."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.start_worker, self.wait_until = town.start_worker, town.wait_until

    def queue(self, name: str, count: int = LETTERS, pause: float = 0.02) -> int:
        return int(self.town.run("-c", START.format(name=name, count=count, pause=pause)).split()[-1])

    def letters(self) -> list[int]:
        return [row[0] for row in self.town.ask("SELECT number FROM letters ORDER BY number")]

    def status(self, pk: int) -> str:
        return str(self.town.ask(f"SELECT status FROM jobs_job WHERE id = {pk}")[0][0])


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Letters]:
    with town_of_its_own(tmp_path) as town:
        town.ask(errands.TABLE)
        yield Letters(town)


def test_a_worker_killed_at_any_moment_loses_and_doubles_no_letter(town: Letters):
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


def test_a_job_whose_message_died_with_the_worker_runs_after_the_restart(town: Letters):
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
def test_killing_only_the_main_process_leaves_no_orphan_at_work(town: Letters):
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


def test_a_worker_asked_to_stop_hands_its_job_back_within_seconds(town: Letters):
    job = town.queue("send_letters", count=200)
    worker = town.start_worker()
    town.wait_until(lambda: len(town.letters()) >= 3)
    worker.terminate()
    assert worker.wait(timeout=15) == 0
    assert town.status(job) == "queued"
    assert town.letters() == list(range(len(town.letters())))
