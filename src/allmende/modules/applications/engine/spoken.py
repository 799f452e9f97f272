# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Numbers and days as people write them: "zwei", "1.250,50", "nächsten Montag", "vor drei Wochen", "May 3rd"."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from allmende.modules.applications.engine.expressions.functions import add_months
from allmende.modules.applications.engine.setting import Setting
from allmende.modules.applications.engine.words import Words, fold

LONGEST = 2000
"""Characters of an utterance that are read."""


def amount(text: str) -> Decimal:
    """1150 for "1.150", "1 150" and "1,150"; 37.5 for "37,50" and "37.50"."""
    text = text.replace("'", "").replace(" ", "")
    marks = [char for char in text if char in ".,"]
    if not marks:
        return Decimal(text)
    whole, _mark, rest = text.rpartition(marks[-1])
    digits = re.sub(r"[.,]", "", whole)
    grouped = len(rest) == 3 and len(set(marks)) == 1 and digits != "0"
    return Decimal(f"{digits}{rest}" if grouped else f"{digits}.{rest}")


def numbers(text: str, words: Words) -> list[Decimal]:
    """Every number of a text, in digits or words."""
    found = []
    for match in words.number_pattern.finditer(fold(text[:LONGEST])):
        written = match.group()
        found.append(amount(written) if written[0].isdigit() else words.numbers[written])
    return found


@dataclass(frozen=True)
class Spoken:
    """A day that was found: where it begins and ends in the folded text, and the day; `open_year` when none was said."""

    begin: int
    end: int
    day: date
    open_year: bool = False


def days(text: str, setting: Setting) -> list[Spoken]:
    """Every day of a text, in order. A day that no calendar has, such as the 31st of June, is not found."""
    folded = fold(text[:LONGEST])
    found: list[Spoken] = []
    for match in setting.words.day_pattern.finditer(folded):
        reader = READERS[str(match.lastgroup)]
        try:
            day, open_year = reader(match.group(), setting)
        except (ValueError, OverflowError):
            continue
        found.append(Spoken(match.start(), match.end(), day, open_year))
    return found


def impossible(text: str, setting: Setting) -> bool:
    """Whether a text names a day in a way that we read, but no calendar has it."""
    return setting.words.day_pattern.search(fold(text[:LONGEST])) is not None


Read = tuple[date, bool]


def _iso(text: str, _setting: Setting) -> Read:
    return date.fromisoformat(text), False


def _dmy(text: str, setting: Setting) -> Read:
    day, month, *year = (int(part) for part in re.findall(r"\d+", text))
    return _placed(day, month, year[0] if year else None, setting)


def _named(text: str, setting: Setting) -> Read:
    words = setting.words
    parts = re.findall(r"[a-z]+(?:-[a-z]+)*|\d+", text)
    month = next(words.months[part] for part in parts if part in words.months)
    counted = [
        int(part) if part.isdigit() else words.ordinals[part]
        for part in parts
        if part.isdigit() or part in words.ordinals
    ]
    return _placed(counted[0], month, counted[1] if len(counted) > 1 else None, setting)


def _placed(day: int, month: int, year: int | None, setting: Setting) -> Read:
    """The day in its year; without one in the year that the setting prefers."""
    today = setting.today
    if year is not None:
        if year < 100:
            year += 2000 if year <= today.year % 100 + 10 else 1900
        return date(year, month, day), False
    if setting.year is not None:
        return date(setting.year, month, day), True
    candidates = list(_in_years(day, month, range(today.year - 4, today.year + 5)))
    past = [each for each in candidates if each <= today]
    future = [each for each in candidates if each >= today]
    if setting.prefer == "past":
        return past[-1], True
    if setting.prefer == "future":
        return future[0], True
    return min(candidates, key=lambda each: (abs(each - today), each < today)), True


def _in_years(day: int, month: int, years: range) -> Iterator[date]:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        raise ValueError
    found = False
    for year in years:
        try:
            yield date(year, month, day)
        except ValueError:  # 29 February, or a day that no year has
            continue
        found = True
    if not found:
        raise ValueError


def _relative(text: str, setting: Setting) -> Read:
    return setting.today + timedelta(days=setting.words.days[text]), False


def _span(text: str, setting: Setting) -> Read:
    words = setting.words
    parts = re.findall(r"[a-z]+|\d+", text)
    unit, factor = next(words.units[part] for part in parts if part in words.units)
    counted = next(part for part in parts if part.isdigit() or part in words.numbers)
    count = int(counted) if counted.isdigit() else int(words.numbers[counted])
    sign = 1 if parts[0] in words.phrases["after"] else -1
    if unit == "months":
        return add_months(setting.today, Decimal(sign * count * factor)), False
    return setting.today + timedelta(days=sign * count * factor), False


def _weekday(text: str, setting: Setting) -> Read:
    turn, _space, name = text.rpartition(" ")
    ahead = (setting.words.weekdays[name] - setting.today.weekday()) % 7
    if turn in setting.words.phrases["last"] or (not turn and setting.prefer == "past"):
        return setting.today - timedelta(days=(7 - ahead) or 7), False
    return setting.today + timedelta(days=ahead or 7), False


READERS: dict[str, Callable[[str, Setting], Read]] = {
    "iso": _iso,
    "dmy": _dmy,
    "named": _named,
    "relative": _relative,
    "span": _span,
    "weekday": _weekday,
}
