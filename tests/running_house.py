# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Start a real house as its own processes: for browser tests and benchmarks."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
ERRORS = "inside.log"
START_SECONDS = 120
STOP_SECONDS = 60
LOADING_SECONDS = 120


@dataclass
class House:
    """A running house."""

    home: Path
    port: int
    process: subprocess.Popen[str] = field(init=False)
    printed: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    """Settings of this house beyond the usual ones."""
    options: tuple[str, ...] = ()
    """Options of `allmende up` beyond the port."""
    _inside: subprocess.Popen[str] | None = None
    password: str = ""
    """The administrator's one-time password, printed at the first start only."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, for the first time or again, and wait until it answers."""
        self.printed.clear()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "allmende", "up", "--port", str(self.port), *self.options],
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=_listen, args=(self,), daemon=True).start()
        wait_for(lambda: _answers(self), START_SECONDS, self)

    def wait_until_loaded(self) -> None:
        """Wait for what the web process loads ahead, so that no question waits for it."""
        wait_for(lambda: any("assistant was loaded ahead" in line for line in self.printed), LOADING_SECONDS, self)

    def command(self, *arguments: str) -> str:
        """What `allmende …` says in this house. Raises RuntimeError with its words when it fails."""
        done = subprocess.run(
            [sys.executable, "-m", "allmende", *arguments],
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"allmende {' '.join(arguments)}\n{done.stdout}{done.stderr}")
        return done.stdout

    def run(self, script: str) -> str:
        """What this Python prints inside the house. Raises RuntimeError with its traceback when it fails."""
        inside = self._inside = self._inside or self._enter()
        assert inside.stdin is not None
        assert inside.stdout is not None
        print(json.dumps(script), file=inside.stdin, flush=True)
        said = inside.stdout.readline()
        if not said:
            self._inside = None
            raise RuntimeError((self.home / ERRORS).read_text(encoding="utf-8"))
        return str(json.loads(said))

    def _enter(self) -> subprocess.Popen[str]:
        with (self.home / ERRORS).open("w") as errors:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.inside_house"],
                env=self._environment(),
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End web server and worker in order: SIGTERM as a service manager does, SIGINT as Ctrl-C."""
        if self._inside is not None:
            self._inside.communicate()
            self._inside = None
        self.process.send_signal(how)
        self.process.wait(STOP_SECONDS)

    def processes(self) -> list[psutil.Process]:
        """Every process that works in this house's home, whoever its parent is."""
        return [process for process in psutil.process_iter() if _home(process) == str(self.home)]

    def _environment(self) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(("ALLMENDE_", "DJANGO_"))},
            "ALLMENDE_HOME": str(self.home),
            "ALLMENDE_BASE_URL": self.address,
            "ALLMENDE_EMBED_THREADS": "1",
            "PYTHONUNBUFFERED": "1",
            **self.variables,
        }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(home: Path, port: int, **variables: str) -> House:
    house = House(home, port, variables=variables)
    house.start()
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


def _home(process: psutil.Process) -> str:
    try:
        return process.environ().get("ALLMENDE_HOME", "")
    except psutil.Error:
        return ""


def wait_for(condition: Callable[[], bool], seconds: float, house: House | None = None) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.2)
    raise TimeoutError("Waited in vain.\n" + "".join(house.printed if house else []))
