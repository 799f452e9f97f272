# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether every slot is collected, once on each way, and before anything reads it."""

from collections.abc import Iterator

from allmende.modules.applications.engine.expressions.compiling import Expression
from allmende.modules.applications.engine.fields.slots import GroupField, Slot
from allmende.modules.applications.engine.model import END, Flow, Step
from allmende.modules.applications.engine.problems import Problem


def slots(flow: Flow, file: str) -> Iterator[Problem]:
    """The flow has no loop. What is collected on all ways to a step is there for certain, what on some ways perhaps."""
    used = {name for step in flow.steps.values() for name in step.slots}
    for name in flow.slots.keys() - used:
        yield Problem(file, f"slots.{name}", "slot.unused", {"slot": name})
    certain: dict[str, frozenset[str]] = {flow.start: frozenset()}
    perhaps: dict[str, frozenset[str]] = {flow.start: frozenset()}
    for name in flow.order:
        step = flow.steps[name]
        for slot in step.slots:
            if slot in perhaps[name]:
                yield Problem(file, f"steps.{name}.collect", "slot.twice", {"slot": slot})
        yield from _early(flow, step, certain[name], file)
        sure, maybe = certain[name].union(step.slots), perhaps[name].union(step.slots)
        for edge in step.edges:
            if edge.target != END:
                certain[edge.target] = sure & certain.get(edge.target, sure)
                perhaps[edge.target] = maybe | perhaps.get(edge.target, frozenset())


def _early(flow: Flow, step: Step, certain: frozenset[str], file: str) -> Iterator[Problem]:
    for name in step.slots:
        for place, expression in _computed(flow.slots[name], f"slots.{name}"):
            for missing in sorted(expression.uses - certain):
                yield Problem(file, place, "slot.early", {"slot": missing, "step": step.id})
        certain |= {name}
    for edge in step.edges:
        for missing in sorted((edge.condition.uses if edge.condition else frozenset()) - certain):
            yield Problem(file, edge.place, "slot.early", {"slot": missing, "step": step.id})


def _computed(slot: Slot, place: str) -> Iterator[tuple[str, Expression]]:
    """What a slot computes, and what the fields of its items read outside their item."""
    for expression in slot.expressions:
        yield place, expression
    if isinstance(slot.field, GroupField):
        before: set[str] = set()
        for name, inner in slot.field.slots.items():
            for expression in inner.expressions:
                outside = Expression(expression.text, expression.kind, expression.uses - before, expression.run)
                yield f"{place}.fields.{name}", outside
            before.add(name)
