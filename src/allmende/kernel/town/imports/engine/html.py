# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""HTML from other systems as the Markdown our pages render, or as plain lines. Nothing that could run survives (nh3)."""

import html
import re
from dataclasses import dataclass, field

import nh3

TAGS = {
    "a", "b", "blockquote", "br", "caption", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "li", "ol", "p",
    "pre", "strong", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
REMOVED = {"script", "style", "iframe", "object", "template", "noscript", "svg", "math"}
SCHEMES = {"http", "https", "mailto", "tel"}
IS_HTML = re.compile(r"<[a-zA-Z!/][^<>]*>")
PIECE = re.compile(r'<(/?)([a-z0-9]+)(?: href="([^"]*)")?>|([^<]+)')
BLANKS = re.compile(r"[ \t\r\n\f\v]+")
BULLET = re.compile(r"^\s*(?:[•·▪‣–-]|\*)\s+(?=\S)")
SPECIAL = re.compile(r"([\\*`]|(?<!\w)_|_(?!\w)|\](?=[(\[])|<(?=[a-zA-Z/!?])|&(?=#?\w+;))")
MAY_BE_SPECIAL = re.compile(r"[\\*`_\]<&]")
OPENING = " \t#>+-=|"
LINE_START = re.compile(r"^(\s*)(#{1,6}(?=\s)|>|[+-](?=\s)|=+\s*$|\|)", re.MULTILINE)
NUMBER_START = re.compile(r"^(\s*\d{1,9})([.)])(?=\s)", re.MULTILINE)
MARKS = {"b": "**", "strong": "**", "em": "*", "i": "*"}
HEADINGS = {"h1": "### ", "h2": "### ", "h3": "### ", "h4": "#### ", "h5": "#### ", "h6": "#### "}
BREAK = "  \n"
NO_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\ufeff]")


def markdown(text: str) -> str:
    """The text, HTML or plain, as Markdown. Headings begin at level 3: the page has the two above."""
    return _joined(_blocks(text, plain=False))


def lines(text: str) -> list[str]:
    """The paragraphs, list items and table rows of the text, each as one plain line."""
    return [" ".join(block.text.split()) for block in _blocks(text, plain=True)]


def line(text: str) -> str:
    """The whole text as one plain line."""
    return " ".join(lines(text))


def items(text: str) -> list[str]:
    """The lines of a text that is nothing but a flat list; none for any other text."""
    blocks = _blocks(text, plain=True)
    return [" ".join(block.text.split()) for block in blocks] if all(b.depth == 1 for b in blocks) else []


def link(title: str, address: str) -> str:
    """A Markdown link; only the title where the address is none that a page may lead to."""
    words = escaped(line(title)) or escaped(address)
    return f"[{words}](<{address}>)" if is_safe(address) else words


def is_safe(address: str) -> bool:
    """Whether the address is one of http(s), mail or telephone, and nothing that breaks out of a link."""
    scheme = address.partition(":")[0].lower()
    return scheme in SCHEMES and not re.search(r"[\s<>\"\\]", address)


def escaped(text: str) -> str:
    """Plain text written so that Markdown shows it as it is."""
    return _without_marks_at_lines(_without_marks(text))


@dataclass(frozen=True)
class _Block:
    """A paragraph, heading, list item or table; `depth` is that of the list it is an item of, else 0."""

    text: str
    depth: int = 0


def _blocks(text: str, *, plain: bool) -> list[_Block]:
    text = NO_CHARACTERS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if not IS_HTML.search(text):
        return list(_of_plain(html.unescape(text), plain=plain))
    clean = nh3.clean(
        text, tags=TAGS, clean_content_tags=REMOVED, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel=None
    )
    return _Writer(plain=plain).written(clean)


def _of_plain(text: str, *, plain: bool) -> list[_Block]:
    """Empty lines part paragraphs; a line with a bullet is an item, any other line break stays one."""
    found: list[_Block] = []
    gathered: list[str] = []

    def flush() -> None:
        if gathered:
            found.append(_Block((" " if plain else BREAK).join(gathered)))
            gathered.clear()

    for given in text.split("\n"):
        bullet = BULLET.match(given)
        words = (given[bullet.end() :] if bullet else given).strip()
        if not words or bullet:
            flush()
        if words and bullet:
            found.append(_Block(words if plain else f"- {escaped(words)}", 1))
        elif words:
            gathered.append(words if plain else escaped(words))
    flush()
    return found


def _joined(blocks: list[_Block]) -> str:
    """Items of a list follow one another line by line, everything else after an empty line."""
    text = ""
    for position, block in enumerate(blocks):
        before = blocks[position - 1] if position else None
        tight = before is not None and before.depth and block.depth
        text += ("\n" if tight else "\n\n" if before else "") + block.text
    return text


@dataclass
class _List:
    """An open list: its number for the next item (None for bullets), and how wide its markers are."""

    number: int | None
    width: int = 2


@dataclass
class _Table:
    """An open table."""

    rows: list[list[str]] = field(default_factory=list)


