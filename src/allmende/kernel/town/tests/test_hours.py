# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from allmende.kernel.town.engine.hours import Closure, Rule, Span, Timetable
from allmende.kernel.town.rules import holiday

BERLIN = ZoneInfo("Europe/Berlin")
MORNING, AFTERNOON = Span(time(8), time(12)), Span(time(14), time(18, 30))
WEEK = tuple(Rule(day, MORNING) for day in range(5))
OFFICE = Timetable((*WEEK, Rule(3, AFTERNOON), Rule(5, Span(time(9), time(12)), nth_of_month=1)), holiday=holiday)


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN)


def test_the_office_is_open_on_thursday_afternoon_until_half_past_six():
    state = OFFICE.at(at(2026, 11, 19, 15))
    assert state.open_now
    assert state.closes_at == at(2026, 11, 19, 18, 30)
    assert state.today == (MORNING, AFTERNOON)


def test_the_office_closes_on_the_minute_and_opens_on_the_minute():
    assert not OFFICE.at(at(2026, 11, 19, 12)).open_now
    assert OFFICE.at(at(2026, 11, 19, 8)).open_now


def test_at_lunch_the_next_opening_is_the_afternoon():
    assert OFFICE.at(at(2026, 11, 19, 13)).next_opening == at(2026, 11, 19, 14)


def test_after_friday_noon_the_next_opening_is_monday():
    assert OFFICE.at(at(2026, 11, 20, 13)).next_opening == at(2026, 11, 23, 8)


def test_only_the_first_saturday_of_the_month_is_open():
    assert OFFICE.on(date(2026, 12, 5)) == (Span(time(9), time(12)),)
    assert OFFICE.on(date(2026, 12, 12)) == ()


def test_a_holiday_is_closed_and_says_why():
    state = OFFICE.at(at(2026, 12, 25, 9))
    assert not state.open_now
    assert state.closed_because == "Erster Weihnachtstag"
    assert state.next_opening == at(2026, 12, 28, 8)


def test_a_closure_is_closed_and_says_why():
    table = Timetable(WEEK, (Closure(date(2026, 6, 15), date(2026, 6, 16), "Betriebsausflug"),))
    assert table.on(date(2026, 6, 15)) == ()
    assert table.at(at(2026, 6, 15, 9)).closed_because == "Betriebsausflug"
    assert table.at(at(2026, 6, 15, 9)).next_opening == at(2026, 6, 17, 8)


def test_the_pool_opens_in_its_season_and_on_holidays():
    season = ((5, 10), (9, 14))
    pool = Timetable(
        tuple(Rule(day, Span(time(9), time(20)), season=season) for day in range(7)),
        holiday=holiday,
        open_on_holidays=True,
    )
    assert pool.on(date(2026, 5, 25)), "Whit Monday"
    assert not pool.on(date(2026, 9, 15))
    assert pool.at(at(2026, 11, 22, 12)).next_opening == at(2027, 5, 10, 9)


def test_a_season_may_run_over_the_turn_of_the_year():
    rink = Timetable(tuple(Rule(day, MORNING, season=((11, 1), (2, 28))) for day in range(7)))
    assert rink.on(date(2026, 12, 31))
    assert rink.on(date(2027, 1, 2))
    assert not rink.on(date(2026, 7, 1))


def test_dated_hours_end_with_their_validity():
    table = Timetable((Rule(0, MORNING, valid_from=date(2026, 1, 1), valid_to=date(2026, 6, 30)),))
    assert table.on(date(2026, 6, 29))
    assert not table.on(date(2026, 7, 6))
    assert table.at(at(2026, 7, 1)).next_opening is None


def test_the_next_opening_keeps_the_clock_when_summer_time_ends():
    opening = OFFICE.at(at(2026, 10, 23, 13)).next_opening
    assert opening == at(2026, 10, 26, 8)
    assert opening.utcoffset() != at(2026, 10, 23, 13).utcoffset()


def test_a_place_without_hours_has_no_next_opening():
    assert Timetable(()).at(at(2026, 1, 1)).next_opening is None


def test_a_moment_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        OFFICE.at(datetime(2026, 1, 1))  # noqa: DTZ001
