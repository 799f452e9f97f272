# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Cut a document into what is quoted (passages) and what is compared by meaning (windows and pages).

A passage never crosses a heading or a §. Windows are sentences; short lines overlap. Pages are runs of passages. Windows and
pages carry the title and the heading, because a sentence alone ("Die Gebühr beträgt 8 Euro.") does not say what it is about.
"""

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from allmende.kernel.search.engine.configuration import Chunking, default, word_list

_BREAK = re.compile(r"\n+|(?<=[.!?:;…])[\"“”»«')]*\s+(?=[^\W\d_a-zäöüß]|[\d„»(§•–-])")
_LAST_WORD = re.compile(r"([^\W\d_]+|\d{1,2})\.$")
_HEADING = re.compile(r"^(#{1,6})\s+(.*\S)\s*$")
_SECTION = re.compile(
    r"^(?:#{1,6}\s+)?(?:\*\*)?(§+\s*\d+\s?[a-z]?|Art(?:ikel|\.)\s*\d+\s?[a-z]?)\b[\s.:–-]*(.{0,120}?)(?:\*\*)?\s*$"
)


@dataclass(frozen=True)
class Part:
    """A stretch of a document below one heading; `section` is its label in a statute, such as "§ 5"."""

    heading: str = ""
    section: str = ""
    text: str = ""


@dataclass(frozen=True)
class Passage:
    """What can be quoted as a source: at most some `passage_chars` characters of one part."""

    heading: str
    section: str
    text: str


@dataclass(frozen=True)
class Texts:
    """What of a document is embedded.

    `windows`: texts one after another by passage; `window_counts[i]`: how many belong to passage i. `pages`: texts.
    """

    windows: tuple[str, ...]
    window_counts: tuple[int, ...]
    pages: tuple[str, ...]


@dataclass
class _Page:
    lines: list[str] = field(default_factory=list)
    size: int = 0


def sentences(text: str, longest: int) -> list[str]:
    """The sentences and lines of `text`, none longer than about `longest` characters.

    Each begins with the white space that was before it: a newline where it opens a line, else a blank. Ordinal numbers
    and known abbreviations do not end a sentence.
    """
    found: list[str] = []
    for line in text.splitlines():
        before = "\n"
        for piece in _BREAK.split(line):
            if not piece or not piece.strip():
                continue
            if before == " " and _goes_on(found[-1]):
                found[-1] = f"{found[-1]} {piece.strip()}"
            else:
                found.append(before + piece.strip())
            before = " "
    return [short for sentence in found for short in _wrapped(sentence, longest)]


def parts_of(text: str) -> list[Part]:
    """Split plain or Markdown text at headings and at lines that open a § or an article."""
    parts: list[Part] = []
    heading = section = ""
    lines: list[str] = []
    for line in text.splitlines():
        opened = _opens(line)
        if opened is None:
            lines.append(line)
            continue
        body = "\n".join(lines).strip()
        if body:
            parts.append(Part(heading, section, body))
        # A heading without text of its own goes before the next one, or its words would be lost.
        above = "" if body else " ".join(filter(None, (section, heading)))
        section, heading = opened[0], " – ".join(filter(None, (above, opened[1])))
        lines = []
    parts.append(Part(heading, section, "\n".join(lines).strip()))
    return [part for part in parts if part.text or part.heading]


def passages_of(parts: Iterable[Part], chunking: Chunking | None = None) -> tuple[Passage, ...]:
    """Cut the parts of a document into passages."""
    size = (chunking or default().chunking).passage_chars
    return tuple(
        Passage(part.heading, part.section, "".join(lines).strip())
        for part in parts
        for lines in _runs(sentences(part.text, size) or [part.heading], size, 0)
    )


def texts_of(
    title: str, passages: Sequence[Passage], synonyms: Iterable[str] = (), chunking: Chunking | None = None
) -> Texts:
    """Cut passages into what is embedded. `synonyms` are further windows of the first passage, so that they count too.

    They too are short: where many expressions share a window, none of them is near to what is asked.
    """
    lengths = chunking or default().chunking
    windows: list[str] = []
    counts: list[int] = []
    for passage in passages:
        label = _label(passage)
        head = f"{title}\n{label}" if label and label != title else title
        lines = sentences(passage.text, lengths.passage_chars)
        own = [f"{head}\n{''.join(run).strip()}" for run in _runs(lines, lengths.window_chars, lengths.window_overlap)]
        windows += own
        counts.append(len(own))
    if counts:
        terms = _runs([f"{term}, " for term in synonyms], lengths.window_chars, 0)
        more = [f"{title}\n{''.join(run).removesuffix(', ')}" for run in terms]
        windows[counts[0] : counts[0]] = more
        counts[0] += len(more)
    return Texts(tuple(windows), tuple(counts), tuple(_pages(title, passages, lengths.page_chars)))


def _opens(line: str) -> tuple[str, str] | None:
    """(section, heading) when the line is a heading."""
    if match := _SECTION.match(line.strip()):
        return " ".join(match[1].split()), match[2].strip(" *")
    if match := _HEADING.match(line):
        return "", match[2].strip(" *#")
    return None


def _wrapped(sentence: str, longest: int) -> list[str]:
    if len(sentence) <= longest + 1:
        return [sentence]
    return [sentence[0] + short for short in textwrap.wrap(sentence[1:], longest)]


def _goes_on(piece: str) -> bool:
    match = _LAST_WORD.search(piece)
    if match is None:
        return False
    return match[1].isdigit() or len(match[1]) == 1 or match[1].lower() in word_list("abbreviations")


def _runs(lines: list[str], size: int, overlap: int) -> Iterator[list[str]]:
    """Consecutive lines of together at most `size` characters (at least one); the next run repeats up to `overlap`."""
    start = 0
    while start < len(lines):
        end, length = start, 0
        while end < len(lines) and (end == start or length + len(lines[end]) <= size):
            length += len(lines[end])
            end += 1
        yield lines[start:end]
        if end == len(lines):
            return
        back, repeated = end, 0
        while back - 1 > start and repeated + len(lines[back - 1]) <= overlap:
            back -= 1
            repeated += len(lines[back])
        start = back if repeated + len(lines[end]) <= size else end  # a run without a new line would say nothing


def _label(passage: Passage) -> str:
    return " ".join(filter(None, (passage.section, passage.heading)))


def _pages(title: str, passages: Sequence[Passage], size: int) -> Iterator[str]:
    page = _Page()
    last = ""
    for passage in passages:
        if page.size and page.size + len(passage.text) > size:
            yield "\n".join([title, *page.lines])
            page, last = _Page(), ""
        label = _label(passage)
        if label not in (last, title):
            page.lines.append(label)
        last = label
        page.lines.append(passage.text)
        page.size += len(passage.text) + 1
    if page.lines:
        yield "\n".join([title, *page.lines])
