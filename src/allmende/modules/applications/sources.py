# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the town's own texts say to a question: the text modules and sections that a flow names as its sources."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _

from allmende.kernel.town import queries as town
from allmende.kernel.town.cards import LocalText, ServiceCard
from allmende.modules.applications.engine.model import Source

READ_KEPT = 1000
"""Lists of sources that a process keeps ready."""


@dataclass(frozen=True)
class Shown:
    """A source as a page shows it: title, Markdown, the page of the town where it stands."""

    title: str
    text: LocalText
    url: str


def shown(sources: Iterable[Source], language: str) -> list[Shown]:
    """The sources that are public today, in their order. One query, once they were read."""
    wanted = tuple(sources)
    return list(_read(wanted, language, town.today(), town.revision())) if wanted else []


@lru_cache(maxsize=READ_KEPT)
def _read(wanted: tuple[Source, ...], language: str, _day: date, _revision: object) -> tuple[Shown, ...]:
    """The same, once for each day and each change of the town's texts."""
    cards = town.service_cards([source.service for source in wanted if source.service], language)
    found = (_module(cards, source) if source.service else _section(source, language) for source in wanted)
    return tuple(each for each in found if each is not None)


def _module(cards: dict[str, ServiceCard], source: Source) -> Shown | None:
    card = cards.get(source.service)
    if card is None:
        return None
    block = next((block for block in card.texts if block.code == source.module), None)
    if block is not None:
        return Shown(f"{card.name}: {block.title}", block.text, card.url)
    lines = "\n".join(f"- {line.text}" for line in card.documents)
    return Shown(f"{card.name}: {_('Unterlagen')}", LocalText(lines), card.url) if lines else None


def _section(source: Source, language: str) -> Shown | None:
    statute = town.statute(source.statute, language)
    section = statute.section(source.section) if statute else None
    if statute is None or section is None:
        return None
    title = f"{section.number} {statute.short_title}: {section.heading}".rstrip(": ")
    return Shown(title, LocalText(section.text), f"{statute.url}#{section.anchor}")
