# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables of imports: each delivery, and every record a source has ever sent with what became of it."""

import json
import uuid
import zlib
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from allmende.kernel.town.imports import rules

COMPRESSION = 1
"""Of the records as they arrived: quick, and a quarter of the size."""


class Import(models.Model):
    """One delivery: what it was, how it was to be read, and what came of it."""

    class Arrival(models.TextChoices):
        AUTO = "auto", _("veröffentlicht, wenn die Quelle ein Freigabedatum nennt, sonst als Entwurf")
        PUBLISHED = "published", _("veröffentlicht")
        DRAFT = "draft", _("als Entwurf")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.CharField(max_length=60)
    form = models.CharField(max_length=10)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    unit = models.ForeignKey("town.Unit", models.SET_NULL, null=True, blank=True, related_name="+")
    arrival = models.CharField(max_length=10, choices=Arrival, default=Arrival.AUTO)
    area = models.CharField(max_length=12, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    file = models.ForeignKey("files.StoredFile", models.SET_NULL, null=True, blank=True, related_name="+")
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, blank=True, related_name="+")
    begun_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    written = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    deleted = models.PositiveIntegerField(default=0)
    outside = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-begun_at", "-pk")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page with progress and summary."""
        return reverse("import", args=[self.uuid])

    @property
    def taken(self) -> int:
        """How many records are in as the source has them."""
        return self.written + self.unchanged + self.deleted


class ImportedRecord(models.Model):
    """A record as the source last sent it, where it lives here, and what became of it.

    `digest` tells what arrived, `applied` with which circumstances it was last dealt with: where the two no longer fit
    together, there is work to do, whoever was interrupted. `written` is the hash of the content that the import left:
    where the latest version holds another one, somebody here has changed it. `unit` is responsible because an editor said so.
    """

    source = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=200)
    run = models.ForeignKey(Import, models.SET_NULL, null=True, blank=True, related_name="records")
    file = models.CharField(max_length=250, blank=True)
    line = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64)
    packed = models.BinaryField(default=bytes)
    facts = models.JSONField(default=dict, blank=True)
    gone = models.BooleanField(default=False)
    fault = models.CharField(max_length=20, blank=True)
    applied = models.CharField(max_length=64, blank=True)
    local_id = models.CharField(max_length=50, blank=True)
    unit = models.CharField(max_length=50, blank=True)
    written = models.CharField(max_length=64, blank=True)
    relations = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=12, blank=True, db_index=True)
    outcome = models.CharField(max_length=12, blank=True)
    title = models.CharField(max_length=200, blank=True)
    problems = models.JSONField(default=dict, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-changed_at", "-pk")
        constraints = [models.UniqueConstraint(fields=("source", "kind", "key"), name="imported_once")]
        indexes = [models.Index(fields=("run", "outcome"), name="imported_in_run")]

    def __str__(self) -> str:
        return f"{self.source} {self.kind} {self.key}"

    @property
    def record(self) -> dict[str, Any]:
        """The record as it arrived."""
        found: dict[str, Any] = json.loads(zlib.decompress(bytes(self.packed))) if self.packed else {}
        return found

    @property
    def meaning(self) -> rules.State:
        """What its state means."""
        return rules.states()[self.state]

    @property
    def sentences(self) -> list[tuple[str, str]]:
        """(field, sentence) of everything that is wrong, in the language of the page."""
        language = (get_language() or rules.DEFAULT_LANGUAGE).split("-")[0]
        found = self.problems.get(language) or self.problems.get(rules.DEFAULT_LANGUAGE) or []
        return [(field, sentence) for field, sentence in found]

    @property
    def own_key(self) -> str:
        """The id the source gives it; empty where it has none of its own, or is a file."""
        return "" if self.kind == "file" or self.key.startswith("#") else self.key

    @property
    def shown_title(self) -> str:
        """What it goes by in lists."""
        return self.title or self.own_key or self.file


def packed(record: dict[str, Any]) -> tuple[bytes, bytes]:
    """The record as JSON, and compressed."""
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return text, zlib.compress(text, COMPRESSION)
