# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""All ways through a flow, and which of them its own tests take."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from allmende.modules.applications.engine.model import END, Edge, Flow, FlowTest
from allmende.modules.applications.engine.problems import Problem
from allmende.modules.applications.engine.setting import Setting, Town
from allmende.modules.applications.engine.simulate import Run, simulate
from allmende.modules.applications.engine.words import Words

MOST_PATHS = 5000
"""Ways that are listed; there may be more, see count_paths()."""


def count_paths(flow: Flow) -> int:
    """How many ways lead from the beginning to an end. The flow has no loop."""
    ways: dict[str, int] = {END: 1}
    for name in reversed(flow.order):
        edges = flow.steps[name].edges
        ways[name] = sum(ways[edge.target] for edge in edges) if edges else 1
    return ways[flow.start]


def paths(flow: Flow) -> Iterator[tuple[str, ...]]:
    """The steps of each way, at most MOST_PATHS. The flow has no loop."""
    pending: list[tuple[str, ...]] = [(flow.start,)]
    for _count in range(MOST_PATHS):
        while pending:
            path = pending.pop()
            edges = flow.steps[path[-1]].edges if path[-1] != END else ()
            if not edges:
                yield tuple(step for step in path if step != END)
                break
            pending += [(*path, edge.target) for edge in reversed(edges)]
        if not pending:
            return


@dataclass(frozen=True)
class Coverage:
    """Ways of the flow and those that its tests take."""

    edges: tuple[Edge, ...]
    taken: frozenset[tuple[str, int, bool]]

    @property
    def untested(self) -> tuple[Edge, ...]:
        """The ways that no test takes."""
        return tuple(edge for edge in self.edges if key_of(edge) not in self.taken)

    @property
    def share(self) -> float:
        """Between 0 and 1; 1 for a flow of a single step."""
        return (len(self.edges) - len(self.untested)) / len(self.edges) if self.edges else 1


def key_of(edge: Edge) -> tuple[str, int, bool]:
    """Which way of its step it is."""
    return edge.step, edge.number, edge.rejects


def run_test(flow: Flow, test: FlowTest, words: Words, town: Town) -> Run:
    """The run of a test: its answers on its day, everything confirmed."""
    return simulate(flow, test.given, Setting(test.today, words, town), flow.confirmations)


def coverage(flow: Flow, runs: Iterable[Run]) -> Coverage:
    """What these runs cover together."""
    return Coverage(tuple(flow.edges), frozenset(key_of(edge) for run in runs for edge in run.edges))


def test_problems(flow: Flow, runs: Mapping[str, Run], file: str) -> Iterator[Problem]:
    """Tests that go another way than they say, that answer what is not asked, and ways that none takes."""
    for test in flow.tests:
        run, place = runs[test.name], f"tests.{test.name}"
        if run.faults:
            fault = run.faults[0]
            yield Problem(file, place, "test.fault", {"slot": str(fault.place), "fault": fault.key})
        elif run.path != test.path:
            at = next((n for n, pair in enumerate(zip(run.path, test.path, strict=False)) if pair[0] != pair[1]), None)
            at = min(len(run.path), len(test.path)) if at is None else at
            expected, found = (path[at] if at < len(path) else END for path in (test.path, run.path))
            yield Problem(file, place, "test.path", {"number": at + 1, "expected": expected, "found": found})
        elif run.dropped:
            yield Problem(file, place, "test.dropped", {"slots": sorted(run.dropped)})
    for edge in coverage(flow, runs.values()).untested:
        told = edge.condition.text if edge.condition else "else"
        yield Problem(file, edge.place, "test.untested", {"condition": told, "target": edge.target})
