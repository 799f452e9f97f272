# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The public door of the room: open a case, and every step that a person takes with it.

Each verb is atomic, written into the history and, without content, into the audit. `revision` is the one that the person saw: when
somebody was faster nothing changes (`OtherPersonError`). `batch` joins what is undone together.
"""

import uuid
from collections.abc import Iterable

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from allmende.kernel.accounts.models import User
from allmende.kernel.audit.service import record
from allmende.kernel.cases import access, kinds
from allmende.kernel.cases.changing import OtherPersonError, changing, enter, lock
from allmende.kernel.cases.correspondence import answer, citizen_link, reply, revoke_links
from allmende.kernel.cases.engine.workflow import CITIZEN, STAFF, TAKE
from allmende.kernel.cases.models import Case, Note, SavedFilter
from allmende.kernel.cases.opening import open_case
from allmende.kernel.cases.records import Contact
from allmende.kernel.cases.undoing import TooLateError, last_withdrawal, undo, undo_withdrawal

__all__ = [
    "Contact",
    "OtherPersonError",
    "TooLateError",
    "answer",
    "assign",
    "assign_all",
    "citizen_link",
    "forget_filter",
    "hand_over",
    "last_withdrawal",
    "move",
    "note",
    "note_export",
    "open_case",
    "reply",
    "revoke_links",
    "save_filter",
    "take",
    "undo",
    "undo_withdrawal",
    "withdraw",
]


def take(case: Case, *, actor: AbstractBaseUser, revision: int | None = None, batch: uuid.UUID | None = None) -> Case:
    """Make the case one's own; a new one is in progress from now on."""
    with changing(case, "taken", actor=actor, revision=revision, batch=batch) as change:
        change.case.assignee_id = actor.pk
        if further := kinds.kind(change.case.kind).flow.led_by(change.case.state, TAKE):
            enter(change.case, further)
            change.detail["to"] = further
    return change.case


def assign(
    case: Case,
    to: User | None,
    *,
    actor: AbstractBaseUser,
    revision: int | None = None,
    batch: uuid.UUID | None = None,
) -> Case:
    """Give the case to a colleague, or (None) to nobody. Raises Http404 for somebody who may not see it."""
    with changing(case, "assigned", actor=actor, revision=revision, batch=batch) as change:
        if to is not None:
            access.check_work(to, change.case)
        change.case.assignee_id = to.pk if to else None
        change.detail["to_person"] = str(to) if to else ""
    return change.case


@transaction.atomic
def assign_all(ids: Iterable[uuid.UUID], to: User | None, *, actor: AbstractBaseUser) -> tuple[uuid.UUID, int]:
    """Give several cases to a colleague in one go: all of them, or none; the batch to undo it by, and how many. Raises Http404."""
    batch = uuid.uuid4()
    rows = lock(ids)
    for row in rows:
        assign(row, to, actor=actor, batch=batch)
    return batch, len(rows)


def hand_over(
    case: Case, unit: str, *, actor: AbstractBaseUser, revision: int | None = None, batch: uuid.UUID | None = None
) -> Case:
    """Pass the case on to another unit, where nobody has it yet; afterwards one may no longer see it oneself."""
    with changing(case, "handed_over", actor=actor, revision=revision, batch=batch) as change:
        change.detail |= {"from_unit": change.case.unit, "to_unit": unit}
        change.case.unit, change.case.assignee_id = unit, None
    return change.case


def move(
    case: Case, to: str, *, actor: AbstractBaseUser, revision: int | None = None, batch: uuid.UUID | None = None
) -> Case:
    """Lead the case into another state. Raises OtherPersonError when no step leads there for the staff."""
    with changing(case, "moved", actor=actor, revision=revision, batch=batch) as change:
        _step(change.case, to, STAFF)
        change.detail["to"] = to
    return change.case


def withdraw(case: Case, *, actor: AbstractBaseUser | None = None, batch: uuid.UUID | None = None) -> Case:
    """Take the case back for its citizen; without an actor the citizen does it. Raises OtherPersonError when it is too late."""
    with changing(case, "withdrawn", actor=actor, batch=batch) as change:
        to = kinds.kind(change.case.kind).flow.withdrawn
        _step(change.case, to, STAFF if actor else CITIZEN)
        change.detail["to"] = to
    return change.case


def note(
    case: Case, text: str, *, actor: AbstractBaseUser, revision: int | None = None, batch: uuid.UUID | None = None
) -> Case:
    """Leave a note for colleagues."""
    with changing(case, "noted", actor=actor, revision=revision, batch=batch) as change:
        written = Note.objects.create(case=change.case, author=str(actor), text=text, at=timezone.now())
        change.detail["note"] = written.pk
    return change.case


def note_export(case: Case, *, actor: AbstractBaseUser) -> None:
    """Write down that the whole case was downloaded; that changes nothing in it."""
    access.check_work(actor, case)
    record("cases.case.exported", actor=actor, subject=f"case:{case.number}")


def save_filter(name: str, query: str, *, owner: AbstractBaseUser) -> SavedFilter:
    """Keep a view of the inbox under a name; the same name again replaces it."""
    saved, _made = SavedFilter.objects.update_or_create(owner_id=owner.pk, name=name, defaults={"query": query})
    return saved


def forget_filter(pk: int, *, owner: AbstractBaseUser) -> None:
    """Forget one of one's own views. Raises Http404."""
    count, _kinds = SavedFilter.objects.filter(pk=pk, owner_id=owner.pk).delete()
    if not count:
        raise Http404


def _step(row: Case, to: str, who: str) -> None:
    if not kinds.kind(row.kind).flow.may(row.state, to, who):
        raise OtherPersonError
    enter(row, to)
