# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads of the pilot study."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from allmende import __version__
from allmende.kernel.search import embedding
from allmende.kernel.search import queries as search
from allmende.kernel.town import queries as town
from allmende.modules.assistant.pilot import rules
from allmende.modules.assistant.pilot.engine import comparing
from allmende.modules.assistant.pilot.engine.comparing import Difference
from allmende.modules.assistant.pilot.engine.figures import Outcome
from allmende.modules.assistant.pilot.models import Acceptance, Assumption, PilotRun, PilotSet
from allmende.modules.assistant.pilot.questions import Question, asked


@dataclass(frozen=True)
class AssumptionView:
    """A named assumption of the relief as it holds now. `at` and `by` are empty while nobody has set it."""

    name: str
    title: str
    value: float
    unit: str
    source: str
    at: datetime | None
    by: str


@dataclass(frozen=True)
class Back:
    """What a run lost against the accepted one: questions, and figures whose lower bound fell."""

    accepted: PilotRun
    questions: list[Difference]
    figures: list[str]

    def __bool__(self) -> bool:
        return bool(self.questions or self.figures)


def sets() -> list[PilotSet]:
    """The latest version of each set, by name. One query."""
    latest: dict[str, PilotSet] = {}
    for row in PilotSet.objects.select_related("by"):
        latest.setdefault(row.name, row)
    return list(latest.values())


def pilot_set(pk: int) -> PilotSet | None:
    """One version of a set."""
    return PilotSet.objects.filter(pk=pk).first()


def latest_set(name: str) -> PilotSet | None:
    """The latest version of a set."""
    return PilotSet.objects.filter(name=name).first()


def questions(row: PilotSet) -> list[Question]:
    """The questions of a set as they are asked, the derived ones too."""
    return asked(row.questions)


def runs() -> QuerySet[PilotRun]:
    """All runs, the latest first, without what became of each question."""
    return PilotRun.objects.select_related("set", "by", "acceptance__by").defer("outcomes", "set__questions")


def run(pk: int) -> PilotRun | None:
    """One run with everything."""
    return PilotRun.objects.select_related("set", "by", "acceptance__by").defer("set__questions").filter(pk=pk).first()


def accepted(name: str) -> PilotRun | None:
    """The run of this set that was accepted last."""
    row = Acceptance.objects.filter(run__set__name=name).order_by("-pk").select_related("run__set").first()
    return row.run if row else None


def before(row: PilotRun) -> PilotRun | None:
    """The run of the same set that came before."""
    return PilotRun.objects.filter(set__name=row.set.name, pk__lt=row.pk).select_related("set").first()


def outcomes(row: PilotRun) -> list[Outcome]:
    """What became of each question."""
    return [Outcome.read(stored) for stored in row.outcomes]


def back(row: PilotRun) -> Back | None:
    """What the run lost against the accepted one; None where there is no other that was accepted."""
    base = accepted(row.set.name)
    if base is None or base.pk == row.pk:
        return None
    lost = comparing.steps_back(outcomes(base), outcomes(row), rules.step_back())
    return Back(base, lost, comparing.bounds_fallen(base.figures, row.figures, rules.step_back()))


def versions() -> dict[str, Any]:
    """Of all that takes part in an answer, as it is now."""
    count, last = town.revision()
    index = search.status()
    return {
        "house": __version__,
        "texts": f"{count}, {last.isoformat(timespec='seconds') if last else '-'}",
        "index": search.revision()[0],
        "embedding": embedding.version(),
        "documents": index.documents,
        "embedded": index.embedded,
    }


def assumptions() -> list[AssumptionView]:
    """The assumptions of the relief in their order. One query."""
    latest: dict[str, Assumption] = {}
    for row in Assumption.objects.select_related("by"):
        latest.setdefault(row.name, row)
    return [_assumption(name, known, latest.get(name)) for name, known in rules.assumptions().items()]


def _assumption(name: str, known: Mapping[str, Any], row: Assumption | None) -> AssumptionView:
    return AssumptionView(
        name=name,
        title=rules.said(known["title"]),
        value=row.value if row else known["value"],
        unit=rules.said(known["unit"]),
        source=row.source if row and row.source else rules.said(known["source"]),
        at=row.at if row else None,
        by=str(row.by or "") if row else "",
    )
