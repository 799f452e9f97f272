# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables of the room."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from allmende.kernel.jobs import rules

PART = "part"
"""Where the checkpoint says how far the item in hand is: its share, and how many parts of how many."""


class Job(models.Model):
    """Work that takes time. What is done and what is left stands here; the queue only wakes workers."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    target = models.CharField(max_length=200)
    args = models.JSONField(default=dict)
    title = models.CharField(max_length=200)
    unbroken = models.BooleanField(default=False, help_text="one of its items may hold a worker for long")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    key = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=12, default=rules.QUEUED)
    total = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    checkpoint = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)  # since the last finished item
    run_after = models.DateTimeField(default=timezone.now)
    worker = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=~Q(key="") & Q(status__in=rules.UNFINISHED),
                name="jobs_one_unfinished_per_key",
            ),
            models.CheckConstraint(condition=Q(status__in=list(rules.STATES)), name="jobs_known_status"),
        ]
        indexes = [
            models.Index(fields=["status", "run_after"], name="jobs_due"),
            models.Index(fields=["-created_at"], name="jobs_newest"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page with the progress."""
        return reverse("jobs:job", args=[self.uuid])

    @property
    def state(self) -> rules.State:
        """What the job's status means."""
        return rules.STATES[self.status]

    @property
    def status_title(self) -> str:
        """The status in the reader's language."""
        return gettext(self.state.title)

    @property
    def title_text(self) -> str:
        """The title in the reader's language, if it is one of the house's own texts."""
        return gettext(self.title) if self.title else ""

    @property
    def message_text(self) -> str:
        """The message in the reader's language, if it is one of the house's own texts, with the parts of the item in hand."""
        text = gettext(self.message) if self.message else ""
        if not text or PART not in self.checkpoint:
            return text
        _share, done, of = self.checkpoint[PART]
        return gettext("%(text)s: %(done)s von %(total)s") % {"text": text, "done": done, "total": of}

    @property
    def count_text(self) -> str:
        """How much is done, as a phrase in the reader's language; empty while there is nothing to tell."""
        if self.total:
            return gettext("%(done)s von %(total)s erledigt") % {"done": self.done, "total": self.total}
        return gettext("%(done)s erledigt") % {"done": self.done} if self.done else ""

    @property
    def percent(self) -> int | None:
        """How much is done, 0 to 100; None while nobody knows how much there is."""
        if self.status == rules.SUCCEEDED:
            return 100
        share = self.checkpoint[PART][0] if PART in self.checkpoint else 0
        return min(100, int((self.done + share) * 100 / self.total)) if self.total else None


class Worker(models.Model):
    """A process that works on jobs, and when it was last heard of."""

    name = models.CharField(max_length=80, unique=True)
    started_at = models.DateTimeField(default=timezone.now)
    beat_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name
