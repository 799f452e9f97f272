# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Alice gives a folder to a Dask cluster, and a worker dies over it."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from distributed import Client

from allmende.modules.anonymiser.cli import anonymise
from allmende.modules.anonymiser.engine import Settings, batch
from allmende.modules.anonymiser.engine.whole import PART
from allmende.modules.anonymiser.tests.drawing import pixels, street, written
from allmende.modules.anonymiser.tests.filming import film

pytestmark = pytest.mark.one_database
DASK = (sys.executable, "-m", "distributed.cli.")


@contextmanager
def started(program: str, *arguments: str, folder: Path) -> Iterator[subprocess.Popen]:
    with (folder / f"{program}.log").open("ab") as log:
        command = [DASK[0], DASK[1], DASK[2] + program, *arguments]
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path) -> Iterator[Client]:
    """A scheduler and two workers, each a process of its own that nobody starts again."""
    place = tmp_path / "scheduler.json"
    near = ("--scheduler-file", str(place), "--host", "127.0.0.1", "--no-dashboard")
    with ExitStack() as stack:
        stack.enter_context(started("dask_scheduler", *near, "--port", "0", folder=tmp_path))
        options = (*near, "--nthreads", "1", "--no-nanny", "--local-directory", str(tmp_path / "scratch"))
        for _number in range(2):
            stack.enter_context(started("dask_worker", *options, folder=tmp_path))
        while not place.exists():
            time.sleep(0.05)
        client = stack.enter_context(Client(scheduler_file=str(place), set_as_default=False))
        client.wait_for_workers(2, timeout=30)
        yield client


@pytest.fixture
def tree(tmp_path) -> Path:
    """Five photos and a short film."""
    folder = tmp_path / "in"
    folder.mkdir()
    image = street((240, 160))[0]
    for number in range(5):
        (folder / f"{number}.jpg").write_bytes(written(image.rotate(number)))
    film(folder / "crossing.mov", [pixels(image)] * 2)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_worker_killed_in_the_middle_changes_nothing_in_the_result(cluster, tree, tmp_path):
    alone, together, report = tmp_path / "alone", tmp_path / "together", tmp_path / "report.jsonl"
    address, processes = cluster.scheduler.address, cluster.run(os.getpid)
    victim = min(processes)
    in_hand: list[str] = []

    def kill() -> None:
        """Once something is done, and the victim has something in hand."""
        while not in_hand:
            time.sleep(0.02)
            if any(path.suffix != PART for path in together.iterdir()):
                in_hand.extend(cluster.processing()[victim])
        os.kill(processes[victim], signal.SIGKILL)

    together.mkdir()
    (together / f".0.jpg.{'0' * 32}{PART}").write_bytes(b"what an earlier run, which was killed as well, has left")
    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    said = CliRunner().invoke(anonymise, [str(tree), str(together), "--dask", address, "--report", str(report)])
    killer.join(1)
    assert in_hand
    assert victim not in cluster.scheduler_info()["workers"]
    assert (said.exit_code, said.stdout) == (0, "6 done, 0 done before, 0 review, 0 refused, 0 failed\n")
    told = [json.loads(line)["file"] for line in report.read_text(encoding="utf-8").splitlines()]
    assert sorted(told) == sorted(str(path) for path in tree.iterdir())
    for task in batch.tasks(tree, alone, Settings()):
        assert batch.work_off(task)["state"] == batch.DONE
    assert contents(together) == contents(alone)


def test_where_no_cluster_is_nothing_is_begun(tree, tmp_path, monkeypatch):
    monkeypatch.setattr("allmende.modules.anonymiser.engine.cluster.PATIENCE", 0.2)
    said = CliRunner().invoke(anonymise, [str(tree), str(tmp_path / "out"), "--dask", "tcp://127.0.0.1:9"])
    assert (said.exit_code, "No Dask cluster" in said.stderr) == (2, True)
    assert not (tmp_path / "out").exists()
