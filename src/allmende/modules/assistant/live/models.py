# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A conversation that a person takes over: the chat, its messages, and which clerks are there."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class Chat(models.Model):
    """A citizen's conversation in the hands of a person. While it is open, the assistant is silent in that conversation.

    All that was typed is sealed with the secret key and deleted some days after the end; the case keeps what the clerk noted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(
        "assistant.Conversation", null=True, on_delete=models.SET_NULL, related_name="chats"
    )
    case = models.OneToOneField("cases.Case", on_delete=models.CASCADE, related_name="+")
    clerk = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=10, default="waiting", help_text="a state of data/live.yaml")
    passed = models.TextField(blank=True, help_text="sealed: what the citizen handed over of the conversation before")
    said = models.PositiveIntegerField(default=0, help_text="number of the last message")
    opened_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    noted_at = models.DateTimeField(null=True, help_text="when the clerk wrote the summary into the case")
    delete_on = models.DateField(null=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"], condition=models.Q(ended_at=None), name="assistant_one_open_chat"
            )
        ]
        indexes = [models.Index(fields=["state", "opened_at"], name="assistant_chat_queue")]

    def __str__(self) -> str:
        return f"{self.state}: {self.id}"


class ChatMessage(models.Model):
    """One line of a chat. Numbers follow each other without a gap within a chat: whoever has one lacks nothing before it.

    `ticket` is the form's: sent twice it is one message.
    """

    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="messages")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=10, help_text="citizen, clerk or house")
    what = models.CharField(max_length=20, default="text", help_text="text, or what the house says in data/live.yaml")
    sealed = models.TextField(blank=True)
    ticket = models.UUIDField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["chat", "number"], name="assistant_chat_numbered"),
            models.UniqueConstraint(fields=["chat", "ticket"], name="assistant_chat_said_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.what}"


class Presence(models.Model):
    """A clerk is there for live chats until this moment."""

    clerk = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+")
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"until {self.until:%H:%M}"
