# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pictures and films on their way: batches, masks and who drew them, sealed originals and who asked for them, records, samples.

The bytes lie in the file storage under the ids here (vault.py): originals only encrypted, results encrypted until they are published.
"""

import json
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from allmende.modules.anonymiser import rules
from allmende.modules.anonymiser.problems import Problem


def person(**options: Any) -> "models.ForeignKey[Any, Any]":
    """Who did something; empty for the house itself and for accounts that are gone."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", **options
    )


class Batch(models.Model):
    """Pictures that were handed in together, and how they are to be treated. One picture is a batch of one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    owner = person()
    settings = models.JSONField(help_text="labels, fill, keep_date, keep_location, audio")
    excluded = models.JSONField(
        default=list, help_text="areas nothing is masked in: x, y, width, height as shares of the picture"
    )
    keep_days = models.PositiveSmallIntegerField(
        default=0, help_text="how long originals are kept after publication; 0: not"
    )
    job = models.ForeignKey("jobs.Job", null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the batch."""
        return reverse("anonymiser_batch", args=[self.pk])


class Picture(models.Model):
    """One picture, or one film: it goes the same way, but nobody reviews it, and it has tracks instead of masks.

    `state` is one of data/room.yaml; a result exists from the first time the worker was through with it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="pictures")
    position = models.PositiveIntegerField(help_text="in the batch, from 1")
    name = models.CharField(max_length=200, help_text="as it was called where it came from")
    kind = models.CharField(max_length=10, default=rules.PICTURE, help_text="picture or film")
    state = models.CharField(max_length=10, default=rules.WAITING, db_index=True)
    source_sha256 = models.CharField(max_length=64)
    result_sha256 = models.CharField(max_length=64, blank=True)
    media_type = models.CharField(max_length=50, blank=True, help_text="of the result")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    film = models.JSONField(
        default=dict, help_text="of a film that is done: seconds, frames, rate, sound, and how many tracks by label"
    )
    findings = models.JSONField(default=list, help_text="regions that the verification found in the result")
    problem = models.CharField(
        max_length=30, blank=True, help_text="why it failed or was refused, a code of problems.py"
    )
    problem_values = models.JSONField(default=dict, help_text="what the sentence of that code names")
    signer = person()
    signed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["batch", "position"]
        constraints = [models.UniqueConstraint(fields=["batch", "position"], name="anonymiser_position_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the picture."""
        return reverse("anonymiser_picture", args=[self.pk])

    @property
    def meaning(self) -> rules.State:
        """What its state means."""
        return rules.states()[self.state]

    @property
    def is_film(self) -> bool:
        """Whether it moves."""
        return self.kind == rules.FILM

    @property
    def tracks(self) -> int:
        """How many things were masked through a film."""
        return sum(self.film.get("tracks", {}).values())

    @property
    def why(self) -> Problem | None:
        """Why it failed or was refused."""
        return Problem(self.problem, self.problem_values) if self.problem else None

    @why.setter
    def why(self, problem: Problem | None) -> None:
        self.problem, self.problem_values = (problem.code, dict(problem.values)) if problem else ("", {})

    @property
    def stands_still(self) -> bool:
        """Whether it waits for a job that was cancelled or has failed."""
        return self.state == rules.WAITING and (self.batch.job is None or self.batch.job.state.finished)

    @property
    def state_title(self) -> str:
        """Its state in the reader's language."""
        return str(rules.STATE_TITLES[self.state])


class Mask(models.Model):
    """A region that is masked, or was: who drew it (nobody: a detector) and who took it away. Rows are never changed otherwise."""

    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="masks")
    region = models.JSONField(help_text="label, corners, score, origin; pixels of the upright picture")
    added_by = person()
    added_at = models.DateTimeField(default=timezone.now)
    removed_by = person()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.region['label']} {self.pk}"


