# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What readers of the town's data get: plain, frozen values in one language, nothing left to fetch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from allmende.kernel.town.engine.hours import Span

GERMAN = "de"


class LocalText(str):
    """A text that knows the language it is really in, which is German where no translation exists."""

    language: str

    def __new__(cls, text: str, language: str = GERMAN) -> "LocalText":
        """The text, marked with its language."""
        made = super().__new__(cls, text)
        made.language = language
        return made


def local(texts: Mapping[str, Any] | None, language: str) -> LocalText:
    """The text in the wanted language, else in German; empty when there is none at all."""
    texts = texts or {}
    wanted = language if texts.get(language) else GERMAN
    return LocalText(str(texts.get(wanted, "")), wanted)


def euros(amount: Decimal, language: str = GERMAN) -> str:
    """``98,40 €`` in German, ``€98.40`` in English; without cents where there are none."""
    whole = amount == amount.to_integral_value()
    figure = f"{amount:,.0f}" if whole else f"{amount:,.2f}"
    if language == GERMAN:
        return figure.translate(str.maketrans(",.", ".,")) + " €"
    return f"€{figure}"


@dataclass(frozen=True)
class LawLink:
    """A statute, or a section of it, as a link: ``§ 5 Hundesteuersatzung``."""

    statute: str
    title: str
    section: str
    url: str

    @property
    def text(self) -> str:
        """Section and short title."""
        return f"{self.section} {self.title}".strip()


@dataclass(frozen=True)
class LawGroup:
    """A statute a service rests on, and the sections of it that the service cites."""

    statute: LawLink
    sections: tuple[LawLink, ...]


@dataclass(frozen=True)
class FeeLine:
    """One fee; `amount` in euros is None where the label says it, `price` puts it in words (``96 € je Jahr``)."""

    label: LocalText
    amount: Decimal | None
    per: LocalText
    price: str
    law: LawLink | None


@dataclass(frozen=True)
class Line:
    """A document to bring along or a deadline, and the law it rests on."""

    text: LocalText
    law: LawLink | None


@dataclass(frozen=True)
class TextBlock:
    """A text module of a service: XZuFi code, our name, title in the language of the page, Markdown."""

    code: str
    name: str
    title: str
    text: LocalText


@dataclass(frozen=True)
class DayHours:
    """A weekday (0 is Monday) with its openings in words: ``8:00–12:00``, ``9:00–12:00 (erster im Monat)``."""

    weekday: int
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class OpeningState:
    """A unit at one moment; `today` are today's openings, `text` says it in a sentence."""

    moment: datetime
    open_now: bool
    today: tuple[Span, ...]
    closed_because: str
    closes_at: datetime | None
    next_opening: datetime | None
    text: str


@dataclass(frozen=True)
class UnitCard:
    """An office with everything a visitor needs."""

    id: str
    url: str
    kind: str
    name: LocalText
    description: LocalText
    floor: LocalText
    street_address: str
    postal_code: str
    city: str
    phone: str
    email: str
    website: str
    appointment: str
    accessibility: LocalText
    hours: tuple[DayHours, ...]
    hours_note: LocalText
    state: OpeningState
    parent: str | None = None

    @property
    def address(self) -> str:
        """One line: street, floor, postal code and town."""
        parts = (self.street_address, self.floor, f"{self.postal_code} {self.city}".strip())
        return ", ".join(part for part in parts if part)

    @property
    def open_now(self) -> bool:
        """Whether the doors are open at the card's moment."""
        return self.state.open_now

    @property
    def next_opening(self) -> datetime | None:
        """The next time the doors open."""
        return self.state.next_opening


@dataclass(frozen=True)
class ServiceLink:
    """A service in a list."""

    id: str
    name: LocalText
    short: LocalText
    url: str
    unit: str
    online: str


@dataclass(frozen=True)
class ServiceCard:
    """All about one service, as the assistant and the service's page show it."""

    id: str
    url: str
    language: str
    name: LocalText
    short: LocalText
    unit: UnitCard
    leika: tuple[str, ...]
    texts: tuple[TextBlock, ...]
    fees: tuple[FeeLine, ...]
    free: LocalText
    documents: tuple[Line, ...]
    deadlines: tuple[Line, ...]
    processing_time: LocalText
    online: str
    approved_on: date
    valid_from: date | None
    red_list: bool
    statutes: tuple[LawLink, ...]
    law: tuple[LawGroup, ...]
    related: tuple[ServiceLink, ...]
    source: str
    translated: bool = field(default=True)
    """False when at least one text is German on a page in another language."""

    @property
    def address(self) -> str:
        """The address of the responsible unit in one line."""
        return self.unit.address

    @property
    def phone(self) -> str:
        """The telephone number of the responsible unit."""
        return self.unit.phone

    @property
    def open_now(self) -> bool:
        """Whether the responsible unit is open at the card's moment."""
        return self.unit.open_now

    def block(self, name: str) -> TextBlock | None:
        """The text module of that name (``procedure``), if the service has it."""
        return next((block for block in self.texts if block.name == name), None)


@dataclass(frozen=True)
class SectionView:
    """A § or annex with its paragraphs as (number, Markdown)."""

    number: str
    anchor: str
    part: str
    heading: str
    paragraphs: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The whole wording as Markdown."""
        return "\n\n".join(f"{number} {text}".strip() for number, text in self.paragraphs)


@dataclass(frozen=True)
class VersionLink:
    """One version of a statute: `in_force` on the day that was asked for."""

    id: str
    title: str
    url: str
    valid_from: date
    valid_to: date | None
    in_force: bool


@dataclass(frozen=True)
class StatuteView:
    """A version of a statute with its wording; `successor` is set where it no longer holds."""

    id: str
    url: str
    kind: str
    title: str
    short_title: str
    abbreviation: str
    unit: str
    adopted_on: date | None
    promulgated_on: date | None
    valid_from: date
    valid_to: date | None
    source: str
    preamble: str
    sections: tuple[SectionView, ...]
    versions: tuple[VersionLink, ...]
    as_of: date
    in_force: bool
    successor: VersionLink | None
    services: tuple[ServiceLink, ...] = ()

    def section(self, number: str) -> SectionView | None:
        """The section of that number (``§ 5``)."""
        return next((section for section in self.sections if section.number == number), None)


@dataclass(frozen=True)
class StatuteLink:
    """A statute in a list."""

    id: str
    url: str
    title: str
    short_title: str
    kind: str
    kind_title: str
    unit: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class PageView:
    """A page of the town's web site."""

    id: str
    url: str
    title: LocalText
    body: LocalText
    updated_on: date | None
    source: str


@dataclass(frozen=True)
class Emergency:
    """A number to call when waiting is wrong."""

    number: str
    title: LocalText
    note: LocalText


@dataclass(frozen=True)
class TownView:
    """The town itself; `address` has one line break per line."""

    id: str
    name: str
    kind: str
    district: str
    population: int | None
    population_on: date | None
    address: str
    phone: str
    email: str
    website: str
    represented_by: str

    @property
    def postcode_and_city(self) -> tuple[str, str]:
        """Of the address; both are empty where there is none."""
        last = self.address.splitlines()[-1] if self.address else ""
        postcode, _space, city = last.partition(" ")
        return postcode, city
