# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Data classes, locations, limits and outcomes, read from data/llm.toml."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOUSE = "house"
"""The location inside the walls, and the role of the system itself (background jobs)."""

PLAIN, PSEUDONYMISED, REFUSED = "plain", "pseudonymised", "refused"
CHAT, EMBEDDINGS = "chat", "embeddings"


@dataclass(frozen=True, kw_only=True)
class DataClass:
    """How much a text may tell: German title and help (msgids), and how it is handled at each location."""

    title: str
    help: str
    handling: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Location:
    """Where a provider works, and how it may be called there."""

    title: str
    help: str
    plain_http: bool
    reach: str
    classes: list[str]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Times in seconds, sizes in bytes or characters, as the data file describes them."""

    connect: float
    first_piece: float
    total: float
    answer_bytes: int
    answer_characters: int
    input_characters: int
    messages: int
    stop: int
    max_tokens: int
    embed_batch: int
    embed_dimensions: int
    connections: int
    idle_connections: int
    probe_characters: int
    probe_models: int


@dataclass(frozen=True, kw_only=True)
class Retry:
    """How often and after which waits (seconds) a provider is asked again."""

    attempts: int
    base: float
    cap: float
    jitter: float


@dataclass(frozen=True, kw_only=True)
class Breaker:
    """When a failing provider is left alone, and for how many seconds."""

    failures: int
    open_for: float
    open_at_most: float
    probe_for: float


@dataclass(frozen=True, kw_only=True)
class Meter:
    """How long figures are kept (days), and when a call counts as lost (seconds)."""

    bucket_days: int
    lost_after: float


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a call ended: title (msgid), colour of its badge, and what follows from it."""

    title: str
    kind: str
    fault: bool = False
    again: bool = False
    elsewhere: bool = False
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Quota:
    """Calls and tokens of a day."""

    calls: int
    tokens: int


def _read() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "data" / "llm.toml").read_text(encoding="utf-8"))


_DATA = _read()

CLASSES = {name: DataClass(**item) for name, item in _DATA["classes"].items()}
HANDLINGS: dict[str, str] = _DATA["handlings"]
LOCATIONS = {name: Location(**item) for name, item in _DATA["locations"].items()}
LIMITS = Limits(**_DATA["limits"])
RETRY = Retry(**_DATA["retry"])
BREAKER = Breaker(**_DATA["breaker"])
METER = Meter(**_DATA["meter"])
BREAKER_STATES: dict[str, dict[str, str]] = _DATA["breaker_states"]
OUTCOMES = {name: Outcome(**item) for name, item in _DATA["outcomes"].items()}
QUOTAS = {name: Quota(**item) for name, item in _DATA["quotas"].items()}


def handling(data_class: str, location: str) -> str:
    """What happens to a text of this class at this location: plain, pseudonymised or refused."""
    return CLASSES[data_class].handling[location]
