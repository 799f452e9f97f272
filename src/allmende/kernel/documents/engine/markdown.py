# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Markdown and plain text to blocks."""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from allmende.kernel.documents.engine.blocks import Block, Kind

FRONT_MATTER = re.compile(r"\A---[ \t]*\n.*?\n---[ \t]*\n", re.DOTALL)
_parser = MarkdownIt("commonmark", {"html": False}).enable("table")


def from_markdown(text: str) -> Iterator[Block]:
    """Headings, paragraphs, list items and tables of a Markdown text; YAML front matter is left out."""
    tokens = _parser.parse(FRONT_MATTER.sub("", text))
    position = 0
    in_item = 0
    while position < len(tokens):
        token = tokens[position]
        in_item += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        if token.type == "table_open":
            position, block = _table(tokens, position)
            yield block
        elif token.type == "inline":
            yield from _inline(tokens[position - 1], token, in_item=in_item > 0)
        elif token.type in {"code_block", "fence"}:
            yield Block(Kind.PARAGRAPH, token.content.strip())
        position += 1


def from_text(text: str) -> Iterator[Block]:
    """Paragraphs of a plain text: parted by empty lines, and a new one at every § line and numbered Absatz."""
    for part in re.split(r"\n\s*\n|\n(?=\s*(?:§\s*\d|\(\d+[a-z]?\)\s))", text.replace("\r\n", "\n")):
        line = " ".join(part.split())
        if line:
            yield Block(Kind.PARAGRAPH, line)


def _inline(opener: Token, token: Token, *, in_item: bool) -> Iterator[Block]:
    text = plain(token)
    if not text:
        return
    if opener.type == "heading_open":
        yield Block(Kind.HEADING, text, level=int(opener.tag[1]))
    else:
        yield Block(Kind.LIST_ITEM if in_item else Kind.PARAGRAPH, text)


def plain(token: Token) -> str:
    """The text of an inline token without markup."""
    parts = []
    for child in token.children or ():
        if child.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        elif child.type in {"text", "code_inline", "html_inline", "image"}:
            parts.append(child.content)
    return " ".join("".join(parts).split())


def _table(tokens: list[Token], position: int) -> tuple[int, Block]:
    rows: list[list[str]] = []
    while tokens[position].type != "table_close":
        if tokens[position].type == "tr_open":
            rows.append([])
        elif tokens[position].type == "inline":
            rows[-1].append(plain(tokens[position]))
        position += 1
    return position, Block(Kind.TABLE, "\n".join(" | ".join(row) for row in rows if any(row)))
