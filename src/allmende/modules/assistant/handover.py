# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The way from the assistant to a person: whom to call, whether somebody is there, when somebody calls back."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.urls import Resolver404, resolve, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allmende.kernel.town import queries as town
from allmende.kernel.town.cards import UnitCard
from allmende.modules.assistant import cards, rules
from allmende.modules.assistant.models import Answer
from allmende.modules.assistant.schemas import Content, Handover, Status

END_OF_DAY = time(23, 59, 59)
OFFICE = "office"


@dataclass(frozen=True)
class Slot:
    """A time for a callback: the opening of an office, or what is left of it. `key` stays the same while it lasts."""

    key: str
    begins: datetime
    ends: datetime
    label: str


def offer(language: str, unit_id: str = "") -> Handover:
    """Whom to call and when, now. `unit_id` is the responsible unit, empty where it is not known."""
    board, office = cards.switchboard(), office_for(unit_id, language)
    state = office.state if office else None
    return Handover(
        town=board.title,
        phone=board.number,
        office=office.name if office else "",
        office_phone=office.phone if office else "",
        office_url=office.url if office else "",
        unit=unit_id,
        open_now=state.open_now if state else False,
        opening=state.text if state else "",
        next_opening=state.next_opening if state else None,
        callback_from=earliest(office) if office else None,
        callback=reverse("ask_callback"),
    )


def office_for(unit_id: str, language: str) -> UnitCard | None:
    """The unit, where it is an office with hours; else the first such office of the town. At most six queries.

    The hours of a swimming pool or of another authority say nothing about when somebody of the town is at a desk.
    """
    wanted = town.unit(unit_id, language) if unit_id else None
    if wanted and _has_desk(wanted):
        return wanted
    return next((unit for unit in town.units(language) if _has_desk(unit)), None)


def earliest(office: UnitCard) -> datetime | None:
    """When somebody calls back at the earliest: after the lead time if the office is then still open, else when it opens next."""
    state, after = office.state, _after_lead(office.state.moment)
    if state.closes_at and after < state.closes_at:
        return after
    return max(state.next_opening, after) if state.next_opening else None


def slots(office: UnitCard, language: str) -> list[Slot]:
    """The next openings of an office to choose from. Three queries for each day looked at."""
    return [slot for slot, _number in zip(_openings(office, language), range(rules.callbacks()["slots"]), strict=False)]


def unit_of(conversation_id: uuid.UUID | None, about: uuid.UUID | None) -> str:
    """Id of the unit that this conversation was about: of the answer `about`, else of the latest answer before it that had one."""
    rows = list(Answer.objects.filter(conversation=conversation_id).order_by("-asked_at")) if conversation_id else []
    before = [row.pk for row in rows].index(about) if about in {row.pk for row in rows} else 0
    return next((unit for row in rows[before:] if (unit := _unit_in(row))), "")


def question_of(conversation_id: uuid.UUID | None) -> str:
    """The masked question that led to the wish for a person: the latest that was not this wish itself; empty without one."""
    if conversation_id is None:
        return ""
    rows = Answer.objects.filter(conversation=conversation_id).exclude(status=Status.HANDED_OVER)
    return rows.order_by("-asked_at").values_list("question", flat=True).first() or ""


def spoken(moment: datetime) -> str:
    """``heute, 14:00``, ``morgen, 8:00`` or ``Montag, 23. November, 8:00``."""
    days = (moment.date() - town.today()).days
    day = {0: _("heute"), 1: _("morgen")}.get(days) or date_format(moment, _("l, j. F"))
    return f"{day}, {_clock(moment)}"


def _has_desk(unit: UnitCard) -> bool:
    return unit.kind == OFFICE and bool(unit.hours)


def _clock(moment: datetime) -> str:
    return f"{moment.hour}:{moment.minute:02}"


def _after_lead(moment: datetime) -> datetime:
    times = rules.callbacks()
    after = moment.replace(second=0, microsecond=0) + timedelta(minutes=times["lead_minutes"])
    return after + timedelta(minutes=-after.minute % times["round_minutes"])


def _openings(office: UnitCard, language: str) -> Iterator[Slot]:
    """Day by day from now on; holidays and closures have no openings."""
    now = office.state.moment
    first, day = _after_lead(now), now
    while True:
        evening = town.unit(office.id, language, datetime.combine(day.date(), END_OF_DAY, now.tzinfo))
        if evening is None:
            return
        for span in evening.state.today:
            begins, ends = (datetime.combine(day.date(), at, now.tzinfo) for at in (span.opens, span.closes))
            if first < ends:
                begins_then = max(begins, first)
                yield Slot(f"{begins:%Y-%m-%dT%H:%M}", begins_then, ends, f"{spoken(begins_then)}–{_clock(ends)}")
        if evening.state.next_opening is None:
            return
        day = evening.state.next_opening


def _unit_in(row: Answer) -> str:
    """The unit in the card or the place of an answer; empty where there is none."""
    content = Content.model_validate(row.content)
    place = content.place or (content.card.place if content.card else None)
    if place is None:
        return content.handover.unit if content.handover else ""
    try:
        return str(resolve(place.url).kwargs.get("unit_id", ""))
    except Resolver404:
        return ""