class _Writer:
    """Turns cleaned HTML into blocks, piece by piece: however deep it is nested, nothing recurses."""

    def __init__(self, *, plain: bool) -> None:
        self.blocks: list[_Block] = []
        self._plain = plain
        self._line: list[str] = []
        self._open: list[tuple[str, int, str]] = []
        self._lists: list[_List] = []
        self._marker = self._prefix = ""
        self._table: _Table | None = None

    def written(self, clean: str) -> list[_Block]:
        """The blocks of what nh3 wrote: only known tags, no attribute but href, every other sign spelled out."""
        for piece in PIECE.finditer(clean):
            closes, tag, href, text = piece.groups()
            if text is not None:
                self._add_text(html.unescape(text) if "&" in text else text)
            elif closes:
                self._close_tag(tag)
            else:
                self._open_tag(tag, html.unescape(href) if href else "")
        self._flush()
        return self.blocks

    def _open_tag(self, tag: str, href: str) -> None:
        if tag in MARKS or tag == "a":
            self._open.append((tag, len(self._line), href))
        elif tag == "br":
            self._line.append(" " if self._plain or self._table else BREAK)
        elif self._table is not None:
            self._in_table(tag)
        else:
            self._open_block(tag)

    def _close_tag(self, tag: str) -> None:
        if tag in MARKS or tag == "a":
            self._close_inline(tag)
        elif tag == "table":
            self._close_table()
        elif self._table is None and tag != "br":
            self._flush()
            if tag in ("ul", "ol") and self._lists:
                self._lists.pop()

    def _add_text(self, data: str) -> None:
        words = BLANKS.sub(" ", data)
        self._line.append(words if self._plain else _without_marks(words))

    def _flush(self) -> None:
        """End the block in hand."""
        text = self._text()
        if text and not self._plain:
            text = _without_marks_at_lines(text)
        if text:
            self._add(text)
            self._marker = self._prefix = ""

    def _text(self) -> str:
        text = "".join(self._line)
        self._line, self._open = [], []
        kept = (part.strip(" ") for part in text.split("\n"))
        return "\n".join(f"{part}  " for part in kept).strip()

    def _add(self, text: str) -> None:
        depth = len(self._lists)
        if self._plain or not depth:
            self.blocks.append(_Block(text if self._plain else self._prefix + text, depth))
            return
        indent = " " * sum(open_list.width for open_list in self._lists[:-1])
        if self._marker:
            hanging = indent + " " * len(self._marker)
            self.blocks.append(_Block(indent + self._marker + text.replace("\n", f"\n{hanging}"), depth))
        else:
            hanging = indent + " " * self._lists[-1].width
            self.blocks.append(_Block("\n" + hanging + text.replace("\n", f"\n{hanging}"), depth))

    def _open_block(self, tag: str) -> None:
        self._flush()
        self._prefix = HEADINGS.get(tag, "")
        if tag in ("ul", "ol"):
            self._lists.append(_List(1 if tag == "ol" else None))
        elif tag == "li" and self._lists:
            self._begin_item(self._lists[-1])
        elif tag == "table":
            self._table = _Table()

    def _begin_item(self, current: _List) -> None:
        self._marker = "- " if current.number is None else f"{current.number}. "
        current.width = len(self._marker)
        current.number = None if current.number is None else current.number + 1

    def _in_table(self, tag: str) -> None:
        table = self._table
        if table is None:
            return
        if tag == "tr":
            self._end_cell()
            table.rows.append([])
        elif tag in ("td", "th"):
            self._end_cell()
            if not table.rows:
                table.rows.append([])
            table.rows[-1].append("")
        else:
            self._line.append(" ")

    def _end_cell(self) -> None:
        words = " ".join(self._text().split())
        if self._table is not None and self._table.rows and self._table.rows[-1] and words:
            self._table.rows[-1][-1] = words
        elif words:
            self.blocks.append(_Block(words))  # a caption

    def _close_table(self) -> None:
        self._end_cell()
        rows = [row for row in (self._table.rows if self._table else []) if any(row)]
        self._table = None
        if self._plain:
            self.blocks += [_Block(": ".join(cell for cell in row if cell)) for row in rows]
        elif rows:
            self.blocks.append(_Block(_table(rows)))

    def _close_inline(self, tag: str) -> None:
        while self._open:
            opened, start, href = self._open.pop()
            words = "".join(self._line[start:])
            self._line[start:] = [self._marked(opened, words, href)]
            if opened == tag:
                return

    def _marked(self, tag: str, words: str, href: str) -> str:
        """The words with their mark; blanks stay outside, or it would be none."""
        inner = words.strip()
        if self._plain or not inner or (tag == "a" and not is_safe(href)):
            return words
        before, after = (" " if words[:1].isspace() else ""), (" " if words[-1:].isspace() else "")
        if tag == "a":
            return f"{before}[{' '.join(inner.split())}](<{href}>){after}"
        mark = MARKS[tag]
        return words if inner.startswith(mark) or "\n" in inner else f"{before}{mark}{inner}{mark}{after}"


def _without_marks(text: str) -> str:
    """The text with a backslash before every sign that Markdown would take for one of its own."""
    return SPECIAL.sub(r"\\\1", text) if MAY_BE_SPECIAL.search(text) else text


def _without_marks_at_lines(text: str) -> str:
    """The same for what is a mark only where a line begins."""
    if "\n" not in text and not (text[:1] in OPENING or text[:1].isdigit()):
        return text
    return NUMBER_START.sub(r"\1\\\2", LINE_START.sub(r"\1\\\2", text))


def _table(rows: list[list[str]]) -> str:
    """A Markdown table; the first row is its head."""
    width = max(map(len, rows))
    filled = [[cell.replace("|", "\\|") for cell in row] + [""] * (width - len(row)) for row in rows]
    written = [f"| {' | '.join(row)} |" for row in filled]
    return "\n".join([written[0], f"|{'---|' * width}", *written[1:]])
