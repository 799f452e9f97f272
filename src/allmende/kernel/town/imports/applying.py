# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is done with planned records: written, left alone, withdrawn, or kept back for an editor.

What somebody changed here is never overwritten: the content that stands here is compared with what the import left.
What becomes public passes the gates (`kernel.evaluation.gates`), as an editor's text does.
"""

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import DatabaseError, transaction

from allmende.kernel.evaluation.gates import ObjectedError, Publication, pass_gates
from allmende.kernel.town import models, rules, search_documents, service, writing
from allmende.kernel.town.editing import history
from allmende.kernel.town.errors import TownDataError
from allmende.kernel.town.imports import reasons
from allmende.kernel.town.imports.ledger import Ledger
from allmende.kernel.town.imports.models import Import, ImportedRecord
from allmende.kernel.town.imports.planning import Plan
from allmende.kernel.town.imports.rules import CONFLICT, INVALID, OBJECTED, OUTSIDE, TAKEN, WAITING

logger = logging.getLogger(__name__)

WITHDRAWN_BY_IMPORT = "withdrawn"
"""Stands where the hash of what the import left would stand."""


@dataclass(frozen=True)
class Present:
    """A record as it stands here: its state, and the hash of its content, empty when nobody knows that."""

    status: str
    content: str


class Applier:
    """Applies plans of one kind. `force` is an editor's word: what was changed here gives way; `reason` is one against the gates."""

    def __init__(
        self,
        ledger: Ledger,
        kind: service.Kind[Any],
        actor: AbstractBaseUser | None,
        *,
        force: bool = False,
        reason: str = "",
    ):
        self._ledger, self._kind, self._actor, self._force, self._reason = ledger, kind, actor, force, reason
        self._origin = origin_of(ledger.run)

    def apply(self, plans: Sequence[Plan]) -> None:
        """Do what is to be done, in one transaction of the caller, and keep in the ledger what was done."""
        present = self._present([plan.row.local_id for plan in plans if plan.row.local_id])
        before = {plan.row.key: plan.row.state for plan in plans}
        writes = []
        for plan in plans:
            plan.row.applied = plan.mark
            if self._decide(plan, present.get(plan.row.local_id)):
                writes.append(plan)
        if writes and not self._ledger.dry:
            self._write(writes)
        for plan in plans:
            if plan.row.outcome or plan.row.state != before[plan.row.key]:
                plan.row.run = self._ledger.run
        self._ledger.save(plan.row for plan in plans)

    def _decide(self, plan: Plan, here: Present | None) -> bool:
        """Settle the row's state; says whether its shape is to be written."""
        row = plan.row
        if row.gone:
            self._withdraw(row, here)
        elif plan.outside:
            _settle(row, OUTSIDE)
        elif row.problems:
            row.local_id = row.local_id if row.written else ""
            row.state, row.outcome = INVALID, ""
        elif plan.shape is None:
            _settle(row, TAKEN, "unchanged")  # a unit of the town's own
        else:
            return self._decide_on(row, plan, here)
        return False

    def _decide_on(self, row: ImportedRecord, plan: Plan, here: Present | None) -> bool:
        arriving = content_hash(plan.shape.plain())
        if self._force and here is not None and here.status in rules.public_states():
            plan.shape = plan.shape.model_copy(update={"status": rules.PUBLISHED})
        verdict = "write" if self._force or here is None else _verdict(row.written, arriving, plan.shape.status, here)
        if verdict == "conflict":
            _hold(row, CONFLICT, reasons.changed_here if row.written else reasons.made_here)
        elif verdict == "waiting":
            _hold(row, WAITING, reasons.awaits_consent)
        else:
            _settle(row, TAKEN, "written" if verdict == "write" else "unchanged")
            row.written = arriving
            return verdict == "write"
        return False

    def _withdraw(self, row: ImportedRecord, here: Present | None) -> None:
        """What the source deleted leaves the public, unless somebody changed it here."""
        if here is None or here.status == rules.WITHDRAWN or not row.written:
            _settle(row, TAKEN, "unchanged" if row.written else "")
            return
        if here.content != row.written and not self._force:
            _hold(row, CONFLICT, reasons.deleted_there)
            return
        try:
            if not self._ledger.dry:
                service.withdraw(self._kind, row.local_id, actor=self._actor, reason=self._origin)
            _settle(row, TAKEN, "deleted")
            row.written = WITHDRAWN_BY_IMPORT
        except TownDataError as error:
            problems = [(problem.field, problem.message) for problem in error.problems]
            _hold(row, INVALID, lambda: problems)

    def _write(self, plans: Sequence[Plan]) -> None:
        """All at once; what is refused is tried in halves, so that a single record keeps nobody else out."""
        try:
            with transaction.atomic():
                self._store(plans)
                self._pass_gates(plans)
        except (DatabaseError, ObjectedError) as refusal:
            if len(plans) == 1:
                _refuse(plans[0], refusal)
                return
            middle = len(plans) // 2
            self._write(plans[:middle])
            self._write(plans[middle:])

    def _pass_gates(self, plans: Sequence[Plan]) -> None:
        """Raises ObjectedError. Whoever began the import is its author: another person overrides."""
        public = [plan.row.local_id for plan in plans if plan.shape.status in rules.public_states()]
        keys = tuple(key for local_id in public for key in search_documents.keys(self._kind.name, local_id))
        if keys:
            publication = Publication(self._kind.name, " ".join(public), keys)
            pass_gates(publication, actor=self._actor, author_id=self._ledger.run.actor_id, reason=self._reason)

    def _store(self, plans: Sequence[Plan]) -> None:
        shapes = [plan.shape for plan in plans]
        service.store(self._kind, shapes, self._actor, embed=False, origin=self._origin)
        wanted = {other for shape in shapes for other in getattr(shape, "related", ())}
        there = set(models.Service.objects.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()
        for plan in plans:
            related = list(getattr(plan.shape, "related", ()))
            plan.row.relations = related if set(related) - there else []

    def _present(self, ids: Sequence[str]) -> dict[str, Present]:
        """What stands here of these ids, locked until the transaction ends."""
        rows = self._kind.model._default_manager.filter(pk__in=ids)
        rows = rows if self._ledger.dry else rows.select_for_update()
        states = dict(rows.values_list("pk", "status"))
        latest = history.latest_of(self._kind.name, list(states))
        return {
            pk: Present(status, content_hash(latest[pk].data) if pk in latest else "") for pk, status in states.items()
        }


def relate(ledger: Ledger) -> None:
    """Relations to services that came later than those they belong to. What is still missing waits for the next import."""
    waiting = ImportedRecord.objects.filter(source=ledger.run.source, kind="service").exclude(relations=[])
    rows = list(waiting.only("pk", "local_id", "relations"))
    if not rows or ledger.dry:
        return
    writing.relate({row.local_id: row.relations for row in rows})
    wanted = {other for row in rows for other in row.relations}
    there = set(models.Service.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    done = [row.pk for row in rows if set(row.relations) <= there]
    ImportedRecord.objects.filter(pk__in=done).update(relations=[])


def content_hash(plain: dict[str, Any]) -> str:
    """What tells one content from another, whatever state it is in and however an amount is written."""
    content = {name: value for name, value in plain.items() if name != "status"}
    if "fees" in content:
        content["fees"] = [{**fee, "amount": _cents(fee.get("amount"))} for fee in content["fees"]]
    written = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def origin_of(run: Import) -> str:
    """Where a version came from: the source and the name of the delivery."""
    return f"{run.source}: {run.name}"[:200]


def _verdict(left: str, arriving: str, status: str, here: Present) -> str:
    """write, keep, conflict or waiting, for something that stands here already.

    `left` is the content the import left last, `arriving` the one it brings now in that state.
    """
    is_public = here.status in rules.public_states()
    untouched = left in (here.content, WITHDRAWN_BY_IMPORT) and (here.status != rules.WITHDRAWN or left != here.content)
    ours = bool(left) and untouched
    if arriving == here.content and here.status != rules.WITHDRAWN:
        return "write" if status in rules.public_states() and not is_public else "keep"
    if arriving == left:
        return "keep"  # the source brings nothing new: what was changed here stays
    if not ours:
        return "conflict"
    return "waiting" if is_public and status not in rules.public_states() else "write"


def _settle(row: ImportedRecord, state: str, outcome: str = "") -> None:
    row.state, row.outcome, row.problems = state, outcome, {}


def _refuse(plan: Plan, refusal: Exception) -> None:
    """Keep back what could not be written; the import has left what it left before."""
    plan.row.written = plan.left
    if isinstance(refusal, ObjectedError):
        _hold(plan.row, OBJECTED, lambda: reasons.objected(refusal))
        return
    logger.error("The imported record %s could not be written.", plan.row, exc_info=refusal)
    _hold(plan.row, INVALID, reasons.refused_by_database)


def _hold(row: ImportedRecord, state: str, why: Any) -> None:
    """Keep the record back for an editor."""
    row.state, row.outcome, row.problems = state, "", reasons.in_each_language(why)


def _cents(amount: str | None) -> str | None:
    try:
        return None if amount is None else str(Decimal(amount).quantize(Decimal("0.01")))
    except InvalidOperation:
        return amount
