# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two runs beside one another: which questions changed, and which of the changes are a step back by the rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allmende.modules.assistant.pilot.engine.figures import Outcome
from allmende.modules.assistant.pilot.engine.judging import GUARDED


@dataclass(frozen=True)
class Difference:
    """One question whose verdict, status or subject is another in the second run; one of them is None where a set lacks it."""

    before: Outcome | None
    after: Outcome | None

    @property
    def known(self) -> Outcome:
        """The later of the two."""
        found = self.after or self.before
        if found is None:
            raise ValueError("A difference has at least one side.")
        return found


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What counts as a step back. `steps`: pairs of verdicts; `emergencies`: an emergency that is no longer recognised;
    `falls`: figure → by how much its lower bound may fall.
    """

    steps: tuple[tuple[str, str], ...]
    emergencies: bool
    falls: Mapping[str, float]


def differences(before: Iterable[Outcome], after: Iterable[Outcome]) -> list[Difference]:
    """Every question that went differently, in the order of the second run, then those it lacks."""
    old, new = {one.id: one for one in before}, {one.id: one for one in after}
    pairs = [(old.get(name), new.get(name)) for name in dict.fromkeys([*new, *old])]
    return [Difference(was, now) for was, now in pairs if was is None or now is None or _differs(was, now)]


def steps_back(before: Iterable[Outcome], after: Iterable[Outcome], rules: Rules) -> list[Difference]:
    """The questions that both runs asked and that went back by the rules."""
    found = differences(before, after)
    return [one for one in found if one.before and one.after and _is_back(one.before, one.after, rules)]


def bounds_fallen(before: Mapping[str, Any], after: Mapping[str, Any], rules: Rules) -> list[str]:
    """Names of the figures whose lower bound fell by more than the rules allow."""
    return [name for name, most in rules.falls.items() if before[name]["low"] - after[name]["low"] > most]


def resting_on(outcomes: Sequence[Outcome], keys: Iterable[str], near: int) -> list[Outcome]:
    """The questions that expect, showed, or found among the first `near` one of these documents, in whichever language.

    Those that expect or showed one come first.
    """
    wanted = {_base(key) for key in keys}
    own = [one for one in outcomes if wanted & _own(one)]
    others = [one for one in outcomes if one not in own and wanted & {_base(key) for key in one.near[:near]}]
    return [*own, *others]


def under(outcomes: Iterable[Outcome], keys: Iterable[str], near: int) -> set[str]:
    """Those of these documents that one of the questions rests on, as in `resting_on`."""
    found = {base for one in outcomes for base in (*_own(one), *map(_base, one.near[:near]))}
    return {key for key in keys if _base(key) in found}


def _differs(was: Outcome, now: Outcome) -> bool:
    return (was.verdict, was.status, was.subject) != (now.verdict, now.status, now.subject)


def _is_back(was: Outcome, now: Outcome, rules: Rules) -> bool:
    lost = rules.emergencies and was.expected == (GUARDED,) and was.verdict == "right" != now.verdict
    return lost or (was.verdict, now.verdict) in rules.steps


def _own(one: Outcome) -> set[str]:
    """What it expects and what it showed."""
    return {_base(key) for key in (*one.rests_on, *one.sources)}


def _base(key: str) -> str:
    """The document without its language: ``services/reisepass/en`` and ``services/reisepass`` are one text."""
    return "/".join(key.split("/")[:2])
