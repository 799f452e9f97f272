# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is kept: masked questions, immutable answers, what people thought of them; switchings; callbacks for a short time."""

import uuid

from django.conf import settings
from django.db import models

from allmende.modules.assistant.live import models as live  # noqa: F401 (Django looks for models here)
from allmende.modules.assistant.pilot import models as pilot  # noqa: F401
from allmende.modules.assistant.staff import models as staff  # noqa: F401


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


class Wording(models.Model):
    """What a language model made of an answer: the sentences that a citizen saw, and how many were left out and why.

    The database refuses every change of a row (see the migration); it goes with its answer.
    """

    answer = models.OneToOneField(Answer, on_delete=models.CASCADE, related_name="wording")
    sentences = models.JSONField(default=list, help_text="schemas.Sentence as JSON, in the order they were shown")
    dropped = models.JSONField(default=dict, help_text="reason of data/support.yaml → sentences left out")
    outcome = models.CharField(max_length=10, help_text="complete, broken (by the provider) or left (by the citizen)")
    provider = models.CharField(max_length=40)
    model = models.CharField(max_length=120)
    location = models.CharField(max_length=10, help_text="a location of kernel.llm")
    made_at = models.DateTimeField(auto_now_add=True)
    version = models.CharField(max_length=40, help_text="version of the house that checked it")

    def __str__(self) -> str:
        return f"{len(self.sentences)} sentences by {self.model}"


class Feedback(models.Model):
    """Thumb and comment for one answer; a second opinion of the same citizen replaces the first."""

    answer = models.OneToOneField(Answer, on_delete=models.CASCADE, related_name="feedback")
    helpful = models.BooleanField()
    comment = models.TextField(blank=True, help_text="masked before it is stored")
    given_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return "helpful" if self.helpful else "not helpful"


class Switching(models.Model):
    """Somebody switched a part of the assistant on or off; the latest row of a name is its state, without one it is on."""

    name = models.CharField(max_length=20, db_index=True, help_text="a name of data/switches.yaml")
    on = models.BooleanField()
    reason = models.CharField(max_length=300, blank=True, help_text="for colleagues")
    message = models.JSONField(default=dict, help_text="what citizens read, by language")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.name}: {'on' if self.on else 'off'}"


class Callback(models.Model):
    """A citizen wants to be called back. It leads to no conversation: only the citizen's own browser knows which is theirs.

    The key is made when the form is shown, so that a form that is sent twice is stored once.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    name = models.CharField(max_length=100)
    phone = models.CharField(max_length=40, help_text="as it was written")
    dial = models.CharField(max_length=16, help_text="the same in E.164")
    wanted_from = models.DateTimeField(null=True, help_text="the time that was chosen; empty: any opening hours")
    wanted_to = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)
    consent = models.TextField(help_text="the words that were agreed to")
    language = models.CharField(max_length=2)
    unit = models.CharField(max_length=64, blank=True, help_text="id of the responsible unit; empty: not known")
    earliest = models.DateTimeField(null=True, help_text="before this nobody calls: what the citizen was told")
    asked_at = models.DateTimeField(auto_now_add=True)
    delete_on = models.DateField(db_index=True, help_text="it is deleted in the first hours of this day")
    state = models.CharField(max_length=10, default="open", help_text="a state of data/handover.yaml")
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=500, blank=True, help_text="a clerk's note")

    def __str__(self) -> str:
        return f"{self.state}: {self.id}"
