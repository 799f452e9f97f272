# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The Markdown of a statute as a tree: sections (§ and annexes) with numbered paragraphs (Absätze)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*$")
SECTION = re.compile(r"^§\s*(\d+)\s*([a-z]?)\b[\s.:–-]*(.*)$")
ANNEX = re.compile(r"^(Anlage|Anhang)\s*([0-9IVX]*)\b[\s.:–-]*(.*)$")
PARAGRAPH = re.compile(r"^\((\d+[a-z]?)\)\s+(.*)$")
REFERENCE = re.compile(r"^§+\s*(\d+)\s*([a-z]?)(?![a-z])")


class StatuteTextError(ValueError):
    """The text is not built like a statute: it has no section, or counts `twice` (``§ 5``) more than once."""

    def __init__(self, twice: str = "") -> None:
        self.twice = twice
        super().__init__(f"{twice} is there twice" if twice else "no section")


@dataclass(frozen=True)
class Paragraph:
    """An Absatz: ``"(1)"`` or no number, and its Markdown."""

    number: str
    text: str


@dataclass(frozen=True)
class Section:
    """A § or annex: ``"§ 5"``, anchor ``p5``, the part of the statute it stands in, heading and paragraphs."""

    number: str
    anchor: str
    part: str
    heading: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class StatuteText:
    """Title line, preamble (Markdown) and sections in their order."""

    title: str
    preamble: str
    sections: tuple[Section, ...]


class Flaw(StrEnum):
    """What may be wrong with the text of a statute; the first two keep it from being stored."""

    NO_SECTION = "no_section"
    TWICE = "twice"
    GAP = "gap"
    EMPTY = "empty"
    NO_HEADING = "no_heading"
    PARAGRAPH_GAP = "paragraph_gap"


@dataclass(frozen=True)
class Finding:
    """A flaw and where it is: the section (``§ 5``), and for a gap the one before it."""

    flaw: Flaw
    section: str = ""
    after: str = ""


@dataclass(frozen=True)
class Outline:
    """What was recognised in a text that may still have flaws."""

    sections: tuple[Section, ...]
    findings: tuple[Finding, ...]


def anchor_of(reference: str) -> str:
    """The anchor a reference such as ``§ 5 Abs. 2`` points to; empty when it names no section."""
    found = REFERENCE.match(reference.strip())
    if found:
        return f"p{found[1]}{found[2]}"
    annex = ANNEX.match(reference.strip())
    return _annex_anchor(annex) if annex else ""


def parse(text: str) -> StatuteText:
    """Read a statute. Raises StatuteTextError when it has no section or counts one twice."""
    read = _read(text)
    if not read.sections:
        raise StatuteTextError
    twice = _twice(read.sections)
    if twice:
        raise StatuteTextError(twice[0])
    return read


def outline(text: str) -> Outline:
    """The sections of a text while it is being written, and everything about them that looks wrong."""
    sections = _read(text).sections
    findings = [] if sections else [Finding(Flaw.NO_SECTION)]
    findings += [Finding(Flaw.TWICE, number) for number in _twice(sections)]
    findings += _gaps(sections)
    for section in sections:
        findings += _flaws(section)
    return Outline(sections, tuple(findings))


def _read(text: str) -> StatuteText:
    title, part = "", ""
    preamble: list[str] = []
    sections: list[tuple[str, str, str, str, list[str]]] = []
    for line in text.splitlines():
        heading = HEADING.match(line)
        if heading is None:
            (sections[-1][4] if sections else preamble).append(line)
            continue
        numbered = _numbered(heading[2])
        if numbered:
            number, anchor, words = numbered
            sections.append((number, anchor, part, words, []))
        elif len(heading[1]) == 1 and not title:
            title = heading[2]
        else:
            part = heading[2]
    built = (
        Section(number, anchor, into, words, _paragraphs(lines)) for number, anchor, into, words, lines in sections
    )
    return StatuteText(title, "\n".join(preamble).strip(), tuple(built))


def _numbered(heading: str) -> tuple[str, str, str] | None:
    """Number, anchor and words of a heading that opens a § or an annex."""
    section = SECTION.match(heading)
    if section:
        return f"§ {section[1]}{section[2]}", f"p{section[1]}{section[2]}", section[3].strip()
    annex = ANNEX.match(heading)
    if annex:
        return f"{annex[1]} {annex[2]}".strip(), _annex_anchor(annex), annex[3].strip()
    return None


def _annex_anchor(annex: re.Match[str]) -> str:
    return f"{annex[1]}-{annex[2]}".lower().strip("-")


def _paragraphs(lines: list[str]) -> tuple[Paragraph, ...]:
    """Absätze of a section: a line that begins with ``(1)`` opens one."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in lines:
        opening = PARAGRAPH.match(line)
        if opening:
            found.append((f"({opening[1]})", [opening[2]]))
        else:
            found[-1][1].append(line)
    texts = ((number, "\n".join(body).strip()) for number, body in found)
    return tuple(Paragraph(number, body) for number, body in texts if body)


def _twice(sections: Sequence[Section]) -> list[str]:
    """The numbers of sections that were there before."""
    anchors = [section.anchor for section in sections]
    return [section.number for place, section in enumerate(sections) if section.anchor in anchors[:place]]


def _gaps(sections: Sequence[Section]) -> Iterator[Finding]:
    """Sections whose number does not follow the one before: § 5 after § 3 (§ 4a may follow § 4)."""
    last = 0
    before = ""
    for section in sections:
        number = SECTION.match(section.number)
        if number is None:
            continue
        if int(number[1]) not in (last, last + 1):
            yield Finding(Flaw.GAP, section.number, before)
        last, before = int(number[1]), section.number


def _flaws(section: Section) -> Iterator[Finding]:
    if not section.paragraphs:
        yield Finding(Flaw.EMPTY, section.number)
    if not section.heading and section.number.startswith("§"):
        yield Finding(Flaw.NO_HEADING, section.number)
    numbers = [int(found[0]) for entry in section.paragraphs if (found := re.search(r"\d+", entry.number))]
    if any(later not in (earlier, earlier + 1) for earlier, later in zip([0, *numbers], numbers, strict=False)):
        yield Finding(Flaw.PARAGRAPH_GAP, section.number)
