# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The town's texts as documents of the common search: collections services, statutes, pages and units.

A document's key is ``collection/id``, its English version, where one exists, ``collection/id/en``. Nothing here decides
who may read: only public records become documents, all for the audience "public".
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from allmende.kernel.search import service as search
from allmende.kernel.search.service import Part, SourceDocument
from allmende.kernel.town import building, cards, models, rules, selecting
from allmende.kernel.town.cards import GERMAN, LocalText
from allmende.kernel.town.rules import COLLECTIONS

ENGLISH = "en"
LANGUAGES = (GERMAN, ENGLISH)


def tell(kind: str, ids: Sequence[str], *, embed: bool = True) -> None:
    """Bring the search up to date after these records of a kind were written or withdrawn; `embed` as in `search.put`."""
    if kind == "words":
        lists = models.WordList.objects.filter(pk__in=ids, status__in=rules.public_states())
        search.set_synonyms([group for words in lists for group in words.groups])
    if kind not in COLLECTIONS:
        return
    if kind == "statute":  # a version that was replaced now has an end
        replaced = models.Statute.objects.filter(replaced_by__in=ids).values_list("id", flat=True)
        ids = list(dict.fromkeys([*ids, *replaced]))
    documents = list(SOURCES[kind](ids))
    there = {document.key for document in documents}
    possible = {_key(kind, record_id, language) for record_id in ids for language in LANGUAGES}
    gone = sorted(possible - there)
    if documents:
        search.put(documents, embed=embed)
    if gone:
        search.revoke(gone)


def keys(kind: str, record_id: str) -> tuple[str, ...]:
    """Keys of the documents of a record, in every language; none for a kind that is not searched."""
    return tuple(_key(kind, record_id, language) for language in LANGUAGES) if kind in COLLECTIONS else ()


def services() -> Iterator[SourceDocument]:
    """All documents of the collection services."""
    return service_documents(None)


def statutes() -> Iterator[SourceDocument]:
    """All documents of the collection statutes, superseded versions with the end of their validity."""
    return statute_documents(None)


def pages() -> Iterator[SourceDocument]:
    """All documents of the collection pages."""
    return page_documents(None)


def units() -> Iterator[SourceDocument]:
    """All documents of the collection units."""
    return unit_documents(None)


def service_documents(ids: Sequence[str] | None) -> Iterator[SourceDocument]:
    """The documents of these services, or of all: German always, English where name and short text exist."""
    now = timezone.localtime()
    rows = selecting.public_services()
    rows = rows if ids is None else rows.filter(pk__in=ids)
    for row in selecting.complete(rows, now.date()).prefetch_related("synonyms"):
        for language in LANGUAGES:
            with translation.override(language):
                card = building.service_card(row, language, now)
                if _is_in(language, card.name) and _is_in(language, card.short):
                    yield _service_document(row, card)


def statute_documents(ids: Sequence[str] | None) -> Iterator[SourceDocument]:
    """One document for each version of a statute, with a part for each section."""
    rows = selecting.statutes()
    rows = rows if ids is None else rows.filter(pk__in=ids)
    for row in selecting.with_sections(rows):
        short = building.short_title(row.title)
        sections = building.sections_of(row)
        yield _document(
            "statute",
            row.id,
            GERMAN,
            title=row.title,
            url=building.statute_link(row, GERMAN).url,
            updated_on=row.promulgated_on or row.valid_from,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            synonyms=tuple(dict.fromkeys([short, row.abbreviation, *row.synonyms])),
            parts=tuple(Part(heading=part.heading, section=part.number, text=part.text) for part in sections),
            data={
                "id": row.id,
                "short_title": short,
                "unit": row.unit_id,
                "anchors": {s.number: s.anchor for s in sections},
            },
        )


def page_documents(ids: Sequence[str] | None) -> Iterator[SourceDocument]:
    """The documents of these pages, or of all, in each language the page has."""
    rows = selecting.pages()
    rows = rows if ids is None else rows.filter(pk__in=ids)
    for row in rows:
        for language in row.title.keys() & row.body.keys() & set(LANGUAGES):
            view = building.page_view(row, language)
            yield _document(
                "page",
                row.id,
                language,
                title=view.title,
                url=view.url,
                updated_on=row.updated_on or row.changed_at.date(),
                synonyms=tuple(row.synonyms.get(language, ())),
                parts=tuple(_page_parts(view)),
                data={"id": row.id},
            )


def unit_documents(ids: Sequence[str] | None) -> Iterator[SourceDocument]:
    """The documents of these units, or of all: where they are, when they are open, what they do."""
    now = timezone.localtime()
    rows = selecting.units()
    rows = rows if ids is None else rows.filter(pk__in=ids)
    for row in rows:
        for language in LANGUAGES:
            with translation.override(language):
                card = building.unit_card(row, language, now)
                if _is_in(language, card.name):
                    yield _unit_document(row, card, language)


SOURCES: dict[str, Callable[[Sequence[str] | None], Iterator[SourceDocument]]] = {
    "service": service_documents,
    "statute": statute_documents,
    "page": page_documents,
    "unit": unit_documents,
}


