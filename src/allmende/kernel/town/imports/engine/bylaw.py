# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Blocks of a document as the Markdown of a statute or a page: ``## § 5 Heading``, Absätze, lists, tables."""

import re
from collections.abc import Iterable, Iterator, Sequence

from allmende.kernel.documents.engine.blocks import Block, Kind
from allmende.kernel.town.imports.engine import html

SECTION = re.compile(r"^§+\s*\d+\s?[a-z]?\b")
ANNEX = re.compile(r"^(?:Anlage|Anhang)\b")
BARE = re.compile(r"^§+\s*\d+\s?[a-z]?[\s.:]*$")
NUMBERED = re.compile(r"^(\d{1,2})[.)]\s+(?=\S)")
LETTERED = re.compile(r"^[a-z]{1,2}\)\s")
ABSATZ = re.compile(r"^\(\d+[a-z]?\)\s")
BULLET = re.compile(r"^[•·▪–-]\s+")
FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)


def title(blocks: Sequence[Block], heading_characters: int) -> str:
    """What the document calls itself: its first heading before any §, else its first line if that may be one."""
    place = _place_of_title(blocks, heading_characters)
    return "" if place is None else " ".join(blocks[place].text.split())


def statute(blocks: Sequence[Block], heading_characters: int) -> str:
    """The wording of a statute without its title: what stands before the first § is its opening, other headings are parts."""
    return _written(_with_headings(_without_title(blocks, heading_characters), heading_characters))


def page(blocks: Sequence[Block], heading_characters: int) -> str:
    """The text of a page without its title."""
    return _written(_without_title(blocks, heading_characters))


def _without_title(blocks: Sequence[Block], longest: int) -> list[Block]:
    place = _place_of_title(blocks, longest)
    return [block for number, block in enumerate(blocks) if number != place]


def _place_of_title(blocks: Sequence[Block], longest: int) -> int | None:
    first = next((place for place, block in enumerate(blocks) if _is_heading(block)), None)
    if first is not None and not SECTION.match(blocks[first].text):
        return first
    may = bool(blocks) and not _is_heading(blocks[0]) and _may_head(blocks[0], longest)
    return 0 if may else None


def without_front_matter(text: str) -> str:
    """A Markdown file without the fields between ``---`` at its top."""
    return FRONT_MATTER.sub("", text.replace("\r\n", "\n").lstrip("\ufeff")).strip()


def _with_headings(blocks: Sequence[Block], longest: int) -> Iterator[Block]:
    """The words below a bare § join it; an annex that stands alone in its line becomes a heading."""
    skip = False
    for place, block in enumerate(blocks):
        if skip:
            skip = False
            continue
        following = blocks[place + 1] if place + 1 < len(blocks) else None
        if _is_heading(block) and BARE.match(block.text) and following and _may_head(following, longest):
            yield _heading(f"{block.text.strip()} {following.text.strip()}")
            skip = True
        elif ANNEX.match(block.text) and _may_head(block, longest):
            yield _heading(block.text.strip())
        else:
            yield block


def _may_head(block: Block, longest: int) -> bool:
    plain = block.kind in (Kind.PARAGRAPH, Kind.HEADING) and len(block.text) <= longest
    return plain and not ABSATZ.match(block.text) and not block.text.rstrip().endswith((".", ",", ";", ":"))


def _written(blocks: Iterable[Block]) -> str:
    text, before = "", ""
    for block in blocks:
        kind, written = _one(block)
        tight = kind == "item" == before
        text += ("\n" if tight else "\n\n" if text else "") + written
        before = kind
    return text


def _one(block: Block) -> tuple[str, str]:
    """What the block is in Markdown, and its text."""
    text = " ".join(block.text.split())
    if _is_heading(block):
        return "heading", f"## {text}"
    if block.kind is Kind.TABLE:
        return "table", _table(block.text)
    numbered = NUMBERED.match(text)
    if numbered:
        return "item", f"{numbered[1]}. {html.escaped(text[numbered.end() :])}"
    if block.kind is Kind.LIST_ITEM or LETTERED.match(text) or BULLET.match(text):
        return "item", f"- {html.escaped(BULLET.sub('', text))}"
    return "paragraph", html.escaped(text)


def _table(text: str) -> str:
    """Rows a line, cells parted by `` | ``, as a Markdown table; the first row is its head."""
    rows = [[html.escaped(cell.strip()) for cell in row.split(" | ")] for row in text.splitlines() if row.strip()]
    width = max((len(row) for row in rows), default=0)
    written = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
    return "\n".join([*written[:1], f"|{'---|' * width}", *written[1:]]) if written else ""


def _heading(text: str) -> Block:
    return Block(Kind.HEADING, text, level=2)


def _is_heading(block: Block) -> bool:
    return block.kind is Kind.HEADING
