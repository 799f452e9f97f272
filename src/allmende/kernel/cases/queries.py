# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads of the inbox."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import F, Q, QuerySet

from allmende.kernel.cases import access, kinds, town
from allmende.kernel.cases.models import Case, Disposal, SavedFilter
from allmende.kernel.cases.records import Contact, Record

MINE, UNIT, NOBODY = "mine", "unit", "nobody"
OPEN, FINISHED = "open", "finished"


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What the inbox shows. `state` is a state, or the groups "open" (the usual one) and "finished"."""

    whose: str = ""
    state: str = OPEN
    kind: str = ""
    overdue: bool = False
    text: str = ""


def inbox(user: Any, wanted: Filter) -> QuerySet[Case]:
    """The cases this person may see that fit; the urgent first, then those due first."""
    found = access.visible(user).select_related("assignee").defer("payload")
    found = _whose(found, user, wanted.whose)
    found = _in_state(found, wanted.state)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.overdue:
        found = found.filter(due_on__lt=town.today())
    for word in wanted.text.split():
        found = found.filter(
            Q(number__icontains=word)
            | Q(title__icontains=word)
            | Q(contact_name__icontains=word)
            | Q(contact_email__icontains=word)
        )
    return found.order_by("finished", "priority", F("due_on").asc(nulls_last=True), "number")


def _whose(found: QuerySet[Case], user: Any, whose: str) -> QuerySet[Case]:
    if whose == MINE:
        return found.filter(assignee_id=user.pk)
    if whose == UNIT:
        return found.filter(unit__in=access.own_units(user))
    return found.filter(assignee=None) if whose == NOBODY else found


def _in_state(found: QuerySet[Case], state: str) -> QuerySet[Case]:
    if state in (OPEN, FINISHED):
        return found.filter(finished=state == FINISHED)
    return found.filter(state=state) if state else found


def saved_filters(user: AbstractBaseUser) -> QuerySet[SavedFilter]:
    """The views of this person."""
    return SavedFilter.objects.filter(owner_id=user.pk)


def protocol() -> QuerySet[Disposal]:
    """The protocol of deletions, the newest first."""
    return Disposal.objects.all()


def as_record(case: Case, *, staff: bool = False) -> Record:
    """The case as its room gets it back; `staff`: to be shown to somebody who works on it."""
    return Record(
        id=str(case.pk),
        number=case.number,
        kind=case.kind,
        title=case.title,
        state=case.state,
        opened_at=case.opened_at,
        contact=Contact(name=case.contact_name, email=case.contact_email, language=case.language),
        payload=case.payload,
        staff=staff,
    )


def full_record(case: Case, language: str) -> dict[str, Any]:
    """Everything about a case as plain data: what was handed in, its history, what was written. Four queries."""
    kind = kinds.kind(case.kind)
    return {
        "number": case.number,
        "kind": case.kind,
        "kind_title": str(kind.title),
        "title": case.title,
        "state": case.state,
        "state_title": kind.flow.state(case.state).title_in(language),
        "unit": case.unit,
        "contact": {"name": case.contact_name, "email": case.contact_email, "language": case.language},
        "opened_at": case.opened_at.isoformat(),
        "due_on": case.due_on.isoformat() if case.due_on else None,
        "content": kind.exported(as_record(case), language),
        "letters": [
            {"at": row.at.isoformat(), "incoming": row.incoming, "author": row.author, "text": row.text}
            for row in case.letters.all()
        ],
        "notes": [{"at": row.at.isoformat(), "author": row.author, "text": row.text} for row in case.notes.all()],
        "history": [
            {
                "at": row.at.isoformat(),
                "what": row.what,
                "what_title": row.title,
                "who": row.actor_name,
                **_told(row.detail),
            }
            for row in case.events.all()
        ],
    }


def _told(detail: dict[str, Any]) -> dict[str, Any]:
    """What of an event's detail means something outside of the house."""
    return {name: detail[name] for name in ("to", "to_unit", "from_unit", "to_person") if name in detail}
