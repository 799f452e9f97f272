# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Start a real house as its own processes: for browser tests and benchmarks."""

import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

START_SECONDS = 120


@dataclass
class House:
    """A running house."""

    address: str
    home: Path
    password: str
    process: subprocess.Popen[str]
    printed: list[str] = field(default_factory=list)

    def command(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "allmende", *arguments],
            env={**os.environ, "ALLMENDE_HOME": str(self.home)},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def stop(self) -> None:
        """End web server and worker in order, as Ctrl-C does."""
        self.process.terminate()
        self.process.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(home: Path, port: int) -> House:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ALLMENDE_")},
        "ALLMENDE_HOME": str(home),
        "ALLMENDE_BASE_URL": f"http://127.0.0.1:{port}",
        "ALLMENDE_EMBED_THREADS": "1",
        "PYTHONUNBUFFERED": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "allmende", "up", "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    house = House(f"http://127.0.0.1:{port}", home, "", process)
    threading.Thread(target=_listen, args=(house,), daemon=True).start()
    wait_for(lambda: _answers(house), START_SECONDS, house)
    return house


def _listen(house: House) -> None:
    assert house.process.stdout is not None
    for line in house.process.stdout:
        house.printed.append(line)
        if found := re.search(r"One-time password: (\S+)", line):
            house.password = found[1]


def _answers(house: House) -> bool:
    if house.process.poll() is not None:
        raise RuntimeError("The house did not start:\n" + "".join(house.printed))
    try:
        with urllib.request.urlopen(f"{house.address}/", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def wait_for(condition: Callable[[], bool], seconds: float, house: House | None = None) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.2)
    raise TimeoutError("Waited in vain.\n" + "".join(house.printed if house else []))
