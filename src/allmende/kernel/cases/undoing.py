# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Undo instead of "are you sure": whoever took a step may take it back for a while, unless somebody else has gone on from there."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from allmende.kernel.cases import rules
from allmende.kernel.cases.changing import PUT_BACK, Change, OtherPersonError, lock, plain, write
from allmende.kernel.cases.models import Case, Event, Letter, Note
from allmende.kernel.messages import service as messages

DATES = {"due_on": date.fromisoformat, "delete_on": date.fromisoformat, "state_since": datetime.fromisoformat}


class TooLateError(Exception):
    """The step is older than may be undone, or its letter has left the house."""


@transaction.atomic
def undo(batch: uuid.UUID, *, actor: AbstractBaseUser) -> list[Case]:
    """Take back everything that this person did in one go; all of it, or nothing.

    Empty when there is nothing of the kind. Raises OtherPersonError when one of the cases has changed since, TooLateError.
    """
    events = list(Event.objects.filter(batch=batch, actor_id=str(actor.pk), what__in=undoable()))
    rows = {row.pk: row for row in lock(event.case_id for event in events)}
    return [_take_back(rows[event.case_id], event, actor) for event in events]


@transaction.atomic
def undo_withdrawal(case: Case) -> list[Case]:
    """Take back that the citizen withdrew the case; empty when that is not the last thing that happened."""
    last = last_withdrawal(case)
    return [_take_back(lock([case.pk])[0], last, None)] if last else []


def last_withdrawal(case: Case) -> Event | None:
    """That the citizen withdrew the case, as long as it can be taken back."""
    last = case.events.filter(what="withdrawn", revision=case.revision).first()
    return last if last and may_be_undone(last, "", case.revision) else None


def undoable() -> tuple[str, ...]:
    """The steps that can be taken back."""
    return tuple(name for name, event in rules.EVENTS.items() if event.undo)


def may_be_undone(event: Event, actor_id: str, revision: int) -> bool:
    """Whether this person may take back this step of a case that has this revision."""
    fresh = timezone.now() - event.at < timedelta(minutes=rules.UNDO_MINUTES)
    return event.what in undoable() and event.actor_id == actor_id and event.revision == revision and fresh


def _take_back(row: Case, event: Event, actor: AbstractBaseUser | None) -> Case:
    if row.revision != event.revision:
        raise OtherPersonError
    if timezone.now() - event.at >= timedelta(minutes=rules.UNDO_MINUTES):
        raise TooLateError
    _take_back_words(event)
    before = {name: plain(getattr(row, name)) for name in PUT_BACK}
    for name in PUT_BACK:
        setattr(row, name, _value(name, event.before[name]))
    write(Change(row, {"what": event.what}), "undone", actor=actor, before=before)
    return row


def _take_back_words(event: Event) -> None:
    """Delete the note or letter that came with the step."""
    if "note" in event.detail:
        Note.objects.filter(pk=event.detail["note"]).delete()
    if "ticket" in event.detail:
        letter = Letter.objects.get(ticket=event.detail["ticket"])
        if letter.has_left or (event.detail["by_email"] and not messages.take_back(letter.message_key)):
            raise TooLateError
        letter.delete()


def _value(name: str, value: Any) -> Any:
    return DATES[name](value) if value is not None and name in DATES else value
