# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Callbacks: a citizen leaves a number, a clerk calls back, then everything is deleted.

Nothing personal reaches the audit or the log: entries name the callback by its id. The private link is the id signed with the
server's secret key, so it is stored nowhere.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.signing import BadSignature, Signer, TimestampSigner
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from allmende.kernel.accounts import queries as accounts
from allmende.kernel.accounts.access import has_right
from allmende.kernel.audit.service import record
from allmende.kernel.registry import Right, registry
from allmende.kernel.town import queries as town
from allmende.kernel.town.cards import UnitCard
from allmende.modules.assistant import handover, rules
from allmende.modules.assistant.handover import Slot
from allmende.modules.assistant.models import Callback

RIGHT = "assistant.callbacks"
OPEN, TAKEN, DONE = "open", "taken", "done"
LINKS = Signer(sep=".", salt="allmende.modules.assistant.callback.link")
TICKETS = TimestampSigner(salt="allmende.modules.assistant.callback.form")


class OtherClerkError(Exception):
    """A colleague was faster, or the callback's state does not lead there. Nothing was changed."""


@dataclass(frozen=True)
class Wish:
    """What a citizen filled in. `phone` as written, `dial` in E.164; `slot` None for any opening hours; `consent` the words agreed to."""

    name: str
    phone: str
    dial: str
    slot: Slot | None
    note: str
    consent: str


def ticket() -> str:
    """The key of the next callback, signed: it is put into the form, so that sending the form twice stores one callback."""
    return TICKETS.sign(str(uuid.uuid4()))


def key_of(form_ticket: str) -> uuid.UUID | None:
    """The key in a ticket; None where it is forged or too old."""
    try:
        return uuid.UUID(TICKETS.unsign(form_ticket, max_age=timedelta(hours=rules.callbacks()["link_hours"])))
    except BadSignature:
        return None


def link(callback: Callback) -> str:
    """What stands in the address of the citizen's own page for this callback."""
    return LINKS.sign(str(callback.pk))


def by_link(signed: str) -> Callback:
    """The callback of a private link. Raises Http404 for a forged link and when there is nothing any more."""
    try:
        found = pending(uuid.UUID(LINKS.unsign(signed)), done=True)
    except BadSignature:
        raise Http404 from None
    if found is None:
        raise Http404
    return found


def pending(key: uuid.UUID | None, *, done: bool = False) -> Callback | None:
    """The callback of that key while somebody still has to call; with `done` also afterwards, until it is deleted."""
    found = Callback.objects.filter(pk=key).first() if key else None
    return found if found and (done or found.state != DONE) else None


@transaction.atomic
def request(key: uuid.UUID, wish: Wish, *, language: str, unit_id: str, channel: str) -> Callback:
    """Store a callback; the same key again returns the stored one and changes nothing."""
    office = handover.office_for(unit_id, language)
    callback, created = Callback.objects.get_or_create(
        pk=key,
        defaults={
            "name": wish.name,
            "phone": wish.phone,
            "dial": wish.dial,
            "wanted_from": wish.slot.begins if wish.slot else None,
            "wanted_to": wish.slot.ends if wish.slot else None,
            "note": wish.note,
            "consent": wish.consent,
            "language": language,
            "unit": unit_id,
            "earliest": _earliest(wish, office),
            "delete_on": deleted_on(),
        },
    )
    if created:
        _record("requested", key, None, unit=unit_id, channel=channel)
    return callback


def _earliest(wish: Wish, office: UnitCard | None) -> datetime | None:
    if wish.slot:
        return wish.slot.begins
    return handover.earliest(office) if office else None


def deleted_on() -> date:
    """The day on which a callback of today is deleted."""
    return town.today() + timedelta(days=settings.CALLBACK_RETENTION_DAYS)


@transaction.atomic
def withdraw(callback: Callback) -> None:
    """Delete a callback at the citizen's own wish."""
    _delete(callback, "withdrawn")


@transaction.atomic
def erase(callback: Callback) -> None:
    """Delete a callback because its person wants nothing kept (GDPR Art. 17)."""
    _delete(callback, "erased")


def visible(user: Any) -> QuerySet[Callback]:
    """The callbacks that a clerk may see: all for those whose role is for no single unit; else those of their own units, those
    without a unit, and those of units for which nobody works here.
    """
    if not has_right(user, RIGHT):
        return Callback.objects.none()
    units = {held.unit for held in user.assignments.all() if held.role in _roles()}
    found = Callback.objects.select_related("worker").order_by(F("earliest").asc(nulls_last=True), "asked_at")
    return found if "" in units else found.filter(Q(unit__in=units | {""}) | ~Q(unit__in=_covered()))


def get(user: Any, key: uuid.UUID) -> Callback:
    """A callback that this clerk may see. Raises Http404 for every other."""
    callback = visible(user).filter(pk=key).first()
    if callback is None:
        raise Http404
    return callback


@transaction.atomic
def move(callback: Callback, state: str, *, actor: AbstractBaseUser, outcome: str = "") -> None:
    """Take a callback, give it back, or finish it with a note. Raises OtherClerkError when its state has changed meanwhile."""
    if state not in rules.callback_states()[callback.state]["next"]:
        raise OtherClerkError
    now = timezone.now()
    changed: dict[str, object] = {"state": state, "changed_at": now, "worker_id": None if state == OPEN else actor.pk}
    if state == DONE:
        soon = town.today() + timedelta(days=rules.callbacks()["keep_done_days"])
        changed |= {"outcome": outcome, "delete_on": min(callback.delete_on, soon)}
    same = Callback.objects.filter(pk=callback.pk, state=callback.state, worker_id=callback.worker_id)
    if not same.update(**changed):
        raise OtherClerkError
    _record({OPEN: "given_back", TAKEN: "taken", DONE: "done"}[state], callback.pk, actor, unit=callback.unit)


@transaction.atomic
def delete_expired() -> int:
    """Delete callbacks whose time is over; returns how many."""
    count, _kinds = Callback.objects.filter(delete_on__lte=town.today()).delete()
    if count:
        record("assistant.callbacks.expired", actor=None, detail={"count": count})
    return count


def _delete(callback: Callback, why: str) -> None:
    key = callback.pk
    callback.delete()
    _record(why, key, None, unit=callback.unit)


def _record(what: str, key: uuid.UUID, actor: AbstractBaseUser | None, **detail: str) -> None:
    record(f"assistant.callback.{what}", actor=actor, subject=f"callback:{key}", detail=detail)


def _roles() -> Iterable[str]:
    """The roles that make callbacks."""
    return registry().get(Right, RIGHT).roles


def _covered() -> set[str]:
    """Units for which somebody works who makes callbacks. Two queries for each role."""
    people = [user for role in _roles() for user in accounts.users(role=role, active=True)]
    return {held.unit for user in people for held in user.assignments.all() if held.role in _roles() and held.unit}
