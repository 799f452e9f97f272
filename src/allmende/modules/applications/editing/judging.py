# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A file as its editor sees it: its parts in order, and beside each what the compiler says of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allmende.modules.applications import rules, service
from allmende.modules.applications.editing import shapes
from allmende.modules.applications.engine.compiling import Compiled, House
from allmende.modules.applications.engine.problems import Problem
from allmende.modules.applications.flowfile import LISTS, name_of
from allmende.modules.applications.models import FlowVersion
from allmende.modules.applications.rules import UnreadableError

BASICS = "basics"
NEW = ("steps", "slots", "tests")
"""Where something may be added; and to the fields of a group."""


@dataclass(frozen=True)
class Part:
    """A slot, a step, a test or what is said of the whole; `deep` is a field inside a group."""

    place: str
    name: str
    data: Any

    @property
    def kind(self) -> str:
        """basics, slot, step or test."""
        return shapes.kind_of(self.place)

    @property
    def deep(self) -> bool:
        """Whether it is a field inside a group."""
        return ".fields." in self.place and self.kind == "slot"

    @property
    def fits(self) -> bool:
        """Whether a form can show it."""
        return shapes.fits(self.place, self.data)


@dataclass(frozen=True)
class Judged:
    """A version, read and compiled. `data` is None for what is no YAML: `unreadable` says why."""

    row: FlowVersion
    data: Any = None
    unreadable: UnreadableError | None = None
    compiled: Compiled | None = None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What stands against publishing it."""
        return self.compiled.problems if self.compiled else ()

    @property
    def green(self) -> bool:
        """Whether compiler and tests have nothing against it."""
        return self.compiled is not None and not self.compiled.problems

    @property
    def misnamed(self) -> bool:
        """Whether the file names another flow or version than it is kept under."""
        named = (self.data.get("id"), self.data.get("version")) if isinstance(self.data, dict) else ("", 0)
        return self.unreadable is None and named != (self.row.flow, self.row.version)

    @property
    def name(self) -> dict[str, str]:
        """What the flow is called; its id where the file does not say."""
        found = self.data.get("name") if isinstance(self.data, dict) else None
        return found if isinstance(found, dict) and found.get("de") else {"de": self.row.flow}

    @property
    def parts(self) -> list[Part]:
        """All parts in the order of the file."""
        return list(parts(self.data)) if isinstance(self.data, dict) else []


def judged(row: FlowVersion, within: House | None = None) -> Judged:
    """What the compiler says of a version."""
    try:
        data = rules.data(row.text)
    except UnreadableError as error:
        return Judged(row, unreadable=error)
    return Judged(row, data, compiled=service.compiled(row.text, row.flow, within))


def parts(data: dict[str, Any]) -> Iterator[Part]:
    """The whole, then slots, steps and tests."""
    yield Part(BASICS, BASICS, data)
    yield from _slots(data.get("slots"), "slots")
    for kind in LISTS:
        items = data.get(kind)
        for number, item in enumerate(items if isinstance(items, list) else (), 1):
            yield Part(f"{kind}.{name_of(item, number)}", name_of(item, number), item)


def place_in(found: Iterator[Part] | list[Part], place: str) -> str:
    """The part a place of a problem lies in: the longest that it begins with; the whole for what belongs to none."""
    inside = (part.place for part in found if place == part.place or place.startswith(f"{part.place}."))
    return max(inside, key=len, default=BASICS)


def _slots(slots: Any, place: str) -> Iterator[Part]:
    for name, slot in (slots if isinstance(slots, dict) else {}).items():
        yield Part(f"{place}.{name}", name, slot)
        if isinstance(slot, dict) and slot.get("type") == "group":
            yield from _slots(slot.get("fields"), f"{place}.{name}.fields")
