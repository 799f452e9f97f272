# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What leaves the house, who may be called, and the private links that were handed out."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allmende.kernel.messages import rules


class Message(models.Model):
    """One letter or call. Its id is the id the receiver sees at each attempt; `key` makes it the only one of its kind.

    `sealed` holds what is to be sent, unreadable without the secret key, and is emptied as soon as it is not needed any more.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True)
    channel = models.CharField(max_length=10)
    kind = models.CharField(max_length=80, help_text="name of the letter template, or of the event")
    about = models.CharField(
        max_length=200, blank=True, db_index=True, help_text="what it is about, for instance a case number"
    )
    language = models.CharField(max_length=2, blank=True)
    recipient = models.CharField(max_length=320, blank=True, help_text="e-mail address, or slug of the destination")
    sealed = models.TextField(blank=True)
    remote = models.CharField(max_length=200, blank=True, help_text="what the receiver calls it, once it has told")
    state = models.CharField(max_length=10, default=rules.QUEUED)
    outcome = models.CharField(max_length=20, blank=True, help_text="of the last attempt that failed")
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    next_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "next_at"], name="letters_due"),
            models.Index(fields=["-created_at"], name="letters_newest"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=list(rules.STATES)), name="letters_known_state")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def meaning(self) -> rules.State:
        """What the state means."""
        return rules.STATES[self.state]

    @property
    def state_title(self) -> str:
        """The state in the reader's language."""
        return gettext(self.meaning.title)

    @property
    def channel_title(self) -> str:
        """The channel in the reader's language."""
        return gettext(rules.CHANNELS[self.channel])

    @property
    def outcome_title(self) -> str:
        """What went wrong last, in the reader's language; empty when nothing did."""
        return gettext(rules.OUTCOMES[self.outcome].title) if self.outcome else ""


class Enclosure(models.Model):
    """A file that travels with a message, sealed, and gone when the message has left."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="enclosures")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    role = models.CharField(max_length=10)
    sealed = models.TextField()

    def __str__(self) -> str:
        return self.name


class Destination(models.Model):
    """Where things go that another program is told: a machine, a folder, a mailbox, an authority. Its secret is sealed.

    `serves` are ids of flows or units whose applications go there by themselves; `options` belong to the kind.
    """

    slug = models.SlugField(_("Kennung"), primary_key=True)
    kind = models.CharField(_("Art"), max_length=10)
    title = models.CharField(_("Name"), max_length=120)
    address = models.CharField(_("Adresse"), max_length=500)
    serves = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    sealed_secret = models.TextField(blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_title(self) -> str:
        """The kind in the reader's language."""
        return gettext(rules.CHANNELS[self.kind])


class Link(models.Model):
    """A private link. Only the SHA-256 of its token is kept: 256 random bits need no slow hash."""

    digest = models.CharField(max_length=64, unique=True, editable=False)
    about = models.CharField(max_length=200, db_index=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.about
