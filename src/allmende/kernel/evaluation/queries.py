# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads of the room."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from allmende.kernel.evaluation.figures import Figure, flat
from allmende.kernel.evaluation.models import Run
from allmende.kernel.registry import AISystem, Evaluation, Text, registry

KEPT = 10
"""How many runs of an evaluation the page shows."""


@dataclass(frozen=True)
class Measured:
    """One declared evaluation: whom it judges, its last runs (newest first), and the figures of the last one."""

    evaluation: Evaluation
    systems: tuple[AISystem, ...]
    runs: tuple[Run, ...]

    @property
    def title(self) -> Text:
        """What it is called: its own title, else whom it judges, else what is typed."""
        systems = ", ".join(str(system.title) for system in self.systems)
        return self.evaluation.title or systems or self.evaluation.name

    @property
    def latest(self) -> Run | None:
        """The last run, if there was one."""
        return self.runs[0] if self.runs else None

    @property
    def figures(self) -> list[Figure]:
        """The figures of the last run, first those that its room names, in that order: PostgreSQL keeps none."""
        return sorted(flat(self.runs[0].figures), key=self._place) if self.runs else []

    def _place(self, figure: Figure) -> tuple[int, str]:
        names = list(self.evaluation.figures)
        known = figure.name if figure.name in names else figure.name.partition(".")[0]
        return (names.index(known) if known in names else len(names), figure.name)

    def label(self, name: str) -> Text:
        """A figure's name in words: its own, or that of its group and the rest; else the name itself."""
        names = self.evaluation.figures
        group, _dot, rest = name.partition(".")
        if name in names or group not in names:
            return names.get(name, name)
        return f"{names[group]}: {rest}"

    @property
    def rows(self) -> list[tuple[Text, Figure]]:
        """The figures of the last run, each with its name in words."""
        return [(self.label(figure.name), figure) for figure in self.figures]

    @property
    def headline(self) -> list[str]:
        """Names of up to three figures that the history shows: shares first."""
        numbers = [one for one in self.figures if not isinstance(one.value, str)]
        return [one.name for one in sorted(numbers, key=lambda one: not one.is_share)[:3]]

    @property
    def history(self) -> list[tuple[Run, list[tuple[Text, Figure | None]]]]:
        """Each run with its headline figures and their names in words."""
        rows = []
        for run in self.runs:
            found = {one.name: one for one in flat(run.figures)}
            rows.append((run, [(self.label(name), found.get(name)) for name in self.headline]))
        return rows

    @property
    def command(self) -> str:
        """How to measure, or how the last figures were measured."""
        if self.latest:
            return self.latest.command
        return f"allmende evaluate {self.evaluation.name} {self.evaluation.arguments}".rstrip()


def measured() -> list[Measured]:
    """Every declared evaluation, in the order of the rooms."""
    newest = Window(RowNumber(), partition_by="evaluation", order_by=[F("at").desc(), F("pk").desc()])
    runs: dict[str, list[Run]] = defaultdict(list)
    for run in Run.objects.annotate(row=newest).filter(row__lte=KEPT).order_by("-at", "-pk"):
        runs[run.evaluation].append(run)
    systems: dict[str, list[AISystem]] = defaultdict(list)
    for system in registry().all(AISystem):
        systems[system.evaluation].append(system)
    return [
        Measured(evaluation=one, systems=tuple(systems[one.name]), runs=tuple(runs[one.name]))
        for one in registry().all(Evaluation)
    ]


def latest(name: str) -> Run | None:
    """The last run of an evaluation."""
    return Run.objects.filter(evaluation=name).order_by("-at", "-pk").first()
