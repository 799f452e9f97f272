# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two people changed the same text: what each changed counts, and only where both changed the same field must one choose."""

import hashlib
import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from allmende.kernel.web.editing.entries import Data, get, put
from allmende.kernel.web.editing.layout import Field, Layout, Rows, parts

MARK_LENGTH = 12


@dataclass(frozen=True)
class Clash:
    """A field (or a list of rows) that both changed, each differently."""

    part: Field | Rows
    mine: Any
    theirs: Any


@dataclass(frozen=True)
class Merge:
    """Both changes in one record: where they clash it holds mine; `taken` are the places changed by the others alone."""

    data: Data
    clashes: tuple[Clash, ...]
    taken: tuple[Field | Rows, ...]


def marks(layout: Layout, data: Mapping[str, Any]) -> dict[str, str]:
    """A short mark of what stands at each place: equal marks, equal contents."""
    return {part.path: mark(get(data, part.path)) for part in parts(layout)}


def mark(value: Any) -> str:
    """The mark of one value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:MARK_LENGTH]


def merge(layout: Layout, opened: Mapping[str, str], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merge:
    """My record with what others changed since it was opened (`opened`: its marks then). Unknown marks count as changed."""
    merged = deepcopy(dict(mine))
    clashes: list[Clash] = []
    taken: list[Field | Rows] = []
    for part in parts(layout):
        own, other = get(mine, part.path), get(theirs, part.path)
        if own == other:
            continue
        before = opened.get(part.path, "")
        if mark(own) == before:
            put(merged, part.path, deepcopy(other))
            taken.append(part)
        elif mark(other) != before:
            clashes.append(Clash(part, own, other))
    return Merge(merged, tuple(clashes), tuple(taken))
