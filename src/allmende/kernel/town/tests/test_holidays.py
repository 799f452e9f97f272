# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from datetime import date

import pytest

from allmende.kernel.town.engine.holidays import easter_sunday
from allmende.kernel.town.rules import holiday


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        (1818, 3, 22),
        (1943, 4, 25),
        (1954, 4, 18),
        (1981, 4, 19),
        (2000, 4, 23),
        (2024, 3, 31),
        (2026, 4, 5),
        (2038, 4, 25),
    ],
)
def test_easter_falls_on_the_known_sundays(year: int, month: int, day: int):
    assert easter_sunday(year) == date(year, month, day)


def test_the_year_2026_has_nine_nationwide_holidays():
    days = [date.fromordinal(n) for n in range(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal())]
    assert [(day.month, day.day) for day in days if holiday(day)] == [
        (1, 1), (4, 3), (4, 6), (5, 1), (5, 14), (5, 25), (10, 3), (12, 25), (12, 26),
    ]  # fmt: skip


def test_the_day_of_unity_is_a_holiday_since_1990():
    assert not holiday(date(1989, 10, 3))
    assert holiday(date(1990, 10, 3), "en") == "Day of German Unity"


def test_reformation_day_was_a_holiday_everywhere_only_in_2017():
    assert holiday(date(2017, 10, 31))
    assert not holiday(date(2018, 10, 31))
