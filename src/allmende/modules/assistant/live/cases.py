# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A conversation in the inbox: what its citizen agreed to, what they handed over, what was said."""

import uuid

from django.template.loader import render_to_string

from allmende.kernel.cases.records import Record
from allmende.modules.assistant.live import queries, rules
from allmende.modules.assistant.live.models import Chat
from allmende.modules.assistant.live.queries import CLERK


def detail(record: Record, language: str) -> str:
    """The case for the clerk's page; once the words are deleted, that they were."""
    chat = Chat.objects.filter(case=uuid.UUID(record.id)).first()
    context = {
        "consent": record.payload["consent"],
        "shared": rules.shares(language)[record.payload["shared"]],
        "chat": chat,
        "passed": queries.handed_over(chat) if chat else "",
        "lines": queries.lines(chat.pk, reader=CLERK, language=language) if chat else [],
    }
    return render_to_string("assistant/live/case.html", context)
