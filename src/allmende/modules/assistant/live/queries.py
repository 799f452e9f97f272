# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads of live chats."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from allmende.kernel.town import queries as town
from allmende.kernel.web.sealing import Seal, SealError
from allmende.modules.assistant import models
from allmende.modules.assistant.live import access, rules
from allmende.modules.assistant.live.models import Chat, ChatMessage

CITIZEN, CLERK, HOUSE = "citizen", "clerk", "house"
WAITING, ACTIVE, ENDED = "waiting", "active", "ended"
TEXT = "text"
SEAL = Seal("allmende.assistant.live.1")


@dataclass(frozen=True)
class Line:
    """A message as one of the two reads it. `at` sorts it among the answers of the assistant."""

    chat: uuid.UUID
    number: int
    by: str
    what: str
    who: str
    text: str
    at: datetime

    @property
    def ends(self) -> bool:
        """Whether the chat is over with this line."""
        return self.what.startswith(ENDED)

    @property
    def accepts(self) -> bool:
        """Whether a person takes the chat over with this line."""
        return self.what == "accepted"

    def as_dict(self) -> dict[str, Any]:
        """What the browser's script needs."""
        time = time_format(timezone.localtime(self.at), "H:i")
        return {
            "number": self.number,
            "by": self.by,
            "who": self.who,
            "text": self.text,
            "time": time,
            "accepts": self.accepts,
            "ends": self.ends,
        }


@dataclass(frozen=True)
class Waiting:
    """A chat in a clerk's list."""

    chat: Chat
    unit: str
    minutes: int
    state: str
    kind: str


def open_in(conversation_id: uuid.UUID | None) -> Chat | None:
    """The chat that the conversation is in the hands of. One query."""
    if conversation_id is None:
        return None
    return Chat.objects.select_related("case", "clerk").filter(conversation=conversation_id, ended_at=None).first()


def latest_in(conversation_id: uuid.UUID | None) -> Chat | None:
    """The last chat of the conversation, open or ended. One query."""
    if conversation_id is None:
        return None
    return Chat.objects.select_related("case").filter(conversation=conversation_id).order_by("-opened_at").first()


def lines(chat_id: uuid.UUID, *, reader: str, language: str, after: int = 0) -> list[Line]:
    """What was said in a chat behind the number `after`, as this side reads it. One query."""
    rows = ChatMessage.objects.filter(chat=chat_id, number__gt=after).select_related("chat__clerk")
    return [_line(row, reader, language) for row in rows]


def last_numbers() -> dict[uuid.UUID, int]:
    """The number of the last message of every open chat. One query."""
    return dict(Chat.objects.filter(ended_at=None).values_list("pk", "said"))


def chats_in(conversation_id: uuid.UUID | None, language: str) -> tuple[Chat | None, list[Line]]:
    """The open chat of a conversation, and what was said in all of its chats, as its citizen reads it. One query: no chat is without
    a line.
    """
    if conversation_id is None:
        return None, []
    found = ChatMessage.objects.filter(chat__conversation=conversation_id).order_by("at")
    rows = list(found.select_related("chat__clerk", "chat__case"))
    chat = next((row.chat for row in rows if row.chat.ended_at is None), None)
    return chat, [_line(row, CITIZEN, language) for row in rows]


def handed_over(chat: Chat) -> str:
    """What the citizen handed over of the conversation before; empty where that was nothing."""
    return _opened(chat.passed) if chat.passed else ""


def transcript(conversation_id: uuid.UUID | None) -> str:
    """The conversation with the assistant so far, as it is stored: with personal data masked. One query."""
    rows = models.Answer.objects.filter(conversation=conversation_id) if conversation_id else []
    told = [f"{_('Frage:')} {row.question}\n{_('Antwort:')} {_short(row.content)}" for row in rows]
    return "\n\n".join(told)[-rules.bound("transcript_length") :]


def is_late(chat: Chat) -> bool:
    """Whether nobody has come for so long that a callback is offered."""
    waits = timedelta(minutes=rules.bound("wait_minutes"))
    return chat.state == WAITING and timezone.now() - chat.opened_at > waits


def queue(user: Any, language: str) -> list[Waiting]:
    """Chats that wait for somebody, those that one is in, and those one has not yet written a summary of; the oldest first."""
    mine = Q(clerk=user.pk, noted_at=None)
    rows = access.visible(user).filter(Q(state=WAITING) | mine).order_by("opened_at")
    units = {unit.id: str(unit.name) for unit in town.units(language)}
    return [_waiting(row, units.get(row.case.unit, ""), language) for row in rows]


def signs(user: Any) -> str:
    """Another text whenever the list of this clerk would look different. One query beside those for the rights."""
    rows: QuerySet[Chat, Any] = access.visible(user).filter(Q(state=WAITING) | Q(clerk=user.pk, noted_at=None))
    return " ".join(f"{pk}{state}" for pk, state in rows.order_by("opened_at").values_list("pk", "state"))


def _waiting(chat: Chat, unit: str, language: str) -> Waiting:
    minutes = int((timezone.now() - chat.opened_at).total_seconds() // 60)
    return Waiting(chat, unit, minutes, *rules.state(chat.state, language))


def _short(content: dict[str, Any]) -> str:
    """What an answer said, with the name of what it showed."""
    shown = content.get("card") or {}
    title = shown.get("title") or (content.get("place") or {}).get("name") or ""
    return f"{content['say']} {title}".strip()


def _line(row: ChatMessage, reader: str, language: str) -> Line:
    clerk = str(row.chat.clerk) if row.chat.clerk else _("Stadtverwaltung")
    if row.by == HOUSE:
        text = rules.says(row.what, reader, language).format(name=clerk)
        return Line(row.chat_id, row.number, row.by, row.what, "", text, row.at)
    who = _("Sie") if row.by == reader else clerk if row.by == CLERK else _("Bürgerin oder Bürger")
    return Line(row.chat_id, row.number, row.by, row.what, who, _opened(row.sealed), row.at)


def _opened(sealed: str) -> str:
    try:
        return SEAL.open(sealed)
    except SealError:
        return _("Dieser Text ist mit einem früheren Schlüssel versiegelt und nicht mehr lesbar.")
