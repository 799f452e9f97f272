# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is kept of a conversation: masked questions, immutable answers, what people thought of them."""

import uuid

from django.db import models


class Conversation(models.Model):
    """A citizen's questions in a row. Nothing leads from here to a person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    started_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return str(self.id)


class Answer(models.Model):
    """The snapshot of one answer: what was asked (masked), what was said, from which sources and versions.

    The database refuses every change of a row (see the first migration); only deletion after the retention time is possible.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="answers")
    asked_at = models.DateTimeField(auto_now_add=True)
    channel = models.CharField(max_length=10)
    language = models.CharField(max_length=2)
    question = models.TextField(help_text="masked before it is stored")
    status = models.CharField(max_length=20, db_index=True)
    content = models.JSONField(help_text="schemas.Content as JSON")
    confidence = models.FloatField()
    millis = models.PositiveIntegerField(help_text="time the answer took, milliseconds")
    version = models.CharField(max_length=40, help_text="version of the house that answered")

    class Meta:
        ordering = ["asked_at"]

    def __str__(self) -> str:
        return f"{self.status}: {self.question[:60]}"


class Feedback(models.Model):
    """Thumb and comment for one answer; a second opinion of the same citizen replaces the first."""

    answer = models.OneToOneField(Answer, on_delete=models.CASCADE, related_name="feedback")
    helpful = models.BooleanField()
    comment = models.TextField(blank=True, help_text="masked before it is stored")
    given_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return "helpful" if self.helpful else "not helpful"
