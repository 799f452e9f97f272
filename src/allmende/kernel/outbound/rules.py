# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What holds for every call, read from data/outbound.toml."""

import tomllib
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

from allmende.kernel.outbound.engine.addresses import Network

_DATA = tomllib.loads((Path(__file__).parent / "data" / "outbound.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Of one call to another machine: seconds and bytes."""

    connect: float
    total: float
    answer_bytes: int


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What a client may do. `reach`: "any" or "public" addresses; `plain_http`: without TLS, then at private addresses only.

    `headers` are all that leaves beside the body. `kinds` are the media types taken as an answer; none: any.
    """

    reach: str
    plain_http: bool
    headers: tuple[str, ...]
    answer_bytes: int
    kinds: tuple[str, ...] = ()
    connections: int = 1
    idle_connections: int = 0


NEVER: tuple[Network, ...] = tuple(ip_network(net) for net in _DATA["addresses"]["never"])
POST = Bounds(**_DATA["post"])
CALL = Bounds(**_DATA["call"])
