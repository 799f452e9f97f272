# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The numbered sources of an answer: the facts of its card or office, then its passages, counted as the page counts them."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import override

from allmende.modules.assistant.engine.support import Source
from allmende.modules.assistant.schemas import Card, Content, Passage, Place

SERVICES = "services"


def of(content: Content) -> tuple[Source, ...]:
    """All sources, those in another language than the answer's too: their numbers are those of the page."""
    with override(content.language):
        return tuple(
            Source(number=number, title=title, text=text, language=language)
            for number, (title, text, language) in enumerate(_all(content), 1)
        )


def usable(content: Content) -> tuple[Source, ...]:
    """Those in the language of the answer: no other can be compared with its sentences."""
    return tuple(source for source in of(content) if source.language == content.language)


def services(content: Content) -> frozenset[str]:
    """Ids of the services that the answer shows or quotes."""
    quoted = (passage.source_key.split("/") for passage in content.passages)
    found = {parts[1] for parts in quoted if parts[0] == SERVICES}
    return frozenset(found | ({content.card.service} if content.card else set()))


def _all(content: Content) -> Iterator[tuple[str, str, str]]:
    if content.card:
        yield content.card.title, "\n".join(_card(content.card)), content.card.language
    elif content.place:
        yield content.place.name, "\n".join(_place(content.place)), content.language
    for passage in content.passages:
        yield _title(passage), passage.text, passage.language


def _title(passage: Passage) -> str:
    return ", ".join(part for part in (passage.title, passage.section, passage.heading) if part)


def _card(card: Card) -> Iterator[str]:
    yield card.short
    yield from (f"{_('Kosten')}: {fee.text}" for fee in card.fees)
    if not card.fees and card.free:
        yield f"{_('Kosten')}: {card.free}"
    yield from (f"{_('Unterlagen')}: {line.text}" for line in card.documents)
    yield from (f"{_('Frist')}: {line.text}" for line in card.deadlines)
    if card.processing_time:
        yield f"{_('Dauer')}: {card.processing_time}"
    if card.online:
        yield f"{_('Online beantragen')}: {card.online}"
    yield f"{_('Wo')}: {card.place.name}, {card.place.address}"
    yield from _ways(card.place)


def _place(place: Place) -> Iterator[str]:
    yield f"{place.name}, {place.address}"
    yield from _ways(place)
    if place.opening:
        yield place.opening


def _ways(place: Place) -> Iterator[str]:
    if place.phone:
        yield f"{_('Telefon')}: {place.phone}"
    if place.email:
        yield f"{_('E-Mail')}: {place.email}"
