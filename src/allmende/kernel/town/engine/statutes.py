# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The Markdown of a statute as a tree: sections (§ and annexes) with numbered paragraphs (Absätze)."""

import re
from dataclasses import dataclass

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


def anchor_of(reference: str) -> str:
    """The anchor a reference such as ``§ 5 Abs. 2`` points to; empty when it names no section."""
    found = REFERENCE.match(reference.strip())
    if found:
        return f"p{found[1]}{found[2]}"
    annex = ANNEX.match(reference.strip())
    return _annex_anchor(annex) if annex else ""


def parse(text: str) -> StatuteText:
    """Read a statute. Raises StatuteTextError when it has no section or counts one twice."""
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
    if not sections:
        raise StatuteTextError
    _refuse_twice([entry[1] for entry in sections], [entry[0] for entry in sections])
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


def _refuse_twice(anchors: list[str], numbers: list[str]) -> None:
    for position, anchor in enumerate(anchors):
        if anchor in anchors[:position]:
            raise StatuteTextError(numbers[position])
