# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a screen reader is told by a PDF; for the tests of every room that prints."""

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader


@dataclass(frozen=True)
class Printed:
    """A PDF: `tags` in reading order, `alternatives` of its figures, `headings`, text and fonts."""

    title: str
    language: str
    shows_title: bool
    tagged: bool
    ua_part: str
    tags: tuple[str, ...]
    alternatives: tuple[str, ...]
    headings: tuple[str, ...]
    pages: int
    text: str
    fonts: frozenset[str]

    @property
    def count(self) -> Counter[str]:
        """How often each tag stands in the document."""
        return Counter(self.tags)


def read(pdf: bytes) -> Printed:
    """Look into it."""
    reader = PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]
    elements = list(_elements(root["/StructTreeRoot"]))
    metadata = root["/Metadata"].get_data().decode()
    part = re.search(r"<pdfuaid:part>(\d)</pdfuaid:part>", metadata)
    return Printed(
        title=reader.metadata.title,
        language=root["/Lang"],
        shows_title=bool(root["/ViewerPreferences"]["/DisplayDocTitle"]),
        tagged=bool(root["/MarkInfo"]["/Marked"]),
        ua_part=part[1] if part else "",
        tags=tuple(element["/S"].removeprefix("/") for element in elements),
        alternatives=tuple(element["/Alt"] for element in elements if "/Alt" in element),
        headings=tuple(element["/T"] for element in elements if re.fullmatch(r"/H\d", element["/S"])),
        pages=len(reader.pages),
        text="\n".join(page.extract_text() for page in reader.pages),
        fonts=frozenset(
            font.get_object()["/BaseFont"].partition("+")[2]
            for page in reader.pages
            for font in page["/Resources"]["/Font"].values()
        ),
    )


def _elements(node: Any) -> Iterator[Any]:
    """Every element of the structure tree in reading order."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for child in node:
            yield from _elements(child)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node
        yield from _elements(node.get("/K", []))


def is_accessible(printed: Printed) -> bool:
    """What PDF/UA-1 (ISO 14289-1) asks of the whole document, as far as a program can see it."""
    levels = [int(tag[1]) for tag in printed.tags if re.fullmatch(r"H\d", tag)]
    steps = all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False))
    named = printed.shows_title and bool(printed.title) and bool(printed.language)
    return printed.ua_part == "1" and printed.tagged and named and steps and levels[:1] == [1]