def _service_document(row: models.Service, card: cards.ServiceCard) -> SourceDocument:
    terms = tuple(synonym.term for synonym in row.synonyms.all() if synonym.language == card.language)
    return _document(
        "service",
        card.id,
        card.language,
        title=card.name,
        url=card.url,
        updated_on=card.approved_on,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        synonyms=terms,
        parts=tuple(_parts(_service_parts(card), card.language)),
        data={"id": card.id, "unit": card.unit.id, "leika": list(card.leika), "red_list": card.red_list},
    )


def _service_parts(card: cards.ServiceCard) -> Iterator[tuple[str, Iterable[str]]]:
    """Headings and lines; a line in another language than the card's is left out later.

    Address and opening hours are the unit's own document: repeated here they would make every service a find for them.
    """
    full = card.block("full")
    yield _("Kurz erklärt"), [card.short, *([full.text] if full else [])]
    yield _("Kosten"), [*(_fee_line(fee) for fee in card.fees), card.free]
    yield _("Unterlagen"), [_law_line(line) for line in card.documents]
    yield _("Fristen"), [_law_line(line) for line in card.deadlines]
    yield _("Bearbeitungsdauer"), [card.processing_time]
    shown = {"short", "full"}
    yield from ((block.title, [block.text]) for block in card.texts if block.name not in shown)
    if card.online:
        yield _("Online"), [LocalText(_("Online erledigen: {url}").format(url=card.online), card.language)]


def _unit_document(row: models.Unit, card: cards.UnitCard, language: str) -> SourceDocument:
    contents: list[tuple[str, Iterable[str]]] = [
        (_("Öffnungszeiten"), _hours(card)),
        (_("Kontakt"), [_contact(card)]),
        (_("Aufgaben"), [card.description]),
        (_("Barrierefreiheit"), [card.accessibility]),
    ]
    return _document(
        "unit",
        card.id,
        language,
        title=card.name,
        url=card.url,
        updated_on=row.changed_at.date(),
        synonyms=(*row.synonyms.get(language, ()), *_ways_to_ask(card.name)),
        parts=tuple(_parts(contents, language)),
        data={"id": card.id, "kind": card.kind},
    )


def _ways_to_ask(unit: str) -> tuple[str, ...]:
    """What people call the thing they want to know about an office."""
    phrases = (_("Wann hat {unit} auf"), _("Öffnungszeiten {unit}"), _("Adresse {unit}"), _("Telefonnummer {unit}"))
    return tuple(phrase.format(unit=unit) for phrase in phrases)


def _parts(contents: Iterable[tuple[str, Iterable[str]]], language: str) -> Iterator[Part]:
    """The parts that have text in the language of the document."""
    for heading, lines in contents:
        text = "\n\n".join(line for line in lines if line and _is_in(language, line))
        if text:
            yield Part(heading=heading, section="", text=text)


def _page_parts(view: cards.PageView) -> Iterator[Part]:
    """A part for each second-level heading of the page."""
    heading, lines = "", list[str]()
    for line in [*view.body.splitlines(), "## "]:
        if line.startswith("## "):
            if any(lines):
                yield Part(heading=heading, section="", text="\n".join(lines).strip())
            heading, lines = line[3:].strip(), []
        elif not line.startswith("# "):
            lines.append(line)


def _fee_line(fee: cards.FeeLine) -> LocalText:
    price = f": {fee.price}" if fee.price else ""
    law = f" ({fee.law.text})" if fee.law else ""
    return LocalText(f"{fee.label}{price}{law}", fee.label.language)


def _law_line(line: cards.Line) -> LocalText:
    law = f" ({line.law.text})" if line.law else ""
    return LocalText(f"{line.text}{law}", line.text.language)


def _contact(unit: cards.UnitCard) -> LocalText:
    ways = [f"{unit.name}, {unit.address}"]
    ways += [_("Telefon {phone}").format(phone=unit.phone)] if unit.phone else []
    ways += [_("E-Mail {email}").format(email=unit.email)] if unit.email else []
    return LocalText(". ".join(ways), translation.get_language() or GERMAN)


def _hours(unit: cards.UnitCard) -> list[str]:
    language = translation.get_language() or GERMAN
    if not unit.hours:
        return [unit.hours_note]
    days = [f"{day.name} {', '.join(day.lines) or _('geschlossen')}" for day in unit.hours]
    opened = _("{unit} hat geöffnet: {days}.").format(unit=unit.name, days="; ".join(days))
    return [LocalText(opened, language), unit.hours_note]


def _is_in(language: str, text: str) -> bool:
    return isinstance(text, LocalText) and text.language == language


def _key(kind: str, record_id: str, language: str) -> str:
    key = f"{COLLECTIONS[kind]}/{record_id}"
    return key if language == GERMAN else f"{key}/{language}"


def _document(kind: str, record_id: str, language: str, **fields: Any) -> SourceDocument:
    """A document of this town for everybody."""
    fields["title"] = str(fields["title"])  # no longer a LocalText: it will be stored
    return SourceDocument(
        key=_key(kind, record_id, language),
        collection=COLLECTIONS[kind],
        authority=settings.TOWN,
        audience="public",
        language=language,
        **fields,
    )
