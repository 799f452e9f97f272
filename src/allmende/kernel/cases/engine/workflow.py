# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""States as data: what a states file says, checked when it is read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

STAFF, CITIZEN = "staff", "citizen"
TAKE, REPLY = "take", "reply"
DELETE, ANONYMISE = "delete", "anonymise"
GERMAN = "de"


class WorkflowError(ValueError):
    """A states file contradicts itself; the text says where."""


@dataclass(frozen=True, kw_only=True)
class State:
    """One state. `keep_days` None: a case stays until its state changes."""

    name: str
    title: Mapping[str, str]
    badge: str = "info"
    clock: bool = True
    finished: bool = False
    keep_days: int | None = None
    afterwards: str = DELETE

    def title_in(self, language: str) -> str:
        """What it is called."""
        return self.title.get(language, self.title[GERMAN])


@dataclass(frozen=True, kw_only=True)
class Step:
    """A way between states, who may go it, and what makes it happen by itself."""

    origins: tuple[str, ...]
    to: str
    by: tuple[str, ...] = ()
    upon: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Workflow:
    """The states of a kind of case and the steps between them."""

    version: int
    initial: str
    withdrawn: str
    states: Mapping[str, State]
    steps: tuple[Step, ...]
    working_days: int | None = None

    def next(self, state: str, who: str) -> tuple[State, ...]:
        """Where this person may lead a case from a state, in the order of the file."""
        wanted = {step.to for step in self._from(state) if who in step.by}
        return tuple(found for name, found in self.states.items() if name in wanted)

    def may(self, state: str, to: str, who: str) -> bool:
        """Whether this person may lead a case from one state to the other."""
        return any(found.name == to for found in self.next(state, who))

    def led_by(self, state: str, happening: str) -> str:
        """Where a happening leads by itself; empty when nowhere."""
        return next((step.to for step in self._from(state) if happening in step.upon), "")

    def state(self, name: str) -> State:
        """The state of that name; one that the file does not know any more keeps its name and stays open."""
        return self.states.get(name) or State(name=name, title={GERMAN: name}, clock=False)

    def _from(self, state: str) -> Iterator[Step]:
        return (step for step in self.steps if state in step.origins)


def read(data: Mapping[str, Any], keep_days: Mapping[str, int] | None = None) -> Workflow:
    """The workflow of a file's content; `keep_days` replaces its days by state. Raises WorkflowError."""
    other = dict(keep_days or {})
    try:
        states = {name: State(name=name, **item) for name, item in data["states"].items()}
        states |= {
            name: State(name=name, **{**data["states"][name], "keep_days": days}) for name, days in other.items()
        }
        steps = tuple(
            Step(origins=tuple(row["from"]), to=row["to"], by=tuple(row.get("by", ())), upon=tuple(row.get("upon", ())))
            for row in data["steps"]
        )
        flow = Workflow(
            version=data["version"],
            initial=data["initial"],
            withdrawn=data["withdrawn"],
            working_days=data.get("working_days"),
            states=states,
            steps=steps,
        )
    except (KeyError, TypeError) as error:
        raise WorkflowError(f"The states file lacks or does not know {error}.") from error
    if problems := list(_problems(flow)):
        raise WorkflowError(" ".join(problems))
    return flow


def _problems(flow: Workflow) -> Iterator[str]:
    named = {flow.initial, flow.withdrawn, *_ends(flow.steps)}
    yield from (f"The state {name!r} is named but not described." for name in sorted(named - set(flow.states)))
    for name, state in flow.states.items():
        if GERMAN not in state.title:
            yield f"The state {name!r} has no German title."
        if state.afterwards not in (DELETE, ANONYMISE):
            yield f"After the state {name!r} a case can be deleted or made anonymous, not {state.afterwards!r}."
        if state.finished and (state.keep_days is None or state.clock):
            yield f"The state {name!r} is finished: its clock stands and it says how many days a case is kept."
    unknown = {word for step in flow.steps for word in (*step.by, *step.upon)} - {STAFF, CITIZEN, TAKE, REPLY}
    yield from (f"Nobody is called {word!r}." for word in sorted(unknown))
    reached = _reachable(flow)
    yield from (f"No step leads to the state {name!r}." for name in sorted(set(flow.states) - reached))
    yield from (
        f"No step leads out of the state {name!r}."
        for name, state in flow.states.items()
        if not state.finished and not any(name in step.origins for step in flow.steps)
    )


def _ends(steps: Iterable[Step]) -> Iterator[str]:
    for step in steps:
        yield from (*step.origins, step.to)


def _reachable(flow: Workflow) -> set[str]:
    reached, before = {flow.initial}, set[str]()
    while reached != before:
        before = set(reached)
        reached |= {step.to for step in flow.steps if reached & set(step.origins)}
    return reached
