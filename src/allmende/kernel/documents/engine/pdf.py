# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""PDF to blocks: text by page, running heads and page numbers left out, hyphenated words joined."""

import re
from collections import Counter
from collections.abc import Iterator

import pypdfium2

from allmende.kernel.documents.engine.blocks import PARAGRAPH, SECTION, Block, Kind

REPEATED_SHARE = 0.6
"""A first or last line that stands on this share of the pages is a running head."""

PAGE_NUMBER = re.compile(r"^(?:Seite\s*)?[-–]?\s*\d{1,4}\s*(?:(?:/|von)\s*\d{1,4})?\s*[-–]?$")
LIST_ITEM = re.compile(r"^(?:\d{1,2}[.)]|[a-z]\)|[•–-])\s")
OPENS_BLOCK = (SECTION, PARAGRAPH, LIST_ITEM)
EMPTY_PDF = "scan"
"""The error code of a PDF without any text, which is a scan."""


def from_pdf(content: bytes) -> Iterator[Block]:
    """Blocks with page numbers. Raises ValueError with `EMPTY_PDF` when no page holds text."""
    document = pypdfium2.PdfDocument(content)
    pages = [_lines(page.get_textpage().get_text_bounded()) for page in document]
    if not any(pages):
        raise ValueError(EMPTY_PDF)
    running = _running_heads(pages)
    for number, lines in enumerate(pages, start=1):
        yield from _blocks([line for line in lines if line not in running and not PAGE_NUMBER.match(line)], number)


def _lines(text: str) -> list[str]:
    # pypdfium2 marks a hyphen at a line's end with U+0002 (or U+FFFE)
    joined = re.sub(r"[\u0002\ufffe]\s*", "", text.replace("\r\n", "\n"))
    joined = re.sub(r"(?<=[a-zäöüß])[-\u00ad]\n(?=[a-zäöüß])", "", joined)
    return [" ".join(line.split()) for line in joined.split("\n") if line.strip()]


def _running_heads(pages: list[list[str]]) -> set[str]:
    if len(pages) < 3:
        return set()
    edges = Counter(line for lines in pages if lines for line in {lines[0], lines[-1]})
    return {line for line, count in edges.items() if count >= REPEATED_SHARE * len(pages)}


def _blocks(lines: list[str], page: int) -> Iterator[Block]:
    gathered: list[str] = []
    for line in lines:
        if gathered and (any(rule.match(line) for rule in OPENS_BLOCK) or SECTION.match(gathered[0])):
            yield _block(gathered, page)
            gathered = []
        gathered.append(line)
    if gathered:
        yield _block(gathered, page)


def _block(lines: list[str], page: int) -> Block:
    text = " ".join(lines)
    return Block(Kind.LIST_ITEM if LIST_ITEM.match(text) else Kind.PARAGRAPH, text, page=page)
