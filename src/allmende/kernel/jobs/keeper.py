# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A small thread in every worker process.

It keeps the lease of a long item, says that the worker is alive, and finds jobs that were left behind.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections

from allmende.kernel.jobs import leases, queue, schedules
from allmende.kernel.jobs.engine import processes
from allmende.kernel.jobs.leases import Lease
from allmende.kernel.jobs.rules import RULES

logger = logging.getLogger(__name__)


class _Hand:
    """What this process has in hand; written by its main thread, read by the keeper."""

    lease: Lease | None = None


@contextmanager
def holding(lease: Lease) -> Iterator[None]:
    """While the block runs, the thread of this process renews the lease."""
    _Hand.lease = lease
    try:
        yield
    finally:
        _Hand.lease = None


def start(**_kwargs: Any) -> None:
    """Start the thread; django-q2 calls this in each worker process that it has spawned."""
    Keeper(processes.new_token()).start()


class Keeper(threading.Thread):
    """Looks every few seconds, until the process ends."""

    def __init__(self, name: str) -> None:
        super().__init__(name="jobs-keeper", daemon=True)
        self.worker = name
        self._last_beat = -RULES.heartbeat

    def run(self) -> None:
        """Look, wait, look again; a database that does not answer is asked again later."""
        pause = min(RULES.beat, settings.JOB_LEASE_SECONDS / 4)
        self._safely(schedules.write_declared)
        while True:
            self._safely(self.look)
            time.sleep(pause)

    def look(self) -> None:
        """One round."""
        lease = _Hand.lease
        if lease is not None:
            lease.update()
        if time.monotonic() - self._last_beat >= RULES.heartbeat:
            leases.beat(self.worker)
            self._last_beat = time.monotonic()
        leases.take_back_abandoned()
        queue.wake_for_due()

    def _safely(self, step: Any) -> None:
        try:
            close_old_connections()
            step()
        except DatabaseError as error:
            logger.warning("The keeper of the jobs could not reach the database: %s", error)
            connections.close_all()
        except Exception:
            logger.exception("The keeper of the jobs stumbled and goes on.")
