# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What an answer is read against: the day, the language, the town."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from allmende.modules.applications.engine.words import Words, fold


@dataclass(frozen=True)
class Town:
    """The register of streets, and the postcode and place that go with them."""

    streets: tuple[str, ...] = ()
    postcode: str = ""
    city: str = ""

    @cached_property
    def by_folded(self) -> Mapping[str, str]:
        """Folded name → name as it is written."""
        return {fold(street): street for street in self.streets}


@dataclass(frozen=True)
class Setting:
    """`prefer` says which year a day without one lies in: past, future or nearest."""

    today: date
    words: Words
    town: Town = field(default_factory=Town)
    prefer: str = "nearest"
