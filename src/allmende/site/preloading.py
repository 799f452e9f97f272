# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Load what questions need while nobody waits for it: in a web process, in the background, once it answers."""

import logging
import threading
import time
from typing import Any

from django.db import connections

from allmende.kernel.registry import Preload, registry, resolve

logger = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds after which loading begins although nobody has asked for a page yet."""


class Preloading:
    """ASGI: when the server starts, load every room's `Preload` after the first answer went out, or after a short while.

    Loading takes the processor for some seconds; the first page should not wait for it. Workers and commands never come
    here: they load what they need when they need it.
    """

    def __init__(self, app: Any, patience: float = PATIENCE) -> None:
        self._app = app
        self._patience = patience
        self._answered = threading.Event()
        self._stopping = threading.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass requests on; the server's own start and end are answered here."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        try:
            await self._app(scope, receive, send)
        finally:
            self._answered.set()

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        threading.Thread(target=self._load, name="preload", daemon=True).start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._stopping.set()
        await send({"type": "lifespan.shutdown.complete"})

    def _load(self) -> None:
        self._answered.wait(self._patience)
        load(self._stopping)


def load(stopping: threading.Event) -> None:
    """Load them one after another; what fails is logged and loaded, or fails again, when somebody needs it."""
    try:
        for item in registry().all(Preload):
            if stopping.is_set():
                return
            began = time.perf_counter()
            try:
                resolve(item.load)()
            except Exception:  # whatever it is: the house goes on without
                logger.exception("%s could not be loaded ahead.", item.name)
            else:
                logger.info("%s was loaded ahead in %.1f s.", item.name, time.perf_counter() - began)
    finally:
        connections.close_all()
