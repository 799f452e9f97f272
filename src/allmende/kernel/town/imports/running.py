# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""An import from beginning to end: take in, organisational units, services, summary.

Each batch is one transaction and leaves everything consistent; what an interrupted import left undone is recognised in
the ledger and done by the next one, so nothing is lost and nothing is done twice.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from itertools import islice
from math import ceil
from typing import IO, Any, Protocol, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from allmende.kernel.evaluation import gates
from allmende.kernel.town import search_documents
from allmende.kernel.town import service as town
from allmende.kernel.town.imports import applying, rules
from allmende.kernel.town.imports.circumstances import Surroundings
from allmende.kernel.town.imports.delivery import Delivery, File
from allmende.kernel.town.imports.engine.xzufi import ONLINE, RESPONSIBILITY, SERVICE, SPECIALISATION, UNIT
from allmende.kernel.town.imports.ledger import Ledger
from allmende.kernel.town.imports.models import Import, ImportedRecord
from allmende.kernel.town.imports.planning import Plan, ServicePlanner, UnitPlanner
from allmende.kernel.town.imports.reading import Arrival, arrivals

T = TypeVar("T")
Batch = tuple[int, list[Arrival]]
AROUND = (UNIT, ONLINE, RESPONSIBILITY, SPECIALISATION)
ENDS = {
    "xzufi": re.compile(rb"</(?:\w+:)?(?:schreibe|loesche)>"),
    "json": re.compile(rb'"id"\s*:'),
    "csv": re.compile(rb"\n"),
}
"""What there is about one of for each record: good enough to tell how far an import is."""


class Steps(Protocol):
    """How far it is, and the transaction around each batch: `jobs.Progress`, or the command line's own."""

    done: int

    def total(self, count: int) -> None:
        """How many batches there are in all."""

    def message(self, text: str) -> None:
        """A line for people."""

    @property
    def each(self) -> Callable[..., Iterator[Any]]:
        """``each(batches, key=…, prepare=…)``: the body of the loop is one transaction, `prepare` runs before it."""


def carry_out(
    run: Import, delivery: Delivery, steps: Steps, *, actor: AbstractBaseUser | None = None, dry: bool = False
) -> dict[str, int]:
    """Do it; the numbers of the summary. Dry, the same is found out and nothing is written."""
    ledger = Ledger(run, dry=dry)
    _receive(ledger, delivery, steps)
    units = UnitPlanner(ledger, Surroundings(run, ledger.rows(AROUND)))
    _apply(ledger, UNIT, units, applying.Applier(ledger, town.UNIT, actor), steps)
    others = ledger.rows(AROUND)
    services = ServicePlanner(ledger, Surroundings(run, others), [row.local_id for row in others if row.kind == UNIT])
    _apply(ledger, SERVICE, services, applying.Applier(ledger, town.SERVICE, actor), steps)
    with transaction.atomic():
        applying.relate(ledger)
        ledger.end([file.name for file in delivery.files])
    steps.message(_("Der Import ist fertig"))
    return ledger.counts()


def estimate(delivery: Delivery, form: str) -> int:
    """About how many records there are."""
    return sum(_count(file, ENDS[form]) for file in delivery.files)


def _receive(ledger: Ledger, delivery: Delivery, steps: Steps) -> None:
    bounds = rules.limits()
    expected = estimate(delivery, ledger.run.form)
    steps.total(ceil(expected / bounds["receive_batch"]) + ceil(expected / bounds["apply_batch"]))
    steps.message(_("Die Lieferung wird gelesen."))
    for _number, batch in steps.each(_batches(arrivals(delivery, ledger.run.form)), key=_number_of):
        ledger.take(batch)


def _apply(ledger: Ledger, kind: str, planner: Any, applier: applying.Applier, steps: Steps) -> None:
    due = [row for row in ledger.rows([kind]) if planner.is_due(row)]
    batches = list(_cut(due, _watched(kind, due), rules.limits()["apply_batch"]))
    steps.total(steps.done + len(batches))
    plan: Callable[[Sequence[ImportedRecord]], list[Plan]] = planner.plan
    if kind == SERVICE and batches:
        steps.message(_("Die Leistungen werden übernommen."))
    for plans in steps.each(batches, key=_last, prepare=plan):
        applier.apply(plans)


def _watched(kind: str, rows: Sequence[ImportedRecord]) -> set[str]:
    """Ids of the records that a gate will look at closely."""
    keys = {key: row.local_id for row in rows if row.local_id for key in search_documents.keys(kind, row.local_id)}
    return {keys[key] for key in gates.watched(keys)}


def _cut(rows: Sequence[ImportedRecord], alone: Set[str], size: int) -> Iterator[list[ImportedRecord]]:
    """Batches in their order. What a gate looks at comes alone: on SQLite nobody else writes meanwhile."""
    batch: list[ImportedRecord] = []
    for row in rows:
        if batch and (len(batch) == size or not alone.isdisjoint((row.local_id, batch[-1].local_id))):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _batches(found: Iterable[Arrival]) -> Iterator[Batch]:
    """Numbered batches, no more records in all than allowed."""
    bounded = iter(islice(found, rules.limits()["records"]))
    number = 0
    while batch := list(islice(bounded, rules.limits()["receive_batch"])):
        yield number, batch
        number += 1


def _number_of(batch: Batch) -> int:
    return batch[0]


def _last(rows: Sequence[ImportedRecord]) -> int:
    """What a batch is recognised by after an interruption: everything up to this record is done."""
    return rows[-1].pk or 0


def _count(file: File, pattern: re.Pattern[bytes]) -> int:
    if file.open is None:
        return 0
    with file.open() as stream:
        return sum(len(pattern.findall(chunk)) for chunk in _chunks(stream))


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(1 << 20):
        yield chunk
