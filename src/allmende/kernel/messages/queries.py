# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads of the outbox."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils import timezone

from allmende.kernel.messages import rules
from allmende.kernel.messages.models import Destination, Link, Message


def messages(state: str = "") -> QuerySet[Message]:
    """The messages of a state, or all; the newest first."""
    found = Message.objects.order_by("-created_at")
    return found.filter(state=state) if state in rules.STATES else found


def message(message_id: UUID) -> Message | None:
    """The message of that id."""
    return Message.objects.filter(pk=message_id).first()


def by_key(keys: Iterable[str]) -> dict[str, Message]:
    """The messages of these keys, by key. One query."""
    return {message.key: message for message in Message.objects.filter(key__in=list(keys))}


def destinations() -> QuerySet[Destination]:
    """Every place that things go to."""
    return Destination.objects.all()


def destination(slug: str, kind: str) -> Destination | None:
    """The destination of that name and kind."""
    return Destination.objects.filter(pk=slug, kind=kind).first()


def serving(*ids: str) -> list[Destination]:
    """The destinations that serve one of these flows or units. One query."""
    return [each for each in Destination.objects.all() if set(each.serves) & set(ids)]


def count() -> dict[str, int]:
    """How many messages are in which state. One query."""
    rows = Message.objects.order_by().values_list("state").annotate(number=Count("pk"))
    return dict.fromkeys(rules.STATES, 0) | dict(rows)


def failed_by_fault() -> int:
    """How many letters failed because something must be mended."""
    return Message.objects.filter(state=rules.FAILED, outcome__in=rules.FAULTS).count()


def stuck() -> int:
    """How many letters should have left long ago, and have not."""
    now = timezone.now()
    old = Message.objects.filter(state=rules.QUEUED, created_at__lt=now - timedelta(seconds=rules.STUCK_AFTER))
    return old.exclude(attempts=0, next_at__gt=now).count()


def good_links(about: str) -> int:
    """How many private links about something are good."""
    return Link.objects.filter(about=about, revoked_at=None, expires_at__gt=timezone.now()).count()
