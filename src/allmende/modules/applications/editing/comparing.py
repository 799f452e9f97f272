# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two versions of a flow beside one another: which parts are new, gone or changed, and their texts word by word."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from allmende.kernel.web.editing.choices import Offered
from allmende.kernel.web.editing.comparing import CONTEXT_LINES, LIKE_LINES, Difference, differences
from allmende.kernel.web.engine.diff import diff
from allmende.modules.applications.editing import shapes
from allmende.modules.applications.editing.judging import BASICS, Judged, Part


@dataclass(frozen=True)
class Change:
    """A part that is not the same: `state` is new, gone or changed."""

    part: Part
    state: str
    differences: tuple[Difference, ...]


def changes(old: Judged, new: Judged, offered: Offered) -> list[Change]:
    """What changed, in the order of the newer file. Files that cannot be read are compared line by line."""
    if not (isinstance(old.data, dict) and isinstance(new.data, dict)):
        whole = lines(old.row.text, new.row.text, "YAML")
        return [Change(Part(BASICS, BASICS, None), "changed", whole)] if whole else []
    return list(_changes(old, new, offered))


def lines(old: str, new: str, title: str) -> tuple[Difference, ...]:
    """Two texts line by line; nothing for equal ones."""
    found = diff(old, new, context=CONTEXT_LINES, likeness=LIKE_LINES)
    return (Difference(title, "", found),) if found else ()


def part_changes(place: str, old: Any, new: Any, offered: Offered) -> tuple[Difference, ...]:
    """What changed in one part, as its form calls it; what no form shows as YAML."""
    if all(data is None or shapes.fits(place, data) for data in (old, new)):
        before, after = (shapes.shown(place, data) if data is not None else {} for data in (old, new))
        return differences(shapes.layout_of(place, after or before), before, after, offered)
    return lines(shapes.as_yaml(old), shapes.as_yaml(new), "YAML")


def _changes(old: Judged, new: Judged, offered: Offered) -> Iterator[Change]:
    before = {part.place: part for part in old.parts}
    after = {part.place: part for part in new.parts}
    for place, part in after.items():
        was = before[place].data if place in before else None
        if was is None or _own(part) != _own(before[place]):
            state = "changed" if place in before else "new"
            yield Change(part, state, part_changes(place, was, part.data, offered))
    for place, part in before.items():
        if place not in after:
            yield Change(part, "gone", part_changes(place, part.data, None, offered))
    orders = ([part.place for part in parts if not part.deep] for parts in (old.parts, new.parts))
    moved = [[place for place in order if place in before and place in after] for order in orders]
    if moved[0] != moved[1]:
        order = lines("\n".join(moved[0]), "\n".join(moved[1]), _("Reihenfolge"))
        yield Change(Part(BASICS, BASICS, None), "moved", order)


def _own(part: Part) -> Any:
    """What is said of the part itself: not its slots, steps and tests, of a group not its fields."""
    data = part.data
    inner = ("slots", "steps", "tests", "version", "status") if part.place == BASICS else ("fields",)
    return [(key, value) for key, value in data.items() if key not in inner] if isinstance(data, dict) else data
