# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Memory of an idle house: web server and worker, the embedding model loaded in both.

The proportional set size (PSS) shares what processes have in common fairly; the floor is a bare Python with Django.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.client import ask
from tests.running_house import free_port, start

SETTLE_SECONDS = 45
FLOOR = "import django, django.db.models, sys; print('ready', flush=True); sys.stdin.read()"


def pss(process: psutil.Process) -> float:
    """Megabytes of the process and its children."""
    family = [process, *process.children(recursive=True)]
    return sum(member.memory_full_info().pss for member in family) / 1024**2


def measure() -> dict[str, object]:
    """Start the demo town, ask once so that the model is loaded, wait until the worker rests, weigh."""
    with tempfile.TemporaryDirectory() as home:
        house = start(Path(home), free_port())
        try:
            ask(house.address, "Was kostet ein Hund?")
            time.sleep(SETTLE_SECONDS)
            whole = psutil.Process(house.process.pid)
            figures = {
                "web_and_worker_pss_mb": round(pss(whole), 1),
                "processes": 1 + len(whole.children(recursive=True)),
            }
        finally:
            house.stop()
    bare = subprocess.Popen([sys.executable, "-c", FLOOR], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert bare.stdout is not None
    bare.stdout.readline()
    floor = pss(psutil.Process(bare.pid))
    bare.communicate(b"")
    return {
        **figures,
        "floor_bare_django_mb": round(floor, 1),
        "ratio_to_floor": round(figures["web_and_worker_pss_mb"] / floor, 2),
    }
