# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Live chat: a citizen asks for a person, a clerk accepts, both write, one of them ends it.

While a chat is open, its conversation belongs to that person: `pass_on` gives them what the assistant was asked. Rows are locked in
one order, conversation, chat, case, so that nobody waits for each other. The audit knows that chats began and ended, never what was
said; messages themselves are not in it.
"""

import contextlib
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from allmende.kernel.audit.service import record
from allmende.kernel.cases import service as cases
from allmende.kernel.town import queries as town
from allmende.modules.assistant.live import access, presence, queries, rules
from allmende.modules.assistant.live.models import Chat, ChatMessage
from allmende.modules.assistant.live.queries import ACTIVE, CITIZEN, CLERK, ENDED, HOUSE, SEAL, TEXT, WAITING
from allmende.modules.assistant.models import Conversation

DONE = "done"
"""The state of the inbox to which a clerk leads the case."""


class NobodyThereError(Exception):
    """The office has closed, or the last clerk has gone, since the page was shown. Nothing was stored."""


class EndedError(Exception):
    """The chat has ended. Nothing was stored."""


class OtherClerkError(Exception):
    """A colleague was faster, or the citizen has ended the chat. Nothing was changed."""


@dataclass(frozen=True)
class Wish:
    """What a citizen hands over: to which unit, under which title, a share of data/live.yaml, the text, the words agreed to."""

    unit: str
    title: str
    shared: str
    transcript: str
    consent: str


@transaction.atomic
def begin(conversation_id: uuid.UUID, wish: Wish, *, language: str) -> Chat:
    """Hand the conversation over: a case for the responsible unit and the chat, or nothing. Sent twice it is one chat.

    Raises NobodyThereError when nobody is there any more.
    """
    Conversation.objects.get_or_create(pk=conversation_id)
    _lock_conversation(conversation_id)
    if known := queries.open_in(conversation_id):
        return known
    if not presence.available(wish.unit, language):
        raise NobodyThereError
    passed = SEAL.close(wish.transcript) if wish.transcript else ""
    chat = Chat(conversation_id=conversation_id, language=language, passed=passed, opened_at=timezone.now())
    case = cases.open_case(
        access.KIND,
        key=str(chat.pk),
        title=wish.title,
        payload={"consent": wish.consent, "shared": wish.shared},
        unit=wish.unit,
        contact=cases.Contact(language=language),
    )
    chat.case_id = case.pk
    chat.save(force_insert=True)
    _add(chat, HOUSE, "opened")
    _record("opened", chat, None, unit=wish.unit, shared=wish.shared)
    return chat


@transaction.atomic
def pass_on(conversation_id: uuid.UUID, text: str) -> bool:
    """Whether the conversation is in a person's hands; then they get the text.

    The conversation stays locked until the caller's transaction ends: what the assistant stores in it was answered before.
    """
    _lock_conversation(conversation_id)
    chat = Chat.objects.select_for_update().filter(conversation=conversation_id, ended_at=None).first()
    if chat is not None:
        _add(chat, CITIZEN, TEXT, text)
    return chat is not None


@transaction.atomic
def say(chat: Chat, text: str, *, ticket: uuid.UUID, actor: AbstractBaseUser | None = None) -> None:
    """Keep a message: the clerk's, or without an actor the citizen's. The same ticket again does nothing. Raises EndedError."""
    row = _open(chat)
    if actor is not None:
        access.check_own(actor, row)
        presence.renew(actor)
    if not row.messages.filter(ticket=ticket).exists():
        _add(row, CLERK if actor else CITIZEN, TEXT, text, ticket)


@transaction.atomic
def accept(chat: Chat, *, actor: AbstractBaseUser) -> None:
    """Make a waiting chat and its case one's own, once. Raises OtherClerkError, Http404 for those who may not see it."""
    access.get(actor, chat.pk)
    row = _locked(chat)
    if row.state != WAITING:
        raise OtherClerkError
    row.state, row.clerk_id = ACTIVE, actor.pk
    row.save(update_fields=["state", "clerk"])
    cases.take(row.case, actor=actor)
    _add(row, HOUSE, "accepted")
    presence.renew(actor)
    _record("accepted", row, actor)


