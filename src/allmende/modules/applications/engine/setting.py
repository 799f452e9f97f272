# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What an answer is read against: the day, the language, the town."""

from dataclasses import dataclass, field
from datetime import date

from allmende.kernel.places.engine.register import Register
from allmende.kernel.places.engine.spelling import Spelling
from allmende.modules.applications.engine.words import Words

NO_STREETS = Register((), Spelling({}, {}, frozenset()))


@dataclass(frozen=True)
class Town:
    """The register of streets, and the postcode and place of the town."""

    register: Register = NO_STREETS
    postcode: str = ""
    city: str = ""


@dataclass(frozen=True)
class Setting:
    """A day without a year lies in `year` where that is known, else where `prefer` says: past, future or nearest."""

    today: date
    words: Words
    town: Town = field(default_factory=Town)
    prefer: str = "nearest"
    year: int | None = None
