# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A flow as it is after reading: steps in order, slots with their fields, expressions compiled."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

from allmende.modules.applications.engine.expressions.compiling import Expression
from allmende.modules.applications.engine.fields.places import FileField
from allmende.modules.applications.engine.fields.slots import GroupField, Slot
from allmende.modules.applications.engine.problems import Text

Kind = Literal["say", "collect", "review", "link", "action"]
Action = Literal["submit", "handover", "close"]
"""Send the application, hand over to a person, or end because nothing is to be sent."""

END = "END"


@dataclass(frozen=True)
class Edge:
    """A way from a step: its `number` among the `next` or `reject` of the step, under a condition or none."""

    step: str
    number: int
    target: str
    condition: Expression | None = None
    say: Text = field(default_factory=dict)
    rejects: bool = False

    @property
    def place(self) -> str:
        """Where it stands in the file."""
        return f"steps.{self.step}.{'reject' if self.rejects else 'next'}.{self.number}"


@dataclass(frozen=True)
class Source:
    """A service with its text module, or a statute with its section."""

    service: str = ""
    module: str = ""
    statute: str = ""
    section: str = ""


@dataclass(frozen=True)
class Step:
    """One page of the form, one turn of the chat. `slots` are collected; `confirm` are names of confirmations."""

    id: str
    kind: Kind
    say: Text = field(default_factory=dict)
    ask: Text = field(default_factory=dict)
    help: Text = field(default_factory=dict)
    slots: tuple[str, ...] = ()
    next: tuple[Edge, ...] = ()
    rejects: tuple[Edge, ...] = ()
    confirm: tuple[str, ...] = ()
    action: Action | None = None
    queue: str = ""
    link: str = ""
    sources: tuple[Source, ...] = ()

    @property
    def edges(self) -> tuple[Edge, ...]:
        """Every way from here, in the order in which they are tried."""
        return (*self.rejects, *self.next)

    @property
    def stops(self) -> bool:
        """Whether people are asked something here."""
        return self.kind in ("collect", "review")


@dataclass(frozen=True)
class FlowTest:
    """Answers on a day, and the steps they lead through."""

    name: str
    today: date
    given: Mapping[str, Any]
    path: tuple[str, ...]


@dataclass(frozen=True)
class Flow:
    """A version of a flow. `steps` and `slots` keep the order of the file; the first step is the beginning.

    `applicant` are the slots that make the name of who applies; `data_schema` is that of FIM which it fills, see `fim.instance`.
    """

    id: str
    version: int
    status: str
    unit: str
    name: Text
    steps: Mapping[str, Step]
    slots: Mapping[str, Slot]
    confirmations: Mapping[str, Text]
    applicant: tuple[str, ...] = ()
    leika: tuple[str, ...] = ()
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    legal_basis: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    tests: tuple[FlowTest, ...] = ()
    data_schema: Mapping[str, str] = field(default_factory=dict)

    @property
    def start(self) -> str:
        """The first step."""
        return next(iter(self.steps))

    @property
    def service(self) -> str:
        """Id of the service that it rests on first; empty without one."""
        return next((source.service for source in self.sources if source.service), "")

    @property
    def edges(self) -> Iterator[Edge]:
        """Every way of every step."""
        return (edge for step in self.steps.values() for edge in step.edges)

    @cached_property
    def takes_files(self) -> bool:
        """Whether any question, also of a repeated group, asks for a file."""
        groups = [slot.field for slot in self.slots.values() if isinstance(slot.field, GroupField)]
        asked = [*self.slots.values(), *(slot for group in groups for slot in group.slots.values())]
        return any(isinstance(slot.field, FileField) for slot in asked)

    @cached_property
    def person(self) -> str:
        """The step that hands over to a person; empty without one."""
        return next((step.id for step in self.steps.values() if step.action == "handover"), "")

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The steps, each before those it leads to. Raises ValueError for a flow with a loop."""
        done: dict[str, bool] = {}
        found: list[str] = []
        pending = [(self.start, False)]
        while pending:
            step, left = pending.pop()
            if left:
                done[step] = True
                found.append(step)
            elif step not in done:
                done[step] = False
                pending.append((step, True))
                pending += [(edge.target, False) for edge in self.steps[step].edges if edge.target in self.steps]
            elif not done[step]:
                raise ValueError(step)
        return tuple(reversed(found))

    @cached_property
    def stops_left(self) -> Mapping[str, int]:
        """From each step the greatest number of stops to an end, its own included."""
        left: dict[str, int] = {END: 0}
        for name in reversed(self.order):
            step = self.steps[name]
            left[name] = step.stops + max((left[edge.target] for edge in step.edges), default=0)
        return left
