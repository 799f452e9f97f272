# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a person must deal with, and everything that happened to it.

The database itself refuses to change what was handed in, the history, and letters (see the second migration); they can only be emptied
or deleted when their time is over. No row of a history leads to an account: names stay readable when an account is closed.
"""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext

from allmende.kernel.cases import rules


class Counter(models.Model):
    """The last number given in a year. Its row is locked while a case is opened, so that no number is left out."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Case(models.Model):
    """One matter. `key` is given by the room that opens it: the same key opens no second case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=20, unique=True)
    room = models.CharField(max_length=60)
    kind = models.CharField(max_length=80, db_index=True)
    key = models.CharField(max_length=200)
    title = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=64, blank=True, db_index=True, help_text="id of the responsible unit")
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=40)
    finished = models.BooleanField(default=False)
    state_since = models.DateTimeField(default=timezone.now)
    priority = models.PositiveSmallIntegerField(default=rules.NORMAL)
    due_on = models.DateField(null=True, help_text="while the clock runs")
    days_left = models.IntegerField(null=True, help_text="working days, while the clock stands")
    contact_name = models.CharField(max_length=200, blank=True)
    contact_email = models.EmailField(blank=True)
    language = models.CharField(max_length=2, default="de")
    payload = models.JSONField(default=dict)
    opened_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    delete_on = models.DateField(null=True, db_index=True)
    revision = models.PositiveIntegerField(default=1)
    anonymised_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "key"], name="cases_once_for_each_key")]
        indexes = [
            models.Index(fields=["finished", "priority", "due_on"], name="cases_inbox"),
            models.Index(Lower("contact_email"), name="cases_of_a_person"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def priority_title(self) -> str:
        """The priority in the reader's language."""
        return rules.priority_title(self.priority)


class Event(models.Model):
    """Something that happened to a case: never changed. `before` is what `undo` puts back, `batch` what was done in one go."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    what = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=40, blank=True)
    actor_name = models.CharField(max_length=150, blank=True)
    detail = models.JSONField(default=dict, help_text="names of states, units and people; nothing that anybody wrote")
    before = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(help_text="of the case afterwards")
    batch = models.UUIDField(default=uuid.uuid4, db_index=True)

    class Meta:
        ordering = ["revision"]
        constraints = [models.UniqueConstraint(fields=["case", "revision"], name="cases_one_event_a_revision")]

    def __str__(self) -> str:
        return self.what

    @property
    def title(self) -> str:
        """What happened, in the reader's language."""
        return gettext(rules.EVENTS[self.what].title)


class Note(models.Model):
    """What colleagues tell each other about a case. The citizen does not read it, but may ask for it (GDPR Art. 15)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    at = models.DateTimeField(default=timezone.now)
    author = models.CharField(max_length=150)
    text = models.TextField()

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return self.text[:60]


class Letter(models.Model):
    """What the town wrote to the citizen, and what came back. `ticket` is the form's: sent twice it is one letter."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="letters")
    at = models.DateTimeField(default=timezone.now)
    incoming = models.BooleanField(default=False)
    author = models.CharField(max_length=150, blank=True)
    text = models.TextField()
    ticket = models.UUIDField(unique=True)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def has_left(self) -> bool:
        """Whether it has left the house: its citizen reads it, and nobody takes it back."""
        return self.incoming or timezone.now() - self.at >= timedelta(seconds=rules.ANSWER_SECONDS)

    @property
    def message_key(self) -> str:
        """The key of the e-mail that announces it."""
        return f"cases.letter:{self.ticket}"


class SavedFilter(models.Model):
    """A view of the inbox that somebody comes back to: a name and the query of its address."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="cases_filter_once")]

    def __str__(self) -> str:
        return self.name


class Disposal(models.Model):
    """One line of the protocol of deletions: what, how many, when, and on whose wish. It names no person."""

    on = models.DateField()
    action = models.CharField(max_length=12)
    kind = models.CharField(max_length=80)
    state = models.CharField(max_length=40, blank=True)
    count = models.PositiveIntegerField(default=0)
    by = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-on", "kind"]

    def __str__(self) -> str:
        return f"{self.on} {self.action} {self.kind}: {self.count}"

    @property
    def action_title(self) -> str:
        """What was done, in the reader's language."""
        return gettext(rules.DISPOSALS[self.action])
