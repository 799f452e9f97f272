# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What really happened in a period, of the assistant and of every room that declares counts; none says anything about single people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from allmende.kernel.evaluation.service import metrics
from allmende.kernel.registry import Statistic, Text, registry, resolve
from allmende.modules.assistant.models import Answer
from allmende.modules.assistant.pilot import rules
from allmende.modules.assistant.pilot.engine.suppressing import rounded
from allmende.modules.assistant.staff import rules as review
from allmende.modules.assistant.staff.queries import EXAMPLE
from allmende.modules.assistant.staff.times import within

Counted = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """One count. None is a count too small to be told; `share` is of rounded counts, None where there is none."""

    label: str
    count: int | None
    share: float | None
    seconds: float | None

    @property
    def hidden(self) -> bool:
        """Whether the count is too small to be told."""
        return self.count is None


@dataclass(frozen=True)
class Block:
    """Counts that belong together."""

    title: Text
    rows: tuple[Row, ...]


def blocks(since: date, until: date) -> list[Block]:
    """The assistant's own counts, then those of the rooms that declare some."""
    found = [Block(title, tuple(map(_row, counted))) for title, counted in _own(since, until)]
    for declared in registry().all(Statistic):
        counted = sorted(resolve(declared.count)(since, until), key=lambda one: str(one["group"]))
        for group, rows in groupby(counted, key=lambda one: str(one["group"])):
            found.append(Block(f"{declared.title}: {group}", tuple(map(_row, rows))))
    return [block for block in found if block.rows]


def _own(since: date, until: date) -> Iterable[tuple[str, list[Counted]]]:
    asked = Answer.objects.filter(within("asked_at", since, until)).exclude(channel=EXAMPLE).order_by()
    by_status = dict(asked.values_list("status").annotate(n=Count("pk")))
    total = sum(by_status.values())
    titles = review.titles("statuses")
    yield _("Ergebnisse"), [_counted(titles[name], by_status.get(name, 0), total) for name in titles]
    rated = asked.exclude(feedback=None)
    helpful = rated.filter(feedback__helpful=True).count()
    yield _("Bewertungen"), [_counted(_("hilfreich"), helpful, rated.count())]
    talks = asked.values("conversation").annotate(n=Count("pk"))
    several = talks.filter(n__gt=1).count()
    yield _("Gespräche"), [_counted(_("mit mehr als einer Frage"), several, talks.count())]
    millis = list(asked.values_list("millis", flat=True))
    yield (
        _("Dauer einer Antwort"),
        [
            {**_counted(_("jede zweite war schneller"), total), "seconds": metrics.percentile(millis, 50) / 1000},
            {**_counted(_("95 von 100 waren schneller"), total), "seconds": metrics.percentile(millis, 95) / 1000},
        ],
    )


def _counted(label: str, count: int, of: int | None = None) -> Counted:
    return {"label": label, "count": count, "of": of}


def _row(counted: Counted) -> Row:
    k = rules.number("k")
    count, of = rounded(counted["count"], k), counted.get("of")
    whole = rounded(of, k) if of is not None else None
    share = min(1.0, count / whole) if count is not None and whole else None
    return Row(str(counted["label"]), count, share, counted.get("seconds") if count else None)
