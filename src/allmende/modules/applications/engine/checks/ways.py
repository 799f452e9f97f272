# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether every step is reached and leads on, to an end and to a person."""

from collections.abc import Iterator

from allmende.modules.applications.engine.model import END, Flow
from allmende.modules.applications.engine.problems import Problem


def ways(flow: Flow, file: str) -> Iterator[Problem]:
    """Steps that nobody reaches, that lead nowhere, or end without saying what becomes of the application."""
    reached = _reached(flow)
    for step in flow.steps.values():
        place = f"steps.{step.id}"
        if step.id not in reached:
            yield Problem(file, place, "step.unreachable", {"step": step.id})
        if step.kind != "action" and not step.next:
            yield Problem(file, place, "step.dead_end", {"step": step.id})
        for edge in step.edges:
            if edge.target == END:
                yield Problem(file, edge.place, "step.ends", {"step": step.id})
    if not any(flow.steps[name].action == "handover" for name in reached):
        yield Problem(file, "steps", "person.missing")


def loops(flow: Flow, file: str) -> Iterator[Problem]:
    """Steps that lead back to themselves: with the same answers the same branch is taken again, so there is no way out."""
    seen: set[str] = set()
    for start in flow.steps:
        path: list[str] = []
        pending = [(start, False)]
        while pending:
            name, left = pending.pop()
            if left:
                path.pop()
            elif name in path:
                yield Problem(file, f"steps.{name}", "step.loop", {"steps": [*path[path.index(name) :], name]})
                return
            elif name not in seen:
                seen.add(name)
                path.append(name)
                pending.append((name, True))
                pending += [(edge.target, False) for edge in flow.steps[name].edges if edge.target in flow.steps]


def reviews(flow: Flow, file: str) -> Iterator[Problem]:
    """Nothing is sent that was not reviewed and confirmed: on every way to a submission lies a review, and no question behind it."""
    reviewed: dict[str, bool] = {flow.start: False}
    for name in flow.order:
        step = flow.steps[name]
        so_far = reviewed.get(name, False)
        if step.action == "submit" and not so_far:
            yield Problem(file, f"steps.{name}", "review.missing", {"step": name})
        after = step.kind == "review" or (so_far and step.kind != "collect")
        for edge in step.edges:
            reviewed[edge.target] = after and reviewed.get(edge.target, True)


def _reached(flow: Flow) -> set[str]:
    found, pending = {flow.start}, [flow.start]
    while pending:
        for edge in flow.steps[pending.pop()].edges:
            if edge.target in flow.steps and edge.target not in found:
                found.add(edge.target)
                pending.append(edge.target)
    return found
