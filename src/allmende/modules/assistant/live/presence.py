# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which clerks are there, and whether a citizen can be offered a live chat: the office is open and somebody is there."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from allmende.kernel.accounts.access import has_right
from allmende.kernel.audit.service import record
from allmende.kernel.cases import access as cases
from allmende.modules.assistant import handover
from allmende.modules.assistant.live import access, rules
from allmende.modules.assistant.live.models import Chat, Presence
from allmende.modules.assistant.live.queries import WAITING


def available(unit_id: str, language: str) -> bool:
    """Whether somebody could answer at once: the office of the unit is open, a clerk who may see its cases is there, and the
    queue is not full. At most eight queries, and two for each clerk who is there.
    """
    there = list(Presence.objects.filter(until__gt=timezone.now()).select_related("clerk"))
    if not there or Chat.objects.filter(state=WAITING).count() >= rules.bound("most_waiting"):
        return False
    if not any(has_right(row.clerk, access.RIGHT) and cases.covers(row.clerk, unit_id) for row in there):
        return False
    office = handover.office_for(unit_id, language)
    return office is not None and office.state.open_now


def until(user: Any) -> datetime | None:
    """Until when this clerk counts as there; None for one who does not."""
    return Presence.objects.filter(clerk=user.pk, until__gt=timezone.now()).values_list("until", flat=True).first()


@transaction.atomic
def mark(actor: AbstractBaseUser, *, present: bool) -> None:
    """Say that one is there, for data/live.yaml `present_minutes`, or that one is not. Raises Http404 without the right."""
    if not has_right(actor, access.RIGHT):
        raise Http404
    if present:
        Presence.objects.update_or_create(clerk_id=actor.pk, defaults={"until": _later()})
    else:
        Presence.objects.filter(clerk=actor.pk).delete()
    record("assistant.chat.clerk_present" if present else "assistant.chat.clerk_absent", actor=actor)


def renew(actor: AbstractBaseUser) -> None:
    """Who is there and takes a step stays there."""
    Presence.objects.filter(clerk=actor.pk, until__gt=timezone.now()).update(until=_later())


def _later() -> datetime:
    return timezone.now() + timedelta(minutes=rules.bound("present_minutes"))