@transaction.atomic
def end(chat: Chat, *, by: str = CITIZEN, actor: AbstractBaseUser | None = None) -> None:
    """End the chat; the assistant may answer again. A case that nobody has taken yet is withdrawn when its citizen leaves."""
    row = _locked(chat)
    if row.ended_at is not None:
        return
    row.state, row.ended_at = ENDED, timezone.now()
    row.delete_on = town.today() + timedelta(days=settings.CHAT_RETENTION_DAYS)
    row.save(update_fields=["state", "ended_at", "delete_on"])
    _add(row, HOUSE, f"ended_{by}")
    if by == CITIZEN and row.clerk_id is None:
        with contextlib.suppress(cases.OtherPersonError):  # a clerk has closed it in the inbox
            cases.withdraw(row.case)
    _record("ended", row, actor, by=by)


@transaction.atomic
def finish(chat: Chat, summary: str, *, done: bool, actor: AbstractBaseUser) -> None:
    """End the chat if need be, and note in its case what came of it; with `done` the case is closed.

    Raises OtherPersonError when the case does not lead there, Http404 for everybody but the clerk of the chat.
    """
    row = _locked(chat)
    access.check_own(actor, row)
    end(row, by=CLERK, actor=actor)
    cases.note(row.case, summary, actor=actor)
    if done:
        cases.move(row.case, DONE, actor=actor)
    Chat.objects.filter(pk=row.pk).update(noted_at=timezone.now())
    presence.renew(actor)


@transaction.atomic
def forget(conversation_id: uuid.UUID) -> None:
    """End the chats of a conversation and delete their words, at the citizen's own wish."""
    _lock_conversation(conversation_id)
    for chat in Chat.objects.filter(conversation=conversation_id):
        end(chat)
        erase_words(chat)


def erase_words(chat: Chat) -> None:
    """Delete all that was typed, in the caller's transaction; what the house said about the course of the chat stays."""
    chat.messages.exclude(by=HOUSE).delete()
    Chat.objects.filter(pk=chat.pk).update(passed="")


@transaction.atomic
def delete_expired() -> int:
    """Delete chats whose time is over; returns how many."""
    expired = Chat.objects.filter(delete_on__lte=town.today())
    count = expired.count()
    if count:
        expired.delete()
        record("assistant.chats.expired", actor=None, detail={"count": count})
    return count


def end_forgotten() -> int:
    """End chats that were left open for longer than `most_open_hours`; returns how many."""
    limit = timezone.now() - timedelta(hours=rules.bound("most_open_hours"))
    forgotten = list(Chat.objects.filter(ended_at=None, opened_at__lt=limit))
    for chat in forgotten:
        end(chat, by=HOUSE)
    return len(forgotten)


def _add(chat: Chat, by: str, what: str, text: str = "", ticket: uuid.UUID | None = None) -> None:
    """The next message of a locked chat: numbers are given under its lock, so they become visible in their order."""
    chat.said += 1
    chat.save(update_fields=["said"])
    sealed = SEAL.close(text) if text else ""
    values = {"by": by, "what": what, "sealed": sealed, "ticket": ticket, "at": timezone.now()}
    ChatMessage.objects.create(chat=chat, number=chat.said, **values)


def _lock_conversation(conversation_id: uuid.UUID) -> None:
    Conversation.objects.select_for_update().filter(pk=conversation_id).first()


def _locked(chat: Chat) -> Chat:
    row = Chat.objects.select_for_update().filter(pk=chat.pk).first()
    if row is None:
        raise Http404
    return row


def _open(chat: Chat) -> Chat:
    row = _locked(chat)
    if row.ended_at is not None:
        raise EndedError
    return row


def _record(what: str, chat: Chat, actor: AbstractBaseUser | None, **detail: str) -> None:
    record(f"assistant.chat.{what}", actor=actor, subject=f"chat:{chat.pk}", detail=detail)
