# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What changed between two texts: line by line, and word by word within lines that are alike.

Lines are aligned after Ratcliff and Obershelp (difflib, without its rule against frequent lines).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest

WORD = re.compile(r"\s+|\w+(?:[.,:]\w+)*|[^\w\s]")


class Change(StrEnum):
    """What happened to a piece of text."""

    SAME = "same"
    INSERTED = "inserted"
    DELETED = "deleted"


@dataclass(frozen=True)
class Piece:
    """Some words, and what happened to them."""

    change: Change
    text: str


@dataclass(frozen=True)
class Line:
    """A line of the newer text, or one that was deleted; `skipped` unchanged lines are left out in its place."""

    pieces: tuple[Piece, ...] = ()
    skipped: int = 0

    @property
    def changed(self) -> bool:
        """Whether anything in it was inserted or deleted."""
        return any(piece.change is not Change.SAME for piece in self.pieces)


def diff(old: str, new: str, *, context: int = 1, likeness: float = 0.4) -> tuple[Line, ...]:
    """The newer text with what was inserted and deleted, `context` unchanged lines around each change.

    `likeness` (0 to 1) is the share of common words from which on two lines count as one that was changed. Equal texts
    have no lines.
    """
    if old == new:
        return ()
    before, after = old.splitlines(), new.splitlines()
    lines: list[Line] = []
    for what, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            lines += (_whole(Change.SAME, text) for text in after[j1:j2])
        else:
            lines += _replaced(before[i1:i2], after[j1:j2], likeness)
    return tuple(_shortened(lines, context))


def _whole(change: Change, text: str) -> Line:
    return Line((Piece(change, text),))


def _replaced(before: Sequence[str], after: Sequence[str], likeness: float) -> Iterator[Line]:
    for old, new in zip_longest(before, after):
        if old is not None and new is not None:
            tokens = WORD.findall(old), WORD.findall(new)
            matcher = SequenceMatcher(None, *tokens, autojunk=False)
            if matcher.ratio() >= likeness:
                yield Line(tuple(_words(matcher, *tokens)))
                continue
        if old is not None:
            yield _whole(Change.DELETED, old)
        if new is not None:
            yield _whole(Change.INSERTED, new)


def _words(matcher: "SequenceMatcher[str]", old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    deleted = inserted = ""
    for what, i1, i2, j1, j2 in matcher.get_opcodes():
        was, now = "".join(old[i1:i2]), "".join(new[j1:j2])
        if what != "equal" or ((deleted or inserted) and now.isspace()):  # a space between two changes is no pause
            deleted, inserted = deleted + was, inserted + now
            continue
        yield from _changed(deleted, inserted)
        deleted = inserted = ""
        yield Piece(Change.SAME, now)
    yield from _changed(deleted, inserted)


def _changed(deleted: str, inserted: str) -> Iterator[Piece]:
    """What was replaced, without the space at the end that both have in common."""
    common = inserted[len(inserted.rstrip()) :] if deleted.endswith(inserted[len(inserted.rstrip()) :]) else ""
    end = -len(common) or None
    if deleted[:end]:
        yield Piece(Change.DELETED, deleted[:end])
    if inserted[:end]:
        yield Piece(Change.INSERTED, inserted[:end])
    if common:
        yield Piece(Change.SAME, common)


def _shortened(lines: Sequence[Line], context: int) -> Iterator[Line]:
    """Leave out unchanged lines further than `context` from any change; a single one is not worth leaving out."""
    shown = _near(lines, context)
    position = 0
    while position < len(lines):
        end = position
        while end < len(lines) and end not in shown:
            end += 1
        if end - position > 1:
            yield Line(skipped=end - position)
        else:
            end = max(end, position + 1)
            yield from lines[position:end]
        position = end


def _near(lines: Iterable[Line], context: int) -> set[int]:
    changed = [position for position, line in enumerate(lines) if line.changed]
    return {near for position in changed for near in range(position - context, position + context + 1)}
