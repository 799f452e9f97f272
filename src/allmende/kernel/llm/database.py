# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Database steps of a call, so that a stream of minutes holds neither a thread nor a connection between two of them."""

import threading
from collections.abc import Callable
from contextlib import nullcontext
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import connection, connections

P = ParamSpec("P")
T = TypeVar("T")

CALLER_WAITS: ContextVar[bool] = ContextVar("llm_caller_waits", default=False)
"""Set by the sync doors: their thread waits for us and lends itself, so that its transaction covers our steps."""

_one_at_a_time = threading.Lock()
"""SQLite lets one write and makes others sleep and try again; threads of one process had better queue."""


async def run(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a database step in the waiting caller's thread, or in a borrowed one whose connections are given back."""
    if CALLER_WAITS.get():
        return await sync_to_async(function)(*args, **kwargs)

    def step() -> T:
        with _one_at_a_time if connection.vendor == "sqlite" else nullcontext():
            try:
                return function(*args, **kwargs)
            finally:
                connections.close_all()

    return await sync_to_async(step, thread_sensitive=False)()
