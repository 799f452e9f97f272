# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Ask every declared health check, but for strangers no more often than every few seconds."""

import logging
import threading
import time
from dataclasses import dataclass

from allmende.kernel.registry import HealthCheck, Text, resolve

KEPT_SECONDS = 5.0
"""How long strangers are shown the same findings. A check may start a process; everybody may ask for the page."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Finding:
    """What one health check said."""

    name: str
    title: Text
    sound: bool
    detail: str


Checks = tuple[HealthCheck, ...]
_lock = threading.Lock()
_last: dict[Checks, tuple[float, list[Finding]]] = {}


def examine(checks: Checks) -> list[Finding]:
    """What each check says now."""
    return [_examined(check) for check in checks]


def examine_for_strangers(checks: Checks) -> list[Finding]:
    """What each check said within the last `KEPT_SECONDS`; who comes while they are asked waits for the same findings."""
    with _lock:
        at, found = _last.get(checks, (-KEPT_SECONDS, []))
        if time.monotonic() - at >= KEPT_SECONDS:
            found = examine(checks)
            _last.clear()
            _last[checks] = (time.monotonic(), found)
        return found


def _examined(check: HealthCheck) -> Finding:
    try:
        return Finding(check.name, check.title, sound=True, detail=str(resolve(check.check)()))
    except Exception as error:  # whatever goes wrong in a check is its finding
        logger.exception("Health check %s failed", check.name)
        return Finding(check.name, check.title, sound=False, detail=f"{type(error).__name__}: {error}")
