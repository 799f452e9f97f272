# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A day that is said anew: "nein, am 3. Mai" lies in the year of the day that it mends."""

from dataclasses import replace

from allmende.modules.applications.engine import spoken
from allmende.modules.applications.engine.expressions.compiling import Scope
from allmende.modules.applications.engine.fields.base import Plain
from allmende.modules.applications.engine.fields.dates import DateField, PeriodField, day_of
from allmende.modules.applications.engine.fields.slots import Slot
from allmende.modules.applications.engine.problems import Refused
from allmende.modules.applications.engine.setting import Setting


def is_day(slot: Slot) -> bool:
    """Whether its answer is a day or a period."""
    return isinstance(slot.field, (DateField, PeriodField))


def lacks_year(text: str, setting: Setting) -> bool:
    """Whether a text names a day without its year."""
    return any(each.open_year for each in spoken.days(text, setting))


def year_asked_of(slot: Slot) -> Refused:
    """Why a day is not taken whose year cannot be that of the day before it."""
    return Refused("date.year_of", label=slot.label)


def heard_anew(slot: Slot, text: str, before: Plain, scope: Scope, setting: Setting) -> Plain:
    """What somebody says in place of an answer; None when there is none in it. Raises Refused."""
    if not is_day(slot) or before is None:
        return slot.hear(text, scope, setting)
    within = replace(setting, year=day_of(before["from"] if isinstance(before, dict) else before).year)
    if isinstance(slot.field, DateField):
        new = {each.day for each in spoken.days(text, within)} - {day_of(before)}
        if len(new) > 1:
            raise Refused("date.several")
        if new:
            return new.pop().isoformat()
    try:
        return slot.hear(text, scope, within)
    except Refused as refused:
        raise (year_asked_of(slot) if lacks_year(text, setting) else refused) from None
