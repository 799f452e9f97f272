# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""States and times of jobs, read from data/jobs.toml."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class State:
    """One state of a job: its German title (a msgid), the colour of its badge, and what may be done in it."""

    title: str
    kind: str
    finished: bool
    cancel: bool
    retry: bool


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Times in seconds, as the data file describes them."""

    max_attempts: int
    wait_after_error: list[float]
    wait_after_crash: list[float]
    turn: float
    slice: float
    beat: float
    heartbeat: float
    silent_after: float
    keep_finished_days: int
    stream_for: float
    stream_every: float


_DATA = tomllib.loads((Path(__file__).parent / "data" / "jobs.toml").read_text(encoding="utf-8"))

RULES = Rules(**_DATA["rules"])
STATES = {name: State(**state) for name, state in _DATA["states"].items()}

QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED = "queued", "running", "succeeded", "failed", "cancelled"
UNFINISHED = tuple(name for name, state in STATES.items() if not state.finished)


def wait_before(attempt: int, waits: list[float]) -> float:
    """Seconds to wait before attempt number `attempt` (the second is the first that waits)."""
    return waits[min(max(attempt - 2, 0), len(waits) - 1)]
