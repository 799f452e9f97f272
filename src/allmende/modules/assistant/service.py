# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Answer a question and keep the answer. The room's public door."""

import time
import uuid
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from allmende import __version__
from allmende.kernel.audit.service import record
from allmende.kernel.privacy import service as privacy
from allmende.modules.assistant import handover, queries, rules, switches
from allmende.modules.assistant.composing import Composed, compose
from allmende.modules.assistant.live import presence
from allmende.modules.assistant.live import queries as chats
from allmende.modules.assistant.live import service as live
from allmende.modules.assistant.models import Answer, Conversation, Feedback
from allmende.modules.assistant.schemas import MAX_COMMENT, AnswerView, Status


class WithPersonError(Exception):
    """A person has taken over the conversation and has got the question. The assistant does not answer it."""


def answer(
    question: str,
    *,
    language: str,
    channel: str,
    service_id: str = "",
    conversation_id: uuid.UUID | None = None,
    about: uuid.UUID | None = None,
    subject: str = "",
) -> AnswerView:
    """Answer a question from the town's sources and store the snapshot.

    `language` is the asker's (``de`` or ``en``); a question in the other one is answered in that. `service_id` is the choice
    after an answer that asked back. `conversation_id` goes on with a conversation; an unknown one begins anew. `about` is the
    answer after which a person is wanted. `subject` is the service that a question is about which names none: that of the dialog
    in which it is asked. Only the masked question is stored. Raises SwitchedOffError while nothing is answered,
    WithPersonError when the conversation is in the hands of a person.
    """
    if conversation_id and chats.open_in(conversation_id) and live.pass_on(conversation_id, question):
        raise WithPersonError
    switches.check(switches.ANSWERS, language)
    started = time.perf_counter()
    turns = queries.latest(conversation_id)
    composed = compose(question, language=language, service_id=service_id, turns=turns, subject=subject)
    content = composed.content
    if content.status is Status.HANDED_OVER:
        content.handover = handover.offer(content.language, handover.unit_of(conversation_id, about))
        content.handover.live = presence.available(content.handover.unit, content.language)
    millis = round(1000 * (time.perf_counter() - started))
    row = _keep(composed, channel, millis, conversation_id, question)
    if row is None:
        raise WithPersonError
    return queries.view(row)


def rate(row: Answer, *, helpful: bool, comment: str = "") -> None:
    """Keep an opinion; it replaces an earlier one, and an empty comment does not wipe out a written one."""
    masked = privacy.mask(comment[:MAX_COMMENT]).text
    with transaction.atomic():
        kept, _created = Feedback.objects.get_or_create(answer=row, defaults={"helpful": helpful})
        kept.helpful = helpful
        kept.comment = masked or kept.comment
        kept.save()


def forget(conversation_id: uuid.UUID | None) -> None:
    """Delete a conversation with all its answers, at the citizen's own wish."""
    if conversation_id is not None:
        with transaction.atomic():
            live.forget(conversation_id)
            Conversation.objects.filter(pk=conversation_id).delete()


def delete_expired() -> int:
    """Delete conversations older than the retention time (ALLMENDE_ANSWER_RETENTION_DAYS); returns how many."""
    limit = timezone.now() - timedelta(days=settings.ANSWER_RETENTION_DAYS)
    with transaction.atomic():
        expired = Conversation.objects.filter(started_at__lt=limit)
        count = expired.count()
        expired.delete()
        if count:
            record("assistant.conversations.expired", actor=None, detail={"count": count})
    return count


def examples(language: str) -> list[str]:
    """Questions to begin with."""
    return rules.examples()[language]


@transaction.atomic
def _keep(
    composed: Composed, channel: str, millis: int, conversation_id: uuid.UUID | None, question: str
) -> Answer | None:
    """The stored answer; None where a person took the conversation over while it was found: then they have the question."""
    if conversation_id and live.pass_on(conversation_id, question):
        return None
    known = Conversation.objects.filter(pk=conversation_id).first() if conversation_id else None
    conversation = known or Conversation.objects.create()
    return Answer.objects.create(
        conversation=conversation,
        channel=channel,
        language=composed.content.language,
        question=composed.question,
        status=composed.content.status,
        content=composed.content.model_dump(mode="json"),
        confidence=composed.confidence,
        millis=millis,
        version=__version__,
    )
