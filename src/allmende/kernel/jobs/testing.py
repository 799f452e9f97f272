# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""For the tests of any room: a town with a database of its own, whose processes are started, killed, and looked at from outside."""

import atexit
import contextlib
import functools
import os
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

Ask = Callable[[str], list[tuple[Any, ...]]]
SERVER = os.environ.get("ALLMENDE_DATABASE_URL", "")
PATIENCE = 40.0
"""Seconds after which something that does not happen counts as failed."""


_until_the_end = contextlib.ExitStack()
atexit.register(_until_the_end.close)


class Town:
    """A database of its own, and workers that can be killed."""

    def __init__(self, folder: Path, url: str, ask: Ask, settings: Mapping[str, str]) -> None:
        self.ask = ask
        self.log = folder / "worker.log"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.environment = {
            **os.environ,
            "ALLMENDE_HOME": str(folder),
            "ALLMENDE_DATABASE_URL": url,
            "ALLMENDE_JOB_LEASE_SECONDS": "4",
            "DJANGO_SETTINGS_MODULE": "allmende.site.settings",
            **settings,
        }

    def run(self, *arguments: str) -> str:
        """What a Python process of the town prints; it must end well."""
        done = subprocess.run(
            [sys.executable, *arguments], env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise AssertionError(done.stderr)
        return done.stdout

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A Python process of the town, as the leader of its group."""
        with self.log.open("ab") as log:
            command = [sys.executable, *arguments]
            process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, start_new_session=True)
        self.processes.append(process)
        return process

    def start_worker(self) -> subprocess.Popen[bytes]:
        """A worker with all its processes."""
        return self.start("-m", "django", "qcluster")

    def wait_until(self, done: Callable[[], bool], seconds: float = PATIENCE) -> float:
        """Seconds it took."""
        began = time.monotonic()
        while not done():
            if time.monotonic() - began > seconds:
                raise AssertionError(self.log.read_text()[-3000:] if self.log.exists() else "Nothing happened.")
            time.sleep(0.05)
        return time.monotonic() - began

    def close(self) -> None:
        """Leave nothing running."""
        for process in self.processes:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Everything at once, as when the power fails."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextlib.contextmanager
def town_of_its_own(folder: Path, **settings: str) -> Iterator[Town]:
    """A town whose tables are made, on the database that the tests run on; nothing of it is left afterwards."""
    with _on_postgresql() if SERVER.startswith("postgres") else _on_sqlite(folder) as (own, ask):
        town = Town(folder, own, ask, settings)
        try:
            yield town
        finally:
            town.close()


@contextlib.contextmanager
def _on_sqlite(folder: Path) -> Iterator[tuple[str, Ask]]:
    file = folder / "town.sqlite3"
    shutil.copy(_template_file(), file)
    with contextlib.closing(sqlite3.connect(file, timeout=20, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        yield f"sqlite:///{file}", lambda question: connection.execute(question).fetchall()


@contextlib.contextmanager
def _on_postgresql() -> Iterator[tuple[str, Ask]]:
    template = _template_database()
    with _new_database(template) as own, psycopg.connect(own, autocommit=True) as connection:

        def ask(question: str) -> list[tuple[Any, ...]]:
            cursor = connection.execute(question.encode())
            return cursor.fetchall() if cursor.description else []

        yield own, ask


@functools.cache
def _template_file() -> Path:
    """A database whose tables are made, once for all towns of this process."""
    folder = Path(_until_the_end.enter_context(tempfile.TemporaryDirectory(prefix="allmende-town-")))
    _migrate(folder, f"sqlite:///{folder / 'town.sqlite3'}")
    return folder / "town.sqlite3"


@functools.cache
def _template_database() -> str:
    """The name of such a database."""
    own = _until_the_end.enter_context(_new_database("template1"))
    with tempfile.TemporaryDirectory(prefix="allmende-town-") as folder:
        _migrate(Path(folder), own)
    return urlsplit(own).path.removeprefix("/")


def _migrate(folder: Path, url: str) -> None:
    Town(folder, url, lambda _question: [], {}).run("-m", "django", "migrate", "--skip-checks", "-v0")


@contextlib.contextmanager
def _new_database(template: str) -> Iterator[str]:
    name = f"town_{secrets.token_hex(6)}"
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(create)
    yield urlsplit(SERVER)._replace(path=f"/{name}").geturl()
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
