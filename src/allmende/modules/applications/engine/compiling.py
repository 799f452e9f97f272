# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From the data of a file to a flow that may be published, or to everything that stands against it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema_rs import Draft202012Validator

from allmende.modules.applications.engine.checks.slots import slots
from allmende.modules.applications.engine.checks.texts import Known, sources, translations, units
from allmende.modules.applications.engine.checks.ways import loops, reviews, ways
from allmende.modules.applications.engine.model import Flow
from allmende.modules.applications.engine.paths import Coverage, coverage, run_test, test_problems
from allmende.modules.applications.engine.problems import Problem, Text
from allmende.modules.applications.engine.reading import read_flow
from allmende.modules.applications.engine.schema import plain, shape_problems
from allmende.modules.applications.engine.setting import Town
from allmende.modules.applications.engine.words import Words


@dataclass(frozen=True)
class House:
    """What flows are compiled against: the shape, the confirmations of the house, the town, and German words."""

    validator: Draft202012Validator
    confirmations: Mapping[str, Text]
    words: Words
    town: Town
    known: Known | None = None


@dataclass(frozen=True)
class Compiled:
    """`flow` is None when the shape is wrong. `sound` flows may be run, flows without problems published."""

    flow: Flow | None
    problems: tuple[Problem, ...]
    coverage: Coverage | None = None

    @property
    def sound(self) -> bool:
        """Whether it can be simulated: all that is wrong are texts, sources or tests."""
        return self.coverage is not None


def compile_flow(data: Any, file: str, house: House) -> Compiled:
    """Read and check. Later checks rest on earlier ones, so a file whose shape is wrong hears of its shape alone."""
    data = plain(data)
    found = list(shape_problems(data, file, house.validator))
    if found:
        return Compiled(None, tuple(found))
    flow, found = read_flow(data, file, house.confirmations)
    said = [*translations(data, file), *sources(flow, file, house.known), *units(flow, file, house.known)]
    tangled = [*(problem for problem in found if problem.key == "step.unknown"), *loops(flow, file)]
    found += [problem for problem in (*ways(flow, file), *tangled) if problem not in found]
    if not tangled:  # the checks below follow every way to its end
        found += [*reviews(flow, file), *slots(flow, file)]
    if found:
        return Compiled(flow, tuple(found + said))
    runs = {test.name: run_test(flow, test, house.words, house.town) for test in flow.tests}
    if len(runs) < len(flow.tests):
        said.append(Problem(file, "tests", "test.twice"))
    said += test_problems(flow, runs, file)
    return Compiled(flow, tuple(said), coverage(flow, runs.values()))
