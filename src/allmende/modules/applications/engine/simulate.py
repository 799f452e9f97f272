# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A flow over answers: nothing is remembered between two turns, so a second tab, Back and a resumed draft need no care of their own.

The walk begins at the first step and goes on as far as the answers reach. Answers on branches that are not taken are not
part of the run and so are never submitted; they come back when the branch is taken again.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from allmende.modules.applications.engine.expressions.compiling import TODAY
from allmende.modules.applications.engine.fields.base import Plain
from allmende.modules.applications.engine.fields.slots import OPEN, check_all
from allmende.modules.applications.engine.model import END, Action, Edge, Flow, Step
from allmende.modules.applications.engine.problems import Fault, Place, Text
from allmende.modules.applications.engine.setting import Setting

Answers = Mapping[str, Plain]
"""Slot → answer. None means left empty on purpose, no entry that it was not asked yet."""


@dataclass(frozen=True)
class Notice:
    """What is said on the way, perhaps with a link, before the stop of this number (from 0)."""

    say: Text
    before: int
    link: str = ""


@dataclass(frozen=True)
class Progress:
    """Stops that lie behind, and how many more there are at most, the current one included."""

    done: int
    left: int


@dataclass(frozen=True)
class Run:
    """Where the answers lead. `path` ends with the current step; `values` are the answers as expressions see them."""

    path: tuple[str, ...]
    edges: tuple[Edge, ...]
    stops: tuple[str, ...]
    answers: Mapping[str, Plain]
    values: Mapping[str, Any]
    dropped: frozenset[str]
    faults: tuple[Fault, ...]
    open: Place | None
    notices: tuple[Notice, ...]
    progress: Progress
    outcome: Action | None = None
    queue: str = ""

    @property
    def at(self) -> str:
        """The step where the answers end."""
        return self.path[-1]

    def reaches(self, step: str) -> bool:
        """Whether one may open this step: it lies behind, or is the current one."""
        return step in self.path

    def back(self, step: str = "") -> str:
        """The stop before a step, by default before the current one; empty at the first."""
        place = self._place(step or self.at)
        return self.stops[place - 1] if place else ""

    def forward(self, step: str) -> str:
        """The stop after one that lies behind, or the step where the run ends."""
        place = self._place(step) + 1
        return self.stops[place] if place < len(self.stops) else self.at

    def notices_at(self, step: str) -> tuple[Notice, ...]:
        """What is said between the stop before this step and the step."""
        place = self._place(step)
        return tuple(notice for notice in self.notices if notice.before == place)

    def _place(self, step: str) -> int:
        return self.stops.index(step) if step in self.stops else len(self.stops)


@dataclass
class _Walk:
    """What is gathered on the way."""

    scope: dict[str, Any]
    path: list[str] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    stops: list[str] = field(default_factory=list)
    answers: dict[str, Plain] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


def simulate(flow: Flow, answers: Answers, setting: Setting, confirmed: Collection[str] = ()) -> Run:
    """Walk through a flow that compiled without problems. `confirmed` are the confirmations given at the review."""
    walk = _Walk({TODAY: setting.today})
    name = flow.start
    step = flow.steps[name]
    while True:
        step = flow.steps[name]
        walk.path.append(name)
        if step.say or step.link:
            walk.notices.append(Notice(step.say, len(walk.stops), step.link))
        if not _passes(step, flow, answers, setting, confirmed, walk) or step.action:
            break
        edge = _way(step, walk.scope)
        walk.edges.append(edge)
        if edge.say:
            walk.notices.append(Notice(edge.say, len(walk.stops)))
        if edge.target == END:
            break
        name = edge.target
    return _run(flow, answers, step, walk)


def _passes(
    step: Step, flow: Flow, answers: Answers, setting: Setting, confirmed: Collection[str], walk: _Walk
) -> bool:
    """Whether everything that this step asks is there and right."""
    if not step.stops:
        return True
    walk.stops.append(step.id)
    if step.kind == "review":
        return set(step.confirm) <= set(confirmed)
    _values, kept, faults = check_all((flow.slots[name] for name in step.slots), answers, walk.scope, setting)
    walk.answers |= kept
    walk.faults += faults
    return not faults


def _way(step: Step, scope: Mapping[str, Any]) -> Edge:
    return next(edge for edge in step.edges if edge.condition is None or edge.condition.run(scope))


def _run(flow: Flow, answers: Answers, step: Step, walk: _Walk) -> Run:
    done = len(walk.stops) - (1 if step.stops else 0)
    return Run(
        path=tuple(walk.path),
        edges=tuple(walk.edges),
        stops=tuple(walk.stops),
        answers=walk.answers,
        values={name: value for name, value in walk.scope.items() if name in walk.answers},
        dropped=frozenset(answers.keys() - walk.answers.keys() - {fault.place.slot for fault in walk.faults}),
        faults=tuple(fault for fault in walk.faults if fault.key != OPEN),
        open=walk.faults[0].place if walk.faults else None,
        notices=tuple(walk.notices),
        progress=Progress(done, flow.stops_left[step.id]),
        outcome=step.action,
        queue=step.queue if step.action else "",
    )
