# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""django-q2's worker, made to leave nothing running behind and to stop politely."""

import ctypes
import gc
import logging
import os
import signal
import sys
import time
import uuid
from importlib import import_module
from typing import Any

from django.db import DatabaseError, connections
from django_q.cluster import Sentinel
from django_q.management.commands.qcluster import Command as Original

from allmende.kernel.jobs import queue, schedules, stopping

PR_SET_PDEATHSIG = 1
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)

logger = logging.getLogger(__name__)


class Mark:
    """What django-q2's guard expects of an event; a signal handler sets it, and must not wait for a lock."""

    def __init__(self) -> None:
        self._set = False

    def set(self) -> None:
        """From now on."""
        self._set = True

    def is_set(self) -> bool:
        """Whether it is."""
        return self._set

    def wait(self, seconds: float) -> bool:
        """Sleep, then say whether it is set."""
        time.sleep(seconds)
        return self._set


class Command(Original):  # type: ignore[misc]  # django-q2 has no types
    """As django-q2's qcluster, but its guard is this process instead of one more child."""

    requires_system_checks = ()  # they import every page and every declared target; a worker shall stay small

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run until SIGTERM or SIGINT; jobs in hand go back to the queue at their next item."""
        if name := options.get("cluster_name"):
            os.environ["Q_CLUSTER_NAME"] = name
        _own_connections()
        stopping.prepare()
        _warm_up()
        os.register_at_fork(after_in_child=_in_child)
        stop = Mark()
        guard = Sentinel(stop, Mark(), uuid.uuid4(), start=False)
        for number in STOP_SIGNALS:
            signal.signal(number, lambda *_signal: _stop(stop))
        if options.get("run_once"):
            stop.set()
        guard.start()


def _stop(mark: Mark) -> None:
    stopping.request()
    mark.set()


def _own_connections() -> None:
    """One lasting connection for each process, no pool: its sockets must not be shared by fork."""
    for alias in connections:
        settings = connections.settings[alias]
        settings["OPTIONS"].pop("pool", None)
        settings.update(CONN_MAX_AGE=None, CONN_HEALTH_CHECKS=True)


def _warm_up() -> None:
    """Load what every child needs while memory is shared, and keep the collector from touching, so copying, it."""
    try:
        queue.wake_for_due()
        schedules.write_declared()
    except DatabaseError as error:
        logger.warning("The database does not answer yet: %s", error)
    import_module("django_q.scheduler")
    import_module("allmende.kernel.jobs.tasks")
    connections.close_all()
    gc.collect()
    gc.freeze()


def _in_child() -> None:
    """A child stops when its parent says so, not the terminal; on Linux it dies with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
