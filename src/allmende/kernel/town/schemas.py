# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The shapes of the read API. Times are local, amounts are euros as text so that no cent is lost."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from ninja import Schema

from allmende.kernel.town.cards import DayHours, LocalText, SectionView, ServiceCard, TextBlock

Language = Literal["de", "en"]


class Missing(Schema):
    """404: what could not be found."""

    detail: str


class Invalid(Schema):
    """422: which parameter is wrong and how."""

    detail: list[dict[str, Any]]


class LocalizedOut(Schema):
    """A text and the language it is in, which is German where no translation exists."""

    text: str
    language: str

    @staticmethod
    def resolve_text(text: LocalText) -> str:
        """The text itself."""
        return str(text)


class LawOut(Schema):
    """A reference to the town's own law."""

    statute: str
    section: str
    title: str
    url: str


class FeeOut(Schema):
    """A fee; no amount where the label says it."""

    label: LocalizedOut
    amount: Decimal | None
    currency: Literal["EUR"] = "EUR"
    per: str
    price: str
    law: LawOut | None


class LineOut(Schema):
    """A document or a deadline."""

    text: LocalizedOut
    law: LawOut | None


class TextOut(Schema):
    """A text module; `module` is its XZuFi code."""

    module: str
    name: str
    title: str
    text: LocalizedOut

    @staticmethod
    def resolve_module(block: TextBlock) -> str:
        """The XZuFi code."""
        return block.code


class ServiceItemOut(Schema):
    """A service in a list."""

    id: str
    name: LocalizedOut
    short: LocalizedOut
    unit: str
    url: str
    online: str


class ServiceOut(Schema):
    """Everything about one service."""

    id: str
    name: LocalizedOut
    leika: list[str]
    unit: str
    url: str
    online: str
    approved_on: date
    valid_from: date | None
    texts: list[TextOut]
    fees: list[FeeOut]
    free: LocalizedOut
    documents: list[LineOut]
    deadlines: list[LineOut]
    processing_time: LocalizedOut
    statutes: list[LawOut]
    related: list[str]

    @staticmethod
    def resolve_unit(card: ServiceCard) -> str:
        """The id of the responsible unit."""
        return card.unit.id

    @staticmethod
    def resolve_related(card: ServiceCard) -> list[str]:
        """The ids of related services."""
        return [link.id for link in card.related]


class DayOut(Schema):
    """A weekday (0 is Monday) with its opening hours in words."""

    weekday: int
    name: str
    hours: list[str]

    @staticmethod
    def resolve_hours(day: DayHours) -> list[str]:
        """The openings in words."""
        return list(day.lines)


class StateOut(Schema):
    """A unit at the moment of the call."""

    moment: datetime
    open_now: bool
    closes_at: datetime | None
    next_opening: datetime | None
    closed_because: str
    text: str


class UnitOut(Schema):
    """An office, a facility or another authority."""

    id: str
    kind: str
    name: LocalizedOut
    description: LocalizedOut
    address: str
    phone: str
    email: str
    url: str
    accessibility: LocalizedOut
    hours: list[DayOut]
    hours_note: LocalizedOut
    state: StateOut


class StatuteItemOut(Schema):
    """A statute in a list."""

    id: str
    title: str
    short_title: str
    kind: str
    unit: str
    valid_from: date
    valid_to: date | None
    url: str


class ParagraphOut(Schema):
    """An Absatz; Markdown."""

    number: str
    text: str


class SectionOut(Schema):
    """A § or annex."""

    number: str
    anchor: str
    part: str
    heading: str
    paragraphs: list[ParagraphOut]

    @staticmethod
    def resolve_paragraphs(section: SectionView) -> list[dict[str, str]]:
        """Number and text of each Absatz."""
        return [{"number": number, "text": text} for number, text in section.paragraphs]


class VersionOut(Schema):
    """A version of a statute; `in_force` on the day asked for."""

    id: str
    valid_from: date
    valid_to: date | None
    in_force: bool


class StatuteOut(StatuteItemOut):
    """A version of a statute with its wording."""

    abbreviation: str
    adopted_on: date | None
    promulgated_on: date | None
    source: str
    preamble: str
    as_of: date
    in_force: bool
    sections: list[SectionOut]
    versions: list[VersionOut]
