# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a case is changed: locked, checked, written down in its history and in the audit, all in one transaction."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import Http404

from allmende.kernel.audit.service import record
from allmende.kernel.cases import access, kinds, town
from allmende.kernel.cases.engine import clock
from allmende.kernel.cases.models import Case, Event

PUT_BACK = ("unit", "assignee_id", "state", "finished", "state_since", "due_on", "days_left", "delete_on")
"""What steps change and `undo` puts back."""


class OtherPersonError(Exception):
    """Somebody was faster, or the state of the case does not lead there. Nothing was changed."""


@dataclass
class Change:
    """A change in the making: the locked row, and what the history will say beside who and when."""

    case: Case
    detail: dict[str, Any] = field(default_factory=dict)


@contextmanager
def changing(
    case: Case,
    what: str,
    *,
    actor: AbstractBaseUser | None,
    revision: int | None = None,
    batch: uuid.UUID | None = None,
) -> Iterator[Change]:
    """The case, locked; what the body does to it is kept with its history. `revision` is the one that the person saw.

    Without an actor it is the citizen or the house. Raises Http404 for those who may not know of the case, OtherPersonError when
    it has changed meanwhile.
    """
    with transaction.atomic():
        row = _locked(case)
        if actor is not None:
            access.check_work(actor, row)
        if revision is not None and row.revision != revision:
            raise OtherPersonError
        before = {name: plain(getattr(row, name)) for name in PUT_BACK}
        change = Change(row)
        yield change
        write(change, what, actor=actor, before=before, batch=batch)


def lock(ids: Iterable[uuid.UUID]) -> list[Case]:
    """The cases, locked in one order, so that two people who change several at once do not wait for each other for ever."""
    return list(Case.objects.select_for_update().filter(pk__in=list(ids)).order_by("pk"))


def _locked(case: Case) -> Case:
    rows = lock([case.pk])
    if not rows:
        raise Http404
    return rows[0]


def write(
    change: Change, what: str, *, actor: AbstractBaseUser | None, before: dict[str, Any], batch: uuid.UUID | None = None
) -> None:
    """Keep the row, its event and the entry of the audit."""
    row = change.case
    row.revision += 1
    row.changed_at = town.now()
    row.save(update_fields=[name.removesuffix("_id") for name in PUT_BACK] + ["revision", "changed_at"])
    tell(row, what, actor=actor, detail=change.detail, before=before, batch=batch)


def tell(
    row: Case,
    what: str,
    *,
    actor: AbstractBaseUser | None,
    detail: dict[str, Any],
    before: dict[str, Any],
    batch: uuid.UUID | None = None,
) -> None:
    """Write down that something happened: in the history of the case and, without a word of it, in the audit."""
    Event.objects.create(
        case=row,
        what=what,
        actor_id=str(actor.pk) if actor else "",
        actor_name=str(actor) if actor else "",
        detail=detail,
        before=before,
        revision=row.revision,
        batch=batch or uuid.uuid4(),
    )
    record(
        f"cases.case.{what}",
        actor=actor,
        subject=f"case:{row.number}",
        detail={"kind": row.kind, "state": row.state, "unit": row.unit},
    )


def enter(row: Case, state: str) -> None:
    """Lead the case into a state: its clock runs or stands, and when it is deleted is known or open."""
    today, found = town.today(), kinds.kind(row.kind).flow.state(state)
    row.state, row.state_since, row.finished = state, town.now(), found.finished
    if found.clock:
        _run(row, today)
    else:
        _stop(row, today)
    row.delete_on = today + timedelta(days=found.keep_days) if found.keep_days is not None else None


def _run(row: Case, today: date) -> None:
    if row.days_left is not None:
        row.due_on = clock.due_after(today, row.days_left, town.working_days(row.unit))
        row.days_left = None


def _stop(row: Case, today: date) -> None:
    if row.due_on is not None:
        row.days_left = clock.between(today, row.due_on, town.working_days(row.unit))
        row.due_on = None


def plain(value: Any) -> Any:
    """The value as JSON holds it."""
    return value.isoformat() if hasattr(value, "isoformat") else value
