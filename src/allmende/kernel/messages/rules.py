# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The room's data: states, outcomes, waits. Read once a process."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

QUEUED, SENT, FAILED, STOPPED = "queued", "sent", "failed", "stopped"
EMAIL, WEBHOOK, DIRECTORY, FITCONNECT = "email", "webhook", "directory", "fitconnect"

_DATA: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "data" / "messages.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True, kw_only=True)
class State:
    """What a message's state means."""

    title: str
    badge: str
    again: bool
    stop: bool


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an attempt that failed means."""

    title: str
    retry: bool
    fault: bool


STATES = {name: State(**item) for name, item in _DATA["states"].items()}
OUTCOMES = {name: Outcome(**item) for name, item in _DATA["outcomes"].items()}
CHANNELS: dict[str, str] = _DATA["channels"]
WAITS: list[int] = _DATA["waits"]
SMTP_TIMEOUT: int = _DATA["smtp_timeout"]
STUCK_AFTER: int = _DATA["stuck_after"]
LOST_AFTER: int = _DATA["lost_after"]
KEEP_DAYS: int = _DATA["keep_days"]
LINK_RATE: str = _DATA["link_rate"]
KEEP_LINKS_DAYS: int = _DATA["keep_links_days"]
PACKAGE_BYTES: int = _DATA["package_bytes"]
ADDING: dict[str, str] = _DATA["adding"]
PAGE_SIZE: int = _DATA["page_size"]
FAULTS = tuple(name for name, outcome in OUTCOMES.items() if outcome.fault)


def wait_after(attempts: int) -> int | None:
    """Seconds until the next attempt after so many; None when there were enough."""
    return WAITS[attempts - 1] if attempts <= len(WAITS) else None
