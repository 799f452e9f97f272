# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the inbox asks the town: names of units, and on which days they work."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from allmende.kernel.town import queries, rules
from allmende.kernel.town.cards import local
from allmende.kernel.town.models import Closure, Unit

SATURDAY = 5


def today() -> date:
    """The date in the town."""
    return queries.today()


def now() -> datetime:
    """The moment in the town."""
    return queries.now()


def name() -> str:
    """What the town is called; empty before its data is loaded."""
    found = queries.town()
    return found.name if found else ""


def unit_names(language: str) -> dict[str, str]:
    """Id → name of every unit, in their order. One query."""
    rows: Any = Unit.objects.values_list("id", "name")
    return {unit: str(local(names, language)) for unit, names in rows}


def working_days(unit: str) -> Callable[[date], bool]:
    """Whether a day is one on which the unit works: Monday to Friday, no nationwide holiday, no closure. One query."""
    closures = list(Closure.objects.filter(unit_id=unit).values_list("first", "last")) if unit else []

    def is_working(day: date) -> bool:
        closed = any(first <= day <= last for first, last in closures)
        return day.weekday() < SATURDAY and not closed and not rules.holiday(day)

    return is_working
