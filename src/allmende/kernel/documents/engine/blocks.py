# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The common form of every document: blocks in reading order, and its division by §."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

SECTION = re.compile(r"^(?P<number>(?:§§?|Art\.|Artikel)\s*\d+\s?[a-z]?)(?:\s*[-–:.]?\s+(?P<heading>.*))?$")
"""A line that opens a section of a by-law: '§ 5 Steuersatz', '§ 5a', 'Artikel 3 – Inkrafttreten'."""

PARAGRAPH = re.compile(r"^\((?P<number>\d+\s?[a-z]?)\)\s")
"""The number of an Absatz at the beginning of a paragraph: '(2) …'."""


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE = "table"


@dataclass(frozen=True)
class Block:
    """A piece of a document.

    `level` is 1 to 6 for headings, else 0. `page` counts from 1, None where the format has no pages. `section` is the
    § the block stands in ("§ 5"), `paragraph` its Absatz ("(2)"); both are empty outside of by-laws. A table's text has
    one row a line, cells parted by " | ".
    """

    kind: Kind
    text: str
    level: int = 0
    page: int | None = None
    section: str = ""
    paragraph: str = ""


@dataclass(frozen=True)
class Section:
    """A § with its heading and its whole text; `page` is where it begins."""

    number: str
    heading: str
    text: str
    page: int | None = None


def with_sections(blocks: Iterable[Block]) -> Iterator[Block]:
    """Mark every block with the § and the Absatz it stands in; a paragraph that is a § line becomes a heading."""
    section = paragraph = ""
    section_level = 0
    for found in blocks:
        block = found
        opened = SECTION.match(block.text) if _may_open_section(block) else None
        if opened:
            section, paragraph = _normal(opened["number"]), ""
            block = replace(block, kind=Kind.HEADING, level=block.level or 2)
            section_level = block.level
        elif block.kind is Kind.HEADING and block.level <= section_level:
            section = paragraph = ""
        elif numbered := PARAGRAPH.match(block.text):
            paragraph = f"({numbered['number']})"
        yield replace(block, section=section, paragraph=paragraph)


def sections(blocks: Iterable[Block]) -> list[Section]:
    """The §§ of a document in order; text before the first § and after a higher heading belongs to none."""
    found: list[tuple[Section, list[str]]] = []
    for block in blocks:
        if not block.section:
            continue
        if block.kind is Kind.HEADING and (opened := SECTION.match(block.text)):
            found.append((Section(block.section, (opened["heading"] or "").strip(), "", block.page), []))
        elif found:
            found[-1][1].append(block.text)
    return [replace(section, text="\n".join(texts).strip()) for section, texts in found]


def _may_open_section(block: Block) -> bool:
    """A reference inside a sentence ('§ 5 gilt entsprechend.') opens nothing: a title is short and has no full stop."""
    if block.kind is Kind.HEADING:
        return True
    return block.kind is Kind.PARAGRAPH and len(block.text) <= 120 and not block.text.rstrip().endswith((".", ",", ";"))


def _normal(number: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"^(§§?|Art\.|Artikel)\s*", r"\1 ", number)).strip()
