# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What rests on texts that were changed: answers that citizens got, questions of the sets, and what other rooms declare.

A question is set aside while it went wrong since the accepted run, with or without a person's will: it is no yardstick for publications
any more until somebody accepts another run. That it is one shows here and in the report.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from allmende.kernel.registry import Dependents, Text, registry, resolve
from allmende.kernel.town import queries as town
from allmende.modules.assistant.pilot import queries, rules
from allmende.modules.assistant.pilot.engine import comparing
from allmende.modules.assistant.pilot.engine.figures import Outcome
from allmende.modules.assistant.pilot.engine.judging import RIGHT
from allmende.modules.assistant.pilot.models import PilotRun, Recheck
from allmende.modules.assistant.staff import sources

WAITING, KEPT, LOST, AS_BEFORE = "waiting", "kept", "lost", "as_before"


@dataclass(frozen=True)
class Resting:
    """A question that rests on a text. `state`: not asked since the change, still right, lost, or not right before either."""

    outcome: Outcome
    state: str


@dataclass(frozen=True)
class Other:
    """Something of another room that rests on a text."""

    title: str
    url: str
    kind: Text
    quarantined: bool


@dataclass(frozen=True)
class Changed:
    """A text that was changed, and what rests on it. `answers`: those of the period that showed a wording it no longer has."""

    key: str
    title: str
    url: str
    at: datetime
    answers: int
    questions: tuple[Resting, ...]
    others: tuple[Other, ...]

    @property
    def waits(self) -> bool:
        """Whether a question was not asked since the change."""
        return any(one.state == WAITING for one in self.questions)


def changed(days: int) -> list[Changed]:
    """The texts that were changed in the last days, the latest first."""
    until = timezone.localdate()
    since = until - timedelta(days=days - 1)
    found = town.changed_texts(timezone.now() - timedelta(days=days))
    known = {row.key: row for row in sources.sources(since, until)}
    questions, others = _questions(found), _others(found)
    rows = [
        Changed(
            key=key,
            title=known[key].title if key in known else key,
            url=known[key].url if key in known else "",
            at=at,
            answers=sum(known[name].outdated for name in (key, f"{key}/en") if name in known),
            questions=tuple(questions[key]),
            others=tuple(others[key]),
        )
        for key, at in found.items()
    ]
    return sorted(rows, key=lambda row: row.at, reverse=True)


def bases() -> list[PilotRun]:
    """The run of each set that its questions are measured by: the accepted one, else the latest."""
    found = []
    for row in queries.sets():
        base = queries.accepted(row.name) or PilotRun.objects.filter(set__name=row.name).select_related("set").first()
        found += [base] if base else []
    return found


def set_aside(base: PilotRun) -> set[str]:
    """Ids of the questions that were right in this run and went wrong since."""
    if not rules.sets_aside("questions"):
        return set()
    now = _latest(base)
    lost = comparing.steps_back(queries.outcomes(base), [one for one, _at in now.values()], rules.step_back())
    return {one.known.id for one in lost}


def _questions(found: Mapping[str, datetime]) -> dict[str, list[Resting]]:
    """Key → the questions that rest on it, of every set."""
    resting: dict[str, list[Resting]] = defaultdict(list)
    for base in bases():
        outcomes, now, aside = queries.outcomes(base), _latest(base), set_aside(base)
        for key, at in found.items():
            for one in comparing.resting_on(outcomes, [key], near=0):
                resting[key].append(_resting(one, now, at, aside))
    return resting


def _resting(one: Outcome, now: Mapping[str, tuple[Outcome, datetime]], at: datetime, aside: set[str]) -> Resting:
    latest, asked_at = now[one.id]
    if asked_at < at:
        return Resting(latest, WAITING)
    if one.id in aside:
        return Resting(latest, LOST)
    return Resting(latest, KEPT if latest.verdict == RIGHT else AS_BEFORE)


def _latest(base: PilotRun) -> dict[str, tuple[Outcome, datetime]]:
    """Id → what became of the question when it was asked last, in this run, a later one of the set, or a recheck."""
    later: Sequence[PilotRun | Recheck] = [
        base,
        *PilotRun.objects.filter(set=base.set_id, at__gt=base.at),
        *Recheck.objects.filter(set=base.set_id, at__gt=base.at),
    ]
    found: dict[str, tuple[Outcome, datetime]] = {}
    for row in sorted(later, key=lambda row: row.at):
        found |= {one.id: (one, row.at) for one in map(Outcome.read, row.outcomes)}
    return found


def _others(found: Mapping[str, datetime]) -> dict[str, list[Other]]:
    resting: dict[str, list[Other]] = defaultdict(list)
    for declared in registry().all(Dependents):
        rows: list[Mapping[str, Any]] = list(resolve(declared.resting)(sorted(found))) if found else []
        for row in rows:
            other = Other(str(row["title"]), str(row["url"]), declared.title, bool(row["quarantined"]))
            resting[str(row["key"])].append(other)
    return resting
