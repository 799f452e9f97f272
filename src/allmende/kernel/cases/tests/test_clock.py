# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Deadlines count working days, and stand still while the town waits for an answer."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmende.kernel.cases import service, town
from allmende.kernel.cases.engine import clock
from allmende.kernel.town.models import Closure

DAYS = st.dates(date(2024, 1, 1), date(2030, 1, 1))


def on_weekdays(day: date) -> bool:
    return day.weekday() < 5


@given(DAYS, st.integers(-60, 60))
def test_the_days_up_to_the_due_day_are_as_many_as_were_given(start, days):
    """So a clock that stands and runs again on the same day has lost nothing."""
    assert clock.between(start, clock.due_after(start, days, on_weekdays), on_weekdays) == days


def test_friday_is_due_on_monday_after_one_working_day():
    assert clock.due_after(date(2026, 5, 8), 1, on_weekdays) == date(2026, 5, 11)


def test_an_office_that_never_opens_has_no_due_day():
    with pytest.raises(ValueError, match="working days"):
        clock.due_after(date(2026, 1, 1), 1, lambda _day: False)


def test_weekends_holidays_and_closures_do_not_count(town):
    from allmende.kernel.cases import town as calendar

    Closure.objects.create(unit_id="bauen", first=date(2026, 5, 4), last=date(2026, 5, 5), reason={"de": "Umzug"})
    works = calendar.working_days("bauen")
    days = [date(2026, 4, 30) + timedelta(days=number) for number in range(8)]
    assert [day.day for day in days if works(day)] == [30, 6, 7], "1 May, a weekend, two days of moving house"
    assert calendar.working_days("")(date(2026, 5, 4))


def test_the_clock_stands_while_the_town_waits(opened, alice, monkeypatch):
    day = [date(2026, 11, 2)]
    monkeypatch.setattr(town, "today", lambda: day[0])
    case = opened()
    assert case.due_on == date(2026, 11, 16)
    day[0] = date(2026, 11, 4)
    case = service.move(case, "waiting", actor=alice)
    assert (case.due_on, case.days_left) == (None, 8)
    day[0] = date(2026, 11, 25)
    case = service.move(case, "in_progress", actor=alice)
    assert (case.due_on, case.days_left) == (date(2026, 12, 7), None)


def test_a_case_that_was_late_is_late_again_afterwards(opened, alice, monkeypatch):
    day = [date(2026, 11, 2)]
    monkeypatch.setattr(town, "today", lambda: day[0])
    case = opened(due_on=date(2026, 11, 3))
    day[0] = date(2026, 11, 5)
    case = service.move(case, "waiting", actor=alice)
    assert case.days_left == -2
    case = service.move(case, "in_progress", actor=alice)
    assert case.due_on == date(2026, 11, 3)
