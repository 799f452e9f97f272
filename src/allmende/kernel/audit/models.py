# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The log and the end of its chain. Triggers of the database refuse to change either (see append_only.py)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One thing that happened. Written by `service.record` alone, never changed, never deleted."""

    seq = models.BigIntegerField(_("Nummer"), primary_key=True)
    at = models.DateTimeField(_("Zeitpunkt"), db_index=True)
    action = models.CharField(_("Ereignis"), max_length=80, db_index=True)
    actor_id = models.CharField(max_length=40, blank=True, db_index=True)
    actor_name = models.CharField(_("Wer"), max_length=150, blank=True)
    subject = models.CharField(_("Gegenstand"), max_length=200, blank=True, db_index=True)
    detail = models.JSONField(_("Einzelheiten"), default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["-seq"]
        verbose_name = _("Eintrag")
        verbose_name_plural = _("Einträge")

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"


class Head(models.Model):
    """The end of the chain, one row. Whoever appends holds its lock; `seal` is a keyed hash no database can make."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_one_head")]

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"
