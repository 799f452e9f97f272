# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The wish to stop, shared by the worker's processes: jobs pause at their next checkpoint, not minutes later."""

import multiprocessing
from multiprocessing.synchronize import Event


class _Flag:
    event: Event | None = None


def prepare() -> None:
    """Create the shared flag; before any process is forked."""
    _Flag.event = multiprocessing.get_context("fork").Event()


def request() -> None:
    """Ask every job to stop at its next checkpoint."""
    if _Flag.event is not None:
        _Flag.event.set()


def requested() -> bool:
    """Whether somebody asked."""
    return _Flag.event is not None and _Flag.event.is_set()
