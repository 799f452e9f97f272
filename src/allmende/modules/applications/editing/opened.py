# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One part of a file in its form: opened, sent, rearranged, and put back into the file."""

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from allmende.kernel.web.editing import entries
from allmende.kernel.web.editing.entries import Entries
from allmende.kernel.web.editing.layout import Layout
from allmende.modules.applications.editing import layouts, renaming, shapes
from allmende.modules.applications.editing.judging import BASICS
from allmende.modules.applications.flowfile import LISTS, FlowFile


@dataclass(frozen=True)
class Opened:
    """A form in somebody's browser. `seen` marks what stood there when it was opened; `after` is where something new is to stand."""

    place: str
    layout: Layout
    entries: Entries
    seen: str
    after: str = ""
    focus: str = ""

    @property
    def new(self) -> bool:
        """Whether it is about something that is not in the file yet."""
        return is_new(self.place)

    @property
    def form(self) -> dict[str, Any]:
        """What is typed, as data of the form."""
        return entries.data_of(self.layout, self.entries, {})


def is_new(place: str) -> bool:
    """Whether a place is where something is added: ``steps``, ``slots.hunde.fields``."""
    return place in (*LISTS, "slots") or (place.startswith("slots.") and place.endswith(".fields"))


def mark(data: Any) -> str:
    """A short mark of a part: equal marks, equal contents."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16] if data is not None else ""


def part_of(file: FlowFile, place: str) -> Any:
    """What stands at a place; of the whole without its slots, steps and tests. None where there is nothing."""
    if place == BASICS:
        return {key: value for key, value in file.data.items() if key not in (*LISTS, "slots")}
    return None if is_new(place) else file.get(place)


def fresh(file: FlowFile, place: str, after: str = "") -> Opened:
    """The form as it is when it is opened."""
    data = part_of(file, place) or {}
    form = shapes.shown(place if not is_new(place) else f"{place}.", data)
    layout = shapes.layout_of(place, form)
    return Opened(place, layout, entries.entries_of(layout, form), mark(part_of(file, place)), after)


def sent(place: str, post: QueryDict) -> Opened:
    """The form as somebody sent it, with the rows rearranged as its buttons ask."""
    whole = layouts.SLOT if shapes.kind_of(place) == "slot" else shapes.layout_of(place, {})
    typed = entries.received(whole, post)
    wish = post.get("rows", "")
    focus = entries.rearranged(whole, typed, wish) if wish else ""
    if not wish:
        entries.without_empty_rows(whole, typed)
    layout = shapes.layout_of(place, entries.data_of(whole, typed, {}))
    return Opened(place, layout, typed, post.get("seen", ""), post.get("after", ""), focus)


def renewed(form: Opened, file: FlowFile) -> Opened:
    """The form with what is typed, as if it had been opened now."""
    return replace(form, seen=mark(part_of(file, form.place)))


def changed(file: FlowFile, form: Opened) -> str:
    """Put what is typed into the file; the place where it stands then. Raises EntryError."""
    base = part_of(file, form.place) or {}
    shown = shapes.shown(form.place, base) if base else {}
    made = entries.data_of(form.layout, form.entries, shown)
    part = shapes.said(form.place, made, base)
    if form.place == BASICS:
        for key in {*base, *part}:
            if key not in part:
                file.remove(key)
            elif part[key] != base.get(key):
                file.put(key, part[key])
        return BASICS
    place = _renamed(file, form, str(made.get("key", "")))
    file.put(place, part)
    if form.new:
        place = _named(place, part, file)
        if form.after:
            file.move_behind(place, form.after)
    place = _named(place, part, file)
    _follow(file, base.get("id"), part.get("id"))
    return place


def _follow(file: FlowFile, old: Any, new: Any) -> None:
    """Let what names a step name it by its new id; not where another step has the old one, or both would have the new."""
    ids = [step.get("id") for step in file.data.get("steps") or () if isinstance(step, dict)]
    if isinstance(old, str) and isinstance(new, str) and old not in ids and ids.count(new) == 1:
        renaming.step(file, old, new)


def _renamed(file: FlowFile, form: Opened, key: str) -> str:
    """Where a part is to stand: a slot under its name, a step or test where it is, what is new at the end."""
    kind = shapes.kind_of(form.place)
    if kind != "slot":
        return f"{form.place}.{len(file.data.get(form.place) or ()) + 1}" if form.new else form.place
    parent, old = (form.place, "") if form.new else form.place.rsplit(".", 1)
    if not key or "." in key:
        raise shapes.EntryError("key", "key", key)
    if key != old and file.get(f"{parent}.{key}") is not None:
        raise shapes.EntryError("key", "twice", key)
    if not form.new and key != old:
        file.rename(form.place, key)
        if parent == "slots":
            renaming.slot(file, old, key)
    return f"{parent}.{key}"


def _named(place: str, part: dict[str, Any], file: FlowFile) -> str:
    """The place of a step or test after its id or name was changed."""
    kind = place.partition(".")[0]
    if kind not in LISTS:
        return place
    name = part.get("id", part.get("name"))
    return f"{kind}.{name}" if isinstance(name, str) and file.get(f"{kind}.{name}") == part else place
