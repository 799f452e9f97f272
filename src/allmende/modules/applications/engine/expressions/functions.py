# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What an expression may call. Every function is total: no argument of the right kind makes it fail."""

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from allmende.modules.applications.engine.expressions.kinds import ADDRESS, DATE, NUMBER, PERIOD, TEXT, Kind


@dataclass(frozen=True)
class Function:
    """Kinds of arguments and result. With `dated` it is handed today as its first argument."""

    takes: tuple[Kind, ...]
    gives: Kind
    run: Callable[..., Any]
    dated: bool = False


def age(today: date, born: date) -> Decimal:
    """Completed years; somebody born on 29 February completes one on 1 March of a common year (§ 188 BGB)."""
    return Decimal(today.year - born.year - ((today.month, today.day) < (born.month, born.day)))


def add_days(day: date, days: Decimal) -> date:
    """The day so many days later, or earlier; at most the ends of the calendar."""
    return date.fromordinal(_between(day.toordinal() + days, date.min.toordinal(), date.max.toordinal()))


def add_months(day: date, months: Decimal) -> date:
    """The same day so many months later, or the last of that month (§ 188 BGB)."""
    month = _between(day.year * 12 + day.month - 1 + months, date.min.year * 12, date.max.year * 12 + 11)
    year, month = divmod(month, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _between(number: Decimal, smallest: int, largest: int) -> int:
    return int(min(max(number, Decimal(smallest)), Decimal(largest)))


FUNCTIONS: Mapping[str, Function] = {
    "age": Function((DATE,), NUMBER, age, dated=True),
    "days_between": Function((DATE, DATE), NUMBER, lambda begin, end: Decimal((end - begin).days)),
    "add_days": Function((DATE, NUMBER), DATE, add_days),
    "add_months": Function((DATE, NUMBER), DATE, add_months),
    "month": Function((DATE,), NUMBER, lambda day: Decimal(day.month)),
    "year": Function((DATE,), NUMBER, lambda day: Decimal(day.year)),
    "start": Function((PERIOD,), DATE, lambda period: period[0]),
    "end": Function((PERIOD,), DATE, lambda period: period[1]),
    "days": Function((PERIOD,), NUMBER, lambda period: Decimal((period[1] - period[0]).days + 1)),
    "street": Function((ADDRESS,), TEXT, lambda address: address["street"]),
    "postcode": Function((ADDRESS,), TEXT, lambda address: address["postcode"]),
    "city": Function((ADDRESS,), TEXT, lambda address: address["city"]),
}
"""Those with fixed kinds; the others (len, min, max, sum, count, any, all, given, date) are in compiling.py."""
