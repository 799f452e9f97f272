# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether a text says only what already stands there, word for word."""

import re
from collections.abc import Iterable

MARK = re.compile(r"^(?:[-–•*]|\d{1,2}[.)]|\(\d{1,2}[a-z]?\))\s+")
"""What a line of a list begins with."""

BRACKETS = re.compile(r"\s*\([^()]*\)$")
"""A remark in brackets at the end, which a card may leave out."""


class Shown:
    """Lines that a reader sees."""

    def __init__(self, lines: Iterable[str]) -> None:
        whole = [line for text in lines for line in _lines(text)]
        # a card shows the law of a line as a link behind it, and a source writes it in brackets
        self._lines = frozenset(whole) | frozenset(BRACKETS.sub("", line) for line in whole)
        self._sentences = frozenset(sentence for line in whole for sentence in _sentences(line))

    def holds(self, text: str) -> bool:
        """Whether every line of the text is one of them, or is made of sentences of theirs; nothing is held of no text."""
        lines = _lines(text)
        return bool(lines) and all(line in self._lines or set(_sentences(line)) <= self._sentences for line in lines)


def _lines(text: str) -> list[str]:
    """The lines without their list mark and with single spaces."""
    found = (MARK.sub("", " ".join(line.split())) for line in text.splitlines())
    return [line for line in found if line]


def _sentences(line: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+", line)
