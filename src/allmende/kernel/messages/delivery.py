# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""One attempt at a message: send it, then write down how it went."""

import logging
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from allmende.kernel.messages import packages, rules, sealing, service
from allmende.kernel.messages.channels import directory, email, fitconnect, webhook
from allmende.kernel.messages.models import Message

logger = logging.getLogger(__name__)
SENDERS = {
    rules.EMAIL: email.send,
    rules.WEBHOOK: webhook.send,
    rules.DIRECTORY: directory.send,
    rules.FITCONNECT: fitconnect.send,
}


def attempt(message_id: UUID) -> str:
    """Send the message if it still waits; returns its outcome, empty when there was nothing to do or it left.

    Sending is outside of any transaction. Killed between the two, the attempt is made again: at least once, with the same id.
    """
    message = Message.objects.filter(pk=message_id, state=rules.QUEUED).first()
    if message is None:
        return ""
    try:
        outcome = SENDERS[message.channel](message, sealing.unseal(message.sealed), packages.opened(message))
    except sealing.SealError:
        outcome = "unreadable"
    _settle(message, outcome)
    return outcome


@transaction.atomic
def _settle(message: Message, outcome: str) -> None:
    """Only if nobody gave the message up or erased it meanwhile."""
    now, attempts = timezone.now(), message.attempts + 1
    wait = rules.wait_after(attempts) if outcome and rules.OUTCOMES[outcome].retry else None
    changed: dict[str, object] = {"outcome": outcome, "attempts": attempts}
    if not outcome:
        changed |= {"state": rules.SENT, "finished_at": now, "sealed": ""}
    elif wait is None:
        changed |= {"state": rules.FAILED, "finished_at": now}
    else:
        changed |= {"next_at": now + timedelta(seconds=wait)}
    same = Message.objects.filter(pk=message.pk, state=rules.QUEUED, attempts=message.attempts)
    if not same.update(**changed):
        return
    if not outcome:
        message.enclosures.all().delete()
    if outcome:
        logger.warning("Message %s did not leave at attempt %s: %s.", message.pk, attempts, outcome)
    if wait is not None:
        message.refresh_from_db()
        service.queue(message, message.next_at)
