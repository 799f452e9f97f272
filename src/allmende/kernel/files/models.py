# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Uploaded files: what is known of each. The bytes lie in the file storage under the id, never under the given name."""

import uuid

from django.conf import settings
from django.db import models


def path_of(file_id: uuid.UUID) -> str:
    """Where the bytes of a file lie in the file storage."""
    return f"{file_id.hex[:2]}/{file_id.hex}"


class StoredFile(models.Model):
    """A file that passed every check and cleaner. `purpose` says what for, in one word of the room that stored it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(help_text="bytes, after cleaning")
    sha256 = models.CharField(max_length=64)
    purpose = models.CharField(max_length=50)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    key = models.CharField(
        max_length=44, blank=True, help_text="of bytes that lie encrypted; else they lie as they are"
    )
    stored_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-stored_at"]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """Where the bytes lie in the file storage."""
        return path_of(self.id)
