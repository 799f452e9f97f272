# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The answers of a run, row by row, as people check them before they send them, and as a receipt keeps them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from allmende.modules.applications.engine.chat import slot_at
from allmende.modules.applications.engine.fields.base import Plain
from allmende.modules.applications.engine.fields.places import FileField
from allmende.modules.applications.engine.fields.slots import GroupField, Slot
from allmende.modules.applications.engine.model import Flow
from allmende.modules.applications.engine.problems import Place, Text
from allmende.modules.applications.engine.simulate import Run


@dataclass(frozen=True)
class Row:
    """`step` is where the answer is changed. `text` is empty for what was left empty; `item` names the thing in a group."""

    step: str
    place: Place
    label: Text
    text: str
    item: Text = field(default_factory=dict)


def review(flow: Flow, run: Run, language: str) -> Iterator[Row]:
    """A row for each answer on the way, in the order of the questions; in a group one for each field of each item."""
    for step in run.path:
        for name in flow.steps[step].slots:
            if name in run.answers:
                yield from _rows(flow, step, name, run.answers[name], language)


def file_ids(slot: Slot, answer: Plain) -> list[str]:
    """Ids of the files that an answer names, in a group those of all items."""
    if isinstance(slot.field, FileField):
        return [str(reference.get("id")) for reference in answer or () if isinstance(reference, dict)]
    if isinstance(slot.field, GroupField):
        items = [item for item in answer or () if isinstance(item, dict)]
        return [
            found
            for item in items
            for inner in slot.field.slots.values()
            for found in file_ids(inner, item.get(inner.name))
        ]
    return []


def _rows(flow: Flow, step: str, name: str, answer: Plain, language: str) -> Iterator[Row]:
    outer = flow.slots[name]
    if not isinstance(outer.field, GroupField) or not answer:
        yield Row(step, Place(name), outer.label, outer.field.show(answer, language) if answer is not None else "")
        return
    for number, item in enumerate(answer):
        for inner, plain in item.items():
            slot = slot_at(flow, Place(name, number, inner))
            text = slot.field.show(plain, language) if plain is not None else ""
            yield Row(step, Place(name, number, inner), slot.label, text, outer.field.item)
