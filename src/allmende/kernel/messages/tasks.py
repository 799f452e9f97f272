# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The room's jobs."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from allmende.kernel.audit.service import record
from allmende.kernel.jobs.service import Progress
from allmende.kernel.messages import delivery, rules, service
from allmende.kernel.messages.models import Link, Message


def deliver(progress: Progress, *, message: str) -> None:
    """One attempt at a message. A failed one has queued the next, so the job itself is done either way."""
    outcome = delivery.attempt(UUID(message))
    progress.message(rules.OUTCOMES[outcome].title if outcome else "")


def tidy(progress: Progress) -> None:
    """Take up messages whose job was lost, and forget addresses and links whose time is over."""
    lost = timezone.now() - timedelta(seconds=rules.LOST_AFTER)
    with transaction.atomic():
        for message in Message.objects.filter(state=rules.QUEUED, next_at__lt=lost):
            service.queue(message, message.next_at)
    with transaction.atomic():
        count = forget()
        if any(count.values()):
            record("messages.forgotten", actor=None, detail=dict(count))
    progress.message(str(sum(count.values())))


def forget() -> dict[str, int]:
    """Empty messages and delete links whose time is over; how many of each."""
    now = timezone.now()
    old = now - timedelta(days=rules.KEEP_DAYS)
    finished = Message.objects.filter(finished_at__lt=old).exclude(**service.ERASABLE)
    ended = Link.objects.filter(expires_at__lt=now - timedelta(days=rules.KEEP_LINKS_DAYS))
    return {"messages": service.empty(finished), "links": ended.delete()[0]}
