# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may see and answer which live chats: those whose case one may see. What you may not know of does not exist for you."""

import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet
from django.http import Http404

from allmende.kernel.accounts.access import has_right
from allmende.kernel.cases import queries as cases
from allmende.modules.assistant.live.models import Chat

RIGHT = "assistant.live"
KIND = "assistant.conversation"


def visible(user: Any) -> QuerySet[Chat]:
    """The chats that this clerk may see."""
    if not has_right(user, RIGHT):
        return Chat.objects.none()
    theirs = cases.inbox(user, cases.Filter(kind=KIND, state="")).order_by().values("pk")
    return Chat.objects.select_related("case", "clerk").filter(case__in=theirs)


def get(user: Any, chat_id: uuid.UUID) -> Chat:
    """A chat that this clerk may see. Raises Http404 for every other."""
    chat = visible(user).filter(pk=chat_id).first()
    if chat is None:
        raise Http404
    return chat


def check_own(actor: AbstractBaseUser, chat: Chat) -> None:
    """Let the clerk pass who accepted the chat and may still see it. Raises Http404 for everybody else."""
    if chat.clerk_id != actor.pk or not visible(actor).filter(pk=chat.pk).exists():
        raise Http404
