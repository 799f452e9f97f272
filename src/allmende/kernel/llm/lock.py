# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The privacy lock: what a provider gets to read, and how its words become ours again."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from allmende.kernel.llm import rules
from allmende.kernel.privacy import service as privacy


@dataclass(frozen=True)
class Locked:
    """Texts as they may leave. `mapping` leads back to the originals, stays in memory and is in no `repr`."""

    texts: tuple[str, ...] = field(repr=False)
    mapping: dict[str, str] = field(default_factory=dict, repr=False)
    kinds: tuple[str, ...] = ()


async def close(texts: Sequence[str], handling: str) -> Locked:
    """The texts as they may go where this handling applies. Raises ValueError where none may go."""
    if handling == rules.PLAIN:
        return Locked(tuple(texts))
    if handling != rules.PSEUDONYMISED:
        raise ValueError("These texts may not leave.")
    hidden = await asyncio.to_thread(privacy.pseudonymise_all, list(texts))
    return Locked(hidden.texts, hidden.mapping, hidden.kinds)
