# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Working days: counting them, and finding the day that so many of them lead to."""

from collections.abc import Callable
from datetime import date, timedelta

IsWorkingDay = Callable[[date], bool]
LOOK_AHEAD_DAYS = 3660
"""An office that is closed for ten years has no working days; nobody shall search for ever."""


def due_after(start: date, days: int, is_working: IsWorkingDay) -> date:
    """The last day for something to be done within so many working days after `start`, which itself does not count (§ 187 BGB).

    With fewer than 0 it is a day since which so many have passed. Raises ValueError where there are too few.
    """
    day, left = start, abs(days)
    for _count in range(LOOK_AHEAD_DAYS):
        if left == 0:
            return day
        following = day + timedelta(days=1 if days > 0 else -1)
        left -= is_working(max(day, following))
        day = following
    raise ValueError("There are too few working days.")


def between(start: date, end: date, is_working: IsWorkingDay) -> int:
    """Working days after `start` up to and with `end`; negative when the end came first."""
    first, last = min(start, end), max(start, end)
    days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    count = sum(is_working(day) for day in days)
    return count if start <= end else -count
