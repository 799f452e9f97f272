# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A case as the room that opened it gets it back: for its own way of showing and exporting it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Contact:
    """The citizen a case is about, as far as known; `language` is the one to write in."""

    name: str = ""
    email: str = ""
    language: str = "de"


@dataclass(frozen=True, kw_only=True)
class Record:
    """What was handed in. `payload` is as it was then; empty once the personal data was deleted. `staff`: it is shown to somebody who
    works on the case, not to the citizen.
    """

    id: str
    number: str
    kind: str
    title: str
    state: str
    opened_at: datetime
    contact: Contact = field(repr=False)
    payload: Mapping[str, Any] = field(repr=False)
    staff: bool = False
