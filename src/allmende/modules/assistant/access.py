# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whose conversation is it? The browser's session knows, nobody else."""

import uuid

from django.http import Http404, HttpRequest

from allmende.modules.assistant.models import Answer

SESSION_KEY = "conversation"
CALLBACK_KEY = "callback"


def conversation_of(request: HttpRequest) -> uuid.UUID | None:
    """The conversation of this browser."""
    value = request.session.get(SESSION_KEY)
    return uuid.UUID(value) if value else None


def conversation_to_hand_over(request: HttpRequest) -> uuid.UUID:
    """The conversation of this browser; who has not asked anything yet gets one, so that a form sent twice is one."""
    return uuid.UUID(request.session.setdefault(SESSION_KEY, str(uuid.uuid4())))


def callback_of(request: HttpRequest) -> uuid.UUID | None:
    """The key of the callback that was asked for in this browser."""
    value = request.session.get(CALLBACK_KEY)
    return uuid.UUID(value) if value else None


def own_answer(request: HttpRequest, answer_id: uuid.UUID) -> Answer:
    """An answer of this browser's conversation. Raises Http404 for every other."""
    return answer_of(conversation_of(request), answer_id)


def answer_of(conversation_id: uuid.UUID | None, answer_id: uuid.UUID) -> Answer:
    """An answer of this conversation. Raises Http404 for every other."""
    answer = Answer.objects.filter(pk=answer_id, conversation=conversation_id).first()
    if answer is None:
        raise Http404
    return answer
