# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The town's cards and the search's hits in the shape of an answer."""

from collections.abc import Iterable, Sequence

from allmende.kernel.search.queries import Hit
from allmende.kernel.town import queries as town
from allmende.kernel.town.cards import FeeLine, LawLink, ServiceCard, UnitCard
from allmende.kernel.town.cards import Line as TownLine
from allmende.modules.assistant.engine import repeating
from allmende.modules.assistant.schemas import Card, Content, Law, Line, Number, Option, Passage, Place

LONGEST_PASSAGE = 700
"""Characters of a passage that is shown whole; a longer one ends after the sentence before."""
GOES_ON = (":", ";", ",")
"""Ends of what is quoted that are no end of a sentence."""


def service(service_id: str, language: str) -> Card | None:
    """The card of a service; None when it does not exist or is not valid today."""
    card = town.service_card(service_id, language)
    return _card(card) if card else None


def services(service_ids: Sequence[str], language: str) -> dict[str, Card]:
    """The cards of several services by id, without those not valid today."""
    return {name: _card(card) for name, card in town.service_cards(list(service_ids), language).items()}


def place(unit_id: str, language: str) -> Place | None:
    """An office with its opening hours."""
    unit = town.unit(unit_id, language)
    return _place(unit, whole_week=True) if unit else None


def switchboard() -> Number:
    """Where people answer: the town's own number."""
    view = town.town()
    return Number(number=view.phone, title=view.name) if view else Number(number="115", title="Behördennummer")


def numbers(wanted: Sequence[str], language: str) -> list[Number]:
    """Emergency numbers in the wanted order, with the town's own words for them."""
    known = {_digits(entry.number): entry for entry in town.emergency_numbers(language)}
    found = []
    for number in wanted:
        entry = known.get(_digits(number))
        found.append(Number(number=number, title=entry.title if entry else "", note=entry.note if entry else ""))
    return found


def options(service_ids: Sequence[str], language: str) -> list[Option]:
    """A button for each service."""
    found = town.service_cards(list(service_ids), language)
    return [Option(service=card.id, label=card.name, short=card.short) for card in found.values()]


def passages(hits: Iterable[Hit]) -> list[Passage]:
    """Verbatim pieces with their source, each once."""
    found: dict[tuple[str, str, str], Passage] = {}
    for hit in hits:
        key = (hit.document_key, hit.section, hit.heading)
        found.setdefault(
            key,
            Passage(
                title=hit.data.get("short_title") or hit.title,
                heading=hit.heading,
                section=hit.section,
                text=whole_sentences(hit.text),
                url=_url(hit),
                language=hit.language,
                updated_on=hit.updated_on,
                source_key=hit.document_key,
            ),
        )
    return list(found.values())


def mark_repeated(content: Content) -> None:
    """Mark the passages whose every line stands word for word in the card or the place, but always leave one unmarked.

    A citizen then reads each fact once, and still at least one source in its own words with its date.
    """
    shown = repeating.Shown(_shown_lines(content))
    for passage in content.passages:
        passage.in_card = shown.holds(passage.text)
    if content.passages and all(passage.in_card for passage in content.passages):
        content.passages[0].in_card = False


def _shown_lines(content: Content) -> list[str]:
    """Every text that the card and the place show, a line with a law also as sources write it: with the law in brackets."""
    card, place = content.card, content.place
    texts = [place.name, place.address, place.phone, place.email, place.opening] if place else []
    if card:
        lines = [*card.fees, *card.documents, *card.deadlines]
        texts += [card.title, card.short, card.free, card.processing_time, *(law.text for law in card.laws)]
        texts += [f"{line.text} ({line.law.text})" if line.law else line.text for line in lines]
    return texts


def _card(card: ServiceCard) -> Card:
    return Card(
        service=card.id,
        title=card.name,
        short=card.short,
        language=card.name.language,
        url=card.url,
        place=_place(card.unit),
        fees=[Line(text=_fee(fee), law=_law(fee.law)) for fee in card.fees],
        free=card.free,
        documents=[_line(line) for line in card.documents],
        deadlines=[_line(line) for line in card.deadlines],
        processing_time=card.processing_time,
        online=card.online,
        laws=[Law(text=law.text, url=law.url) for law in card.statutes],
        leika=list(card.leika),
        source=card.source,
        approved_on=card.approved_on,
    )


def _place(unit: UnitCard, *, whole_week: bool = False) -> Place:
    week = "; ".join(f"{day.name} {', '.join(day.lines)}" for day in unit.hours if day.lines)
    opening = " ".join(part for part in (unit.state.text, week if whole_week else "", unit.hours_note) if part)
    return Place(
        name=unit.name, address=unit.address, phone=unit.phone, email=unit.email, opening=opening, url=unit.url
    )


def _fee(fee: FeeLine) -> str:
    return f"{fee.label}: {fee.price}" if fee.price else str(fee.label)


def _line(line: TownLine) -> Line:
    return Line(text=line.text, law=_law(line.law))


def _law(law: LawLink | None) -> Law | None:
    return Law(text=law.text, url=law.url) if law else None


def _url(hit: Hit) -> str:
    anchor = hit.data.get("anchors", {}).get(hit.section, "")
    return f"{hit.url}#{anchor}" if anchor else hit.url


def whole_sentences(text: str) -> str:
    """The text as an answer shows it; what goes on in the source says so."""
    if len(text) <= LONGEST_PASSAGE:
        return f"{text} […]" if text.endswith(GOES_ON) else text
    cut = text[:LONGEST_PASSAGE]
    end = max(cut.rfind(mark) for mark in (". ", ".\n", "\n"))
    return f"{cut[: end + 1].rstrip()} […]" if end > 0 else f"{cut} […]"


def _digits(number: str) -> str:
    return "".join(character for character in number if character.isdigit())
