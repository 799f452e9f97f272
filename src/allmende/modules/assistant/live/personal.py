# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What live chats hold about a person (GDPR Art. 15 and 17). They are found by the number of their case, which the citizen sees."""

from typing import Any

from django.db.models import Q, QuerySet

from allmende.modules.assistant.live import queries, service
from allmende.modules.assistant.live.models import Chat
from allmende.modules.assistant.live.queries import CLERK, HOUSE


def find(contact: str) -> list[dict[str, Any]]:
    """The chat of the case of that number, word for word."""
    return [
        {
            "case": chat.case.number,
            "opened_at": chat.opened_at.isoformat(),
            "handed_over": queries.handed_over(chat),
            "messages": [
                {"at": line.at.isoformat(), "by": line.by, "text": line.text}
                for line in queries.lines(chat.pk, reader=CLERK, language=chat.language)
            ],
        }
        for chat in _held(contact)
    ]


def erase(contact: str) -> int:
    """End that chat and delete its words."""
    held = list(_held(contact))
    for chat in held:
        service.end(chat, by=HOUSE)
        service.erase_words(chat)
    return len(held)


def _held(contact: str) -> QuerySet[Chat]:
    words = ~Q(passed="") | Q(messages__by__in=[queries.CITIZEN, CLERK])
    return Chat.objects.select_related("case").filter(words, case__number=contact).distinct()
