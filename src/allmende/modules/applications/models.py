# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Flows in their versions, applications that somebody is filling in, and applications that were sent.

The database itself refuses to change a flow that was published and an application that was sent (see the second migration).
"""

import uuid

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone


class FlowVersion(models.Model):
    """One version of a flow. `text` is its file as it was written; its status counts, not the one that the file begins with."""

    class Status(models.TextChoices):
        DRAFT = "draft"
        REVIEW = "review"
        PUBLISHED = "published"
        WITHDRAWN = "withdrawn"

    flow = models.CharField(max_length=50, help_text="id of the flow")
    version = models.PositiveIntegerField()
    text = models.TextField(help_text="YAML in the format flow/1")
    hash = models.CharField(max_length=64, help_text="SHA-256 of the text")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    writers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", help_text="all who changed it: none of them may publish it"
    )
    stored_at = models.DateTimeField(default=timezone.now)
    publisher = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True, help_text="why it was withdrawn or, of a draft, given back")

    class Meta:
        ordering = ["flow", "-version"]
        constraints = [models.UniqueConstraint(fields=["flow", "version"], name="applications_version_once")]

    def __str__(self) -> str:
        return f"{self.flow} {self.version}"

    def was_written_by(self, person: AbstractBaseUser | AnonymousUser) -> bool:
        """Whether the person changed anything of this version."""
        return person.pk in {writer.pk for writer in self.writers.all()}


class Draft(models.Model):
    """An application that somebody is filling in. Its answers are sealed with a key that only the token yields."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=64, unique=True, help_text="digest of the token, which stands nowhere here")
    version = models.ForeignKey(FlowVersion, on_delete=models.PROTECT, related_name="+")
    sealed = models.TextField()
    language = models.CharField(max_length=2)
    channel = models.CharField(max_length=10)
    revision = models.PositiveIntegerField(default=0)
    step = models.CharField(max_length=80, blank=True, help_text="where the answers end; it says nothing else of them")
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.id)


class Unsent(models.Model):
    """How many applications ended at a step without being sent: counts alone, by the day on which the draft was deleted."""

    day = models.DateField()
    flow = models.CharField(max_length=50)
    step = models.CharField(max_length=80, blank=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "flow", "step"], name="applications_unsent_once")]

    def __str__(self) -> str:
        return f"{self.flow} {self.step}"


class Submission(models.Model):
    """An application as it was sent, format record/1 of engine/record.py: never changed, deleted with its case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft_key = models.CharField(max_length=64, unique=True, help_text="key of the draft: it is sent once")
    case = models.OneToOneField("cases.Case", on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(FlowVersion, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=2)
    channel = models.CharField(max_length=10)
    record = models.JSONField()
    link = models.TextField(help_text="the citizen's private link, sealed like a draft")
    sent_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.id)


class Upload(models.Model):
    """A file that somebody uploaded for a draft: what it is called, what it is and the key of its bytes, sealed like the answers.

    When it belongs to no draft any more, `tidying` deletes it with its bytes.
    """

    id = models.UUIDField(primary_key=True, editable=False, help_text="id of the file, also when it was sent")
    draft = models.ForeignKey(Draft, null=True, on_delete=models.SET_NULL, related_name="uploads")
    sealed = models.TextField()
    size = models.PositiveBigIntegerField(help_text="bytes, which the budget of the draft counts")
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["uploaded_at"]

    def __str__(self) -> str:
        return str(self.id)


class Attachment(models.Model):
    """A file that came with an application. When it belongs to none any more, `tidying` deletes it."""

    file = models.OneToOneField("files.StoredFile", on_delete=models.CASCADE, related_name="+")
    submission = models.ForeignKey(Submission, null=True, on_delete=models.SET_NULL, related_name="attachments")

    def __str__(self) -> str:
        return str(self.file_id)