class Original(models.Model):
    """The picture as it came, encrypted with a key of its own. Without this row nobody can read the bytes again."""

    picture = models.OneToOneField(Picture, on_delete=models.CASCADE, primary_key=True, related_name="original")
    key = models.TextField(help_text="sealed with the house's secret key")
    media_type = models.CharField(max_length=50)
    size = models.PositiveBigIntegerField(help_text="bytes")
    open_until = models.DateTimeField(
        null=True, help_text="afterwards only four eyes open it; empty while it is worked on"
    )
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.picture_id)

    @property
    def is_open(self) -> bool:
        """Whether those who work on the picture may look at it."""
        return self.open_until is None or self.open_until > timezone.now()


class Sealed(models.Model):
    """A result that nobody may see yet, or the poster of a film: encrypted with a key of its own. The bytes lie under this id."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="sealed")
    kind = models.CharField(max_length=10, help_text="result or poster")
    key = models.TextField(help_text="sealed with the house's secret key")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["picture", "kind"], name="anonymiser_sealed_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.picture_id}"


class Unlock(models.Model):
    """Somebody wants to see a sealed original: why, who decided, and whether it was fetched. Outlives the picture for a while."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    picture = models.ForeignKey(Picture, null=True, on_delete=models.SET_NULL, related_name="unlocks")
    name = models.CharField(max_length=200, help_text="of the picture")
    reason = models.CharField(max_length=500)
    asked_by = person()
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = person()
    decided_at = models.DateTimeField(null=True)
    allowed = models.BooleanField(default=False)
    ends_at = models.DateTimeField(help_text="until then it can be decided, once allowed: used")
    fetched_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(
        null=True, db_index=True, help_text="when the picture was deleted; some time later this is"
    )

    class Meta:
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def waits(self) -> bool:
        """Whether a second person may still decide."""
        return self.decided_at is None and self.ends_at > timezone.now()

    @property
    def usable(self) -> bool:
        """Whether the original may be fetched, once."""
        return self.allowed and self.fetched_at is None and self.ends_at > timezone.now()


class SigningKey(models.Model):
    """A pair of Ed25519 keys that records are signed with; the latest signs, all of them prove. The private half is sealed."""

    id = models.CharField(primary_key=True, max_length=16, help_text="beginning of the SHA-256 of the public key")
    public = models.CharField(max_length=64, help_text="32 bytes, base64")
    private = models.TextField(help_text="sealed with the house's secret key")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.id


class Record(models.Model):
    """A signed record of a picture or a batch, as it stood when it was published. Outlives it for a while."""

    subject = models.UUIDField(db_index=True, help_text="id of the picture or batch")
    kind = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    text = models.TextField(
        help_text="JSON of engine/record.py, signed; text, so that no database writes a number otherwise"
    )
    made_at = models.DateTimeField(default=timezone.now, db_index=True)
    gone_at = models.DateTimeField(
        null=True, db_index=True, help_text="when the picture or batch was deleted; some time later this is"
    )

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def content(self) -> dict[str, Any]:
        """What was signed, with the signature."""
        found: dict[str, Any] = json.loads(self.text)
        return found


class Sample(models.Model):
    """Pictures of the town drawn at random, so that a person can say what was missed in them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    made_by = person()
    made_at = models.DateTimeField(default=timezone.now)
    of = models.PositiveIntegerField(help_text="how many pictures it was drawn from")

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return str(self.id)


class Looked(models.Model):
    """One picture of a sample, and what a person saw in its result: by label how many were missed, how many masks were wrong."""

    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, related_name="items")
    picture = models.ForeignKey(
        Picture, null=True, on_delete=models.SET_NULL, related_name="+", help_text="empty once it is deleted"
    )
    position = models.PositiveIntegerField()
    found = models.JSONField(help_text="by label: masks that a detector drew, when the sample was made")
    seen = models.JSONField(null=True, help_text="by label: missed, wrong")
    by = person()
    at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["sample", "picture"], name="anonymiser_drawn_once")]

    def __str__(self) -> str:
        return f"{self.sample_id} {self.position}"
