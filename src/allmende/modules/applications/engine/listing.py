# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The questions of a flow on paper: all of them, and which come in any case."""

from dataclasses import dataclass

from allmende.modules.applications.engine.fields.choices import EnumField, label_of
from allmende.modules.applications.engine.fields.slots import GroupField, Slot
from allmende.modules.applications.engine.model import Flow
from allmende.modules.applications.engine.paths import paths


@dataclass(frozen=True)
class Line:
    """One thing that is asked; `options` are what one can choose. `of` names the item of a group it belongs to."""

    label: str
    options: tuple[str, ...] = ()
    optional: bool = False
    of: str = ""


@dataclass(frozen=True)
class Question:
    """A step that asks; `always` unless there is a way to the end around it."""

    ask: str
    help: str
    always: bool
    lines: tuple[Line, ...]


def checklist(flow: Flow, language: str) -> list[Question]:
    """The questions in their order."""
    always = _on_every_way(flow)
    return [
        Question(
            step.ask[language],
            step.help.get(language, ""),
            step.id in always,
            tuple(line for name in step.slots for line in _lines(flow.slots[name], language)),
        )
        for step in (flow.steps[name] for name in flow.order)
        if step.kind == "collect"
    ]


def _on_every_way(flow: Flow) -> frozenset[str]:
    """The steps of all ways that end in what the flow is for: sending, or where nothing is sent, its closing."""
    ways = list(paths(flow))
    actions = {flow.steps[way[-1]].action for way in ways}
    wanted = next(action for action in ("submit", "close", "handover", None) if action in actions)
    return frozenset.intersection(*(frozenset(way) for way in ways if flow.steps[way[-1]].action == wanted))


def _lines(slot: Slot, language: str) -> list[Line]:
    if isinstance(slot.field, GroupField):
        item = slot.field.item[language]
        return [_line(inner, language, item) for inner in slot.field.slots.values()]
    return [_line(slot, language)]


def _line(slot: Slot, language: str, of: str = "") -> Line:
    field = slot.field
    options = (
        tuple(label_of(option, language) for option in field.options.values()) if isinstance(field, EnumField) else ()
    )
    return Line(slot.label[language], options, not slot.required or slot.only_if is not None, of)
