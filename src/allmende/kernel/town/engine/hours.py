# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""When an office is open: weekly rules, closures and holidays in, the state at a moment out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

LOOK_AHEAD_DAYS = 400
"""How far the next opening is searched: longer than a season's pause."""


@dataclass(frozen=True)
class Span:
    """One opening of a day, in local time; it ends on the day it begins."""

    opens: time
    closes: time


@dataclass(frozen=True)
class Rule:
    """An opening that recurs: weekday 0 (Monday) to 6, every week or the n-th of the month, in a validity or a season.

    A season is two (month, day) pairs that recur each year; it may run over the turn of the year.
    """

    weekday: int
    span: Span
    nth_of_month: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    season: tuple[tuple[int, int], tuple[int, int]] | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the rule opens the office on that day."""
        return (
            day.weekday() == self.weekday
            and (self.nth_of_month is None or (day.day - 1) // 7 + 1 == self.nth_of_month)
            and (self.valid_from is None or day >= self.valid_from)
            and (self.valid_to is None or day <= self.valid_to)
            and self._in_season(day)
        )

    def _in_season(self, day: date) -> bool:
        if self.season is None:
            return True
        first, last = self.season
        today = (day.month, day.day)
        return first <= today <= last if first <= last else today >= first or today <= last


@dataclass(frozen=True)
class Closure:
    """Days, both included, on which the office stays closed, and why."""

    first: date
    last: date
    reason: str


@dataclass(frozen=True)
class State:
    """The office at one moment. `closes_at` is set while it is open, `next_opening` is the next beginning."""

    open_now: bool
    today: tuple[Span, ...]
    closed_because: str
    closes_at: datetime | None
    next_opening: datetime | None


@dataclass(frozen=True)
class Timetable:
    """All that decides when an office is open. `holiday(day)` names the holiday or returns an empty text."""

    rules: tuple[Rule, ...]
    closures: tuple[Closure, ...] = ()
    holiday: Callable[[date], str] = lambda _day: ""
    open_on_holidays: bool = False

    def closed_because(self, day: date) -> str:
        """The reason why a day with opening hours has none: a closure or a holiday; empty on other days."""
        for closure in self.closures:
            if closure.first <= day <= closure.last:
                return closure.reason
        return "" if self.open_on_holidays else self.holiday(day)

    def on(self, day: date) -> tuple[Span, ...]:
        """The openings of a day, earliest first."""
        if self.closed_because(day):
            return ()
        spans = {rule.span for rule in self.rules if rule.holds_on(day)}
        return tuple(sorted(spans, key=lambda span: span.opens))

    def at(self, moment: datetime) -> State:
        """The state at a moment, which must be aware and in the office's time zone."""
        if moment.tzinfo is None:
            raise ValueError("The moment needs a time zone.")
        day, now = moment.date(), moment.time()
        today = self.on(day)
        current = next((span for span in today if span.opens <= now < span.closes), None)
        return State(
            open_now=current is not None,
            today=today,
            closed_because=self.closed_because(day),
            closes_at=datetime.combine(day, current.closes, moment.tzinfo) if current else None,
            next_opening=self._next(moment),
        )

    def _next(self, moment: datetime) -> datetime | None:
        if not self.rules:
            return None
        for ahead in range(LOOK_AHEAD_DAYS):
            day = moment.date() + timedelta(days=ahead)
            for span in self.on(day):
                begins = datetime.combine(day, span.opens, moment.tzinfo)
                if begins > moment:
                    return begins
        return None
