# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables of the room."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Run(models.Model):
    """One measurement: which evaluation, of which version of the house, on which data, where, and what came out."""

    evaluation = models.CharField(max_length=100)
    version = models.CharField(max_length=50)
    data = models.CharField(max_length=300, blank=True)
    figures = models.JSONField()
    host = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["evaluation", "-at"], name="evaluation_newest")]

    def __str__(self) -> str:
        return f"{self.evaluation} {self.version}"

    @property
    def command(self) -> str:
        """How to measure again."""
        return f"allmende evaluate {self.evaluation}" + (f" --data {self.data}" if self.data else "")


class Override(models.Model):
    """Somebody published all the same although a gate objected: what, why, and what was objected."""

    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=100)
    reason = models.TextField()
    objections = models.JSONField(help_text="the sentences, by the name of the gate")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.kind}:{self.subject}"
