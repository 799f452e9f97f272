# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the outbox holds about a person (GDPR Art. 15 and 17)."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from allmende.kernel.messages import rules, service
from allmende.kernel.messages.models import Message


def find(contact: str) -> list[dict[str, Any]]:
    """Letters to an e-mail address, or about the case of that number."""
    return [
        {
            "id": str(message.pk),
            "kind": message.kind,
            "about": message.about,
            "recipient": message.recipient,
            "state": message.state,
            "state_title": message.state_title,
            "created_at": message.created_at.isoformat(),
        }
        for message in _held(contact).order_by("created_at")
    ]


def erase(contact: str) -> int:
    """Empty those letters; one that still waits is not sent any more."""
    held = _held(contact)
    held.filter(state=rules.QUEUED).update(state=rules.STOPPED, finished_at=timezone.now())
    return service.empty(held)


def _held(contact: str) -> QuerySet[Message]:
    theirs = Q(channel=rules.EMAIL, recipient__iexact=contact)
    return Message.objects.filter(theirs | Q(about=contact)).exclude(**service.ERASABLE)
