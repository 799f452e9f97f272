# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Days and periods."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from allmende.modules.applications.engine import spoken
from allmende.modules.applications.engine.expressions.functions import add_months
from allmende.modules.applications.engine.expressions.kinds import DATE, PERIOD, Kind
from allmende.modules.applications.engine.fields.base import Field, Plain, Raw, parts_of, text_of
from allmende.modules.applications.engine.problems import Refused, shown
from allmende.modules.applications.engine.setting import Setting
from allmende.modules.applications.engine.spoken import Spoken
from allmende.modules.applications.engine.words import fold, phrase

EARLIEST, LATEST = date(1880, 1, 1), date(2200, 1, 1)
"""Outside these a year is mistyped."""


@dataclass(frozen=True)
class DateField(Field):
    """A day, kept as "2026-05-03". With `year_asked` a day without a year is asked for it, as with birthdays."""

    year_asked: bool = False

    @property
    def kind(self) -> Kind:
        """A day."""
        return DATE

    def parse(self, raw: Raw, setting: Setting) -> Plain:
        """From one input, or from the three `day`, `month` and `year`."""
        day, month, year = parts_of(raw, "day", "month", "year")
        text = f"{day}.{month}.{year}" if day or month or year else text_of(raw) if not isinstance(raw, dict) else ""
        if not text:
            return None
        found = self.hear(text, setting)
        if found is None:
            raise Refused("date.form")
        return found

    def hear(self, text: str, setting: Setting) -> Plain:
        """The first day of a sentence."""
        found = spoken.days(text, setting)
        if not found:
            if spoken.impossible(text, setting):
                raise Refused("date.impossible")
            return None
        if found[0].open_year and self.year_asked and setting.year is None:
            raise Refused("date.year")
        return found[0].day.isoformat()

    def load(self, plain: Plain, setting: Setting) -> date:  # noqa: ARG002
        """The day."""
        return day_of(plain)

    def show(self, plain: Plain, language: str) -> str:
        """03.05.2026 in German, 3 May 2026 in English."""
        return shown(day_of(plain), language)


@dataclass(frozen=True)
class PeriodField(Field):
    """From a day to a day, both included, kept as {"from": …, "to": …}."""

    @property
    def kind(self) -> Kind:
        """A period."""
        return PERIOD

    def parse(self, raw: Raw, setting: Setting) -> Plain:
        """From the two inputs `from` and `to`, each as a day."""
        if isinstance(raw, str):
            return self.hear(raw, setting)
        ends = [
            DateField().parse(raw.get(name, "") if isinstance(raw, dict) else "", setting) for name in ("from", "to")
        ]
        if ends == [None, None]:
            return None
        if None in ends:
            raise Refused("period.form")
        return {"from": ends[0], "to": ends[1]}

    def hear(self, text: str, setting: Setting) -> Plain:
        """ "vom 3. bis 5. Mai", "ab dem 3. Mai für zwei Wochen", or a single day."""
        folded = self._completed(fold(text), setting)
        found = spoken.days(folded, setting)
        if not found:
            return None
        begin = found[0].day
        if len(found) > 1:
            begin, end = _ordered(found[0], found[1])
            return {"from": begin.isoformat(), "to": end.isoformat()}
        end = begin + timedelta(days=self._lasting(folded, setting))
        return {"from": begin.isoformat(), "to": end.isoformat()}

    def _completed(self, folded: str, setting: Setting) -> str:
        """ "3. bis 5. Mai" with the month at both ends."""
        until, month = phrase(setting.words.phrases["until"]), phrase(setting.words.months)
        short = rf"\b(\d{{1,2}})\.?\s*({until}|-|–)\s*(\d{{1,2}})(\.?\s?{month}\b|\.\s?\d{{1,2}}\b\.?)"
        return re.sub(short, r"\1\4 \2 \3\4", folded)

    def _lasting(self, folded: str, setting: Setting) -> int:
        words = setting.words
        pattern = (
            rf"\b{phrase(words.phrases['lasting'])}\s(\d{{1,3}}|{phrase(words.numbers)})\s({phrase(words.units)})\b"
        )
        match = re.search(pattern, folded)
        if match is None or words.units[match[2]][0] != "days":
            return 0
        count = int(match[1]) if match[1].isdigit() else int(words.numbers[match[1]])
        return max(count * words.units[match[2]][1] - 1, 0)

    def load(self, plain: Plain, setting: Setting) -> tuple[date, date]:  # noqa: ARG002
        """First and last day."""
        if not isinstance(plain, dict) or set(plain) != {"from", "to"}:
            raise Refused("period.form")
        begin, end = day_of(plain["from"]), day_of(plain["to"])
        if end < begin:
            raise Refused("period.order")
        return begin, end

    def show(self, plain: Plain, language: str) -> str:
        """First to last day."""
        begin, end = (shown(day_of(plain[name]), language) for name in ("from", "to"))
        return begin if begin == end else f"{begin} – {end}"


def _ordered(first: Spoken, last: Spoken) -> tuple[date, date]:
    """Both ends; the one that was said without a year lies in the year of the other, or across its turn."""
    begin, end = first.day, last.day
    if first.open_year and not last.open_year:
        begin = add_months(begin, Decimal(12 * (end.year - begin.year)))
        begin = add_months(begin, Decimal(-12)) if begin > end else begin
    elif last.open_year:
        end = add_months(end, Decimal(12 * (begin.year - end.year)))
        end = add_months(end, Decimal(12)) if end < begin else end
    return begin, end


def day_of(plain: Plain) -> date:
    """The day of an answer. Raises Refused."""
    try:
        day = date.fromisoformat(plain) if isinstance(plain, str) and len(plain) == 10 else None
    except ValueError:
        day = None
    if day is None:
        raise Refused("date.form")
    if not EARLIEST <= day <= LATEST:
        raise Refused("date.century")
    return day
