# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Public holidays from dated rules: fixed days and days counted from Easter."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any


@dataclass(frozen=True)
class HolidayRule:
    """One holiday: either (`month`, `day`) or `easter`, days after Easter Sunday; names by language."""

    names: Mapping[str, str]
    month: int = 0
    day: int = 0
    easter: int | None = None
    valid_from: date = date.min
    valid_to: date = date.max

    def in_year(self, year: int) -> date:
        """Its day in that year, valid or not."""
        if self.easter is None:
            return date(year, self.month, self.day)
        return easter_sunday(year) + timedelta(days=self.easter)


def easter_sunday(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus/Jones/Butcher, Astronomical Algorithms, chapter 8)."""
    golden, century, in_century = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (in_century // 4) - moon - in_century % 4) % 7
    correction = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


def read_rules(entries: Iterable[Mapping[str, Any]]) -> tuple[HolidayRule, ...]:
    """Rules from the entries of the data file (`name`, `day` or `easter`, `from`, `to`)."""
    rules = []
    for entry in entries:
        month, day = (int(part) for part in entry["day"].split("-")) if "day" in entry else (0, 0)
        rules.append(
            HolidayRule(
                names=entry["name"],
                month=month,
                day=day,
                easter=entry.get("easter"),
                valid_from=entry.get("from", date.min),
                valid_to=entry.get("to", date.max),
            )
        )
    return tuple(rules)


def holiday_on(day: date, rules: Iterable[HolidayRule]) -> HolidayRule | None:
    """The rule that makes the day a holiday, if there is one."""
    for rule in rules:
        if rule.valid_from <= day <= rule.valid_to and rule.in_year(day.year) == day:
            return rule
    return None
