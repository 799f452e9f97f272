# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Opening hours in words: the state of a unit at a moment, and its week."""

from collections.abc import Iterable
from datetime import datetime, time

from django.utils import dates
from django.utils.translation import gettext as _

from allmende.kernel.town import models, rules
from allmende.kernel.town.cards import GERMAN, DayHours, OpeningState, local
from allmende.kernel.town.engine.hours import Closure, Rule, Span, State, Timetable


def timetable(unit: models.Unit, language: str = GERMAN) -> Timetable:
    """The timetable of a unit whose `opening_hours` and `closures` are prefetched."""
    return Timetable(
        rules=tuple(_rule(row) for row in unit.opening_hours.all() if row.counts),
        closures=tuple(Closure(row.first, row.last, local(row.reason, language)) for row in unit.closures.all()),
        holiday=lambda day: rules.holiday(day, language),
        open_on_holidays=unit.open_on_holidays,
    )


def state(unit: models.Unit, moment: datetime, language: str = GERMAN) -> OpeningState:
    """The unit at that moment (aware, in the town's time zone), with a sentence for people.

    No sentence where no opening hours are known: a unit that nobody knows to be open is not closed for that.
    """
    found = timetable(unit, language).at(moment)
    return OpeningState(
        moment=moment,
        open_now=found.open_now,
        today=found.today,
        closed_because=found.closed_because,
        closes_at=found.closes_at,
        next_opening=found.next_opening,
        text=_sentence(found, moment) if found.closed_because or unit.opening_hours.all() else "",
    )


def week(unit: models.Unit, language: str = GERMAN) -> tuple[DayHours, ...]:
    """Monday to Sunday with all openings that ever hold, in words; empty for a unit without opening hours."""
    by_day: dict[int, list[models.OpeningHours]] = {}
    for row in unit.opening_hours.all():
        by_day.setdefault(row.weekday, []).append(row)
    if not by_day:
        return ()
    return tuple(DayHours(day, str(dates.WEEKDAYS[day]), _lines(by_day.get(day, ()), language)) for day in range(7))


def clock(moment: time | datetime) -> str:
    """``8:00``, in both languages."""
    return f"{moment.hour}:{moment.minute:02}"


def span_text(span: Span) -> str:
    """``8:00–12:00``."""
    return f"{clock(span.opens)}–{clock(span.closes)}"


def _rule(row: models.OpeningHours) -> Rule:
    season = (_month_day(row.season_from), _month_day(row.season_to)) if row.season_from else None
    return Rule(row.weekday, Span(row.opens, row.closes), row.nth_of_month, row.valid_from, row.valid_to, season)


def _month_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


def _lines(rows: Iterable[models.OpeningHours], language: str) -> tuple[str, ...]:
    return tuple(_with_condition(row, language) for row in rows)


def _with_condition(row: models.OpeningHours, language: str) -> str:
    """The hours with the condition under which they hold, in the town's own words where it has some."""
    span = span_text(Span(row.opens, row.closes))
    if row.note:
        return f"{span} ({local(row.note, language)})"
    if row.nth_of_month:
        ordinals = {1: _("erster"), 2: _("zweiter"), 3: _("dritter"), 4: _("vierter"), 5: _("fünfter")}
        return _("{span} (nur {nth} {weekday} im Monat)").format(
            span=span, nth=ordinals[row.nth_of_month], weekday=dates.WEEKDAYS[row.weekday]
        )
    if row.season_from:
        first, last = (_season_day(text) for text in (row.season_from, row.season_to))
        return _("{span} (vom {first} bis {last})").format(span=span, first=first, last=last)
    return span


def _season_day(text: str) -> str:
    month, day = _month_day(text)
    return _("{day}. {month}").format(day=day, month=dates.MONTHS[month])


def _sentence(found: State, moment: datetime) -> str:
    if found.closes_at:
        return _("Jetzt geöffnet, bis {time} Uhr.").format(time=clock(found.closes_at))
    reason = f" ({found.closed_because})" if found.closed_because else ""
    if found.next_opening is None:
        return _("Zurzeit geschlossen{reason}.").format(reason=reason)
    when = _when(found.next_opening, moment)
    return _("Jetzt geschlossen{reason}. Öffnet {when} um {time} Uhr.").format(
        reason=reason, when=when, time=clock(found.next_opening)
    )


def _when(opening: datetime, moment: datetime) -> str:
    days = (opening.date() - moment.date()).days
    if days <= 1:
        return _("morgen") if days else _("heute")
    day = _("am {weekday}, {day}. {month}")
    return day.format(weekday=dates.WEEKDAYS[opening.weekday()], day=opening.day, month=dates.MONTHS[opening.month])
