# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Providers, what they may be used for, and what calls cost. No table holds what was asked or answered."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allmende.kernel.llm.rules import LOCATIONS


class Provider(models.Model):
    """A server that speaks the OpenAI protocol, as the administration described it."""

    slug = models.SlugField(_("Kennung"), max_length=40, unique=True)
    name = models.CharField(_("Name"), max_length=80)
    url = models.CharField(_("Adresse des Servers"), max_length=300)
    location = models.CharField(
        _("Ort der Verarbeitung"), max_length=10, choices=[(name, item.title) for name, item in LOCATIONS.items()]
    )
    classes = models.JSONField(_("Zugelassene Daten"), default=list)
    chat_model = models.CharField(_("Modell für Texte"), max_length=120, blank=True)
    embeddings_model = models.CharField(_("Modell für Einbettungen"), max_length=120, blank=True)
    sealed_key = models.TextField(blank=True, editable=False)
    timeout = models.PositiveIntegerField(_("Längste Wartezeit in Sekunden"), default=120)
    daily_tokens = models.PositiveBigIntegerField(_("Token je Tag"), null=True, blank=True)
    position = models.PositiveIntegerField(_("Reihenfolge"), default=10)
    is_active = models.BooleanField(_("in Betrieb"), default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_by = models.ForeignKey(  # who decided on the model since a second person last put it into operation
        "accounts.User", null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["position", "slug"]
        verbose_name = _("Anbieter")
        verbose_name_plural = _("Anbieter")

    def __str__(self) -> str:
        return self.name


class Circuit(models.Model):
    """How often in a row a provider failed, and until when it is left alone. One row for all processes."""

    provider = models.CharField(max_length=40, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    open_until = models.DateTimeField(null=True)
    probe_until = models.DateTimeField(null=True)
    last_outcome = models.CharField(max_length=30, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.provider}: {self.failures}"


class RoleQuota(models.Model):
    """What all people of a role may use together in a day, where it differs from data/llm.toml."""

    role = models.CharField(max_length=40, primary_key=True)
    calls = models.PositiveIntegerField()
    tokens = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return self.role


class DailyUse(models.Model):
    """What a role (`role:clerk`) or a provider (`provider:rechenzentrum`) used on a day, reservations included."""

    day = models.DateField()
    scope = models.CharField(max_length=60)
    calls = models.PositiveIntegerField(default=0)
    tokens = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "scope"], name="llm_use_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.scope}"


class Call(models.Model):
    """One call, without a word of it."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    role = models.CharField(max_length=40)
    room = models.CharField(max_length=40)
    purpose = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)
    data_class = models.CharField(max_length=20)
    provider = models.CharField(max_length=40, blank=True)
    model = models.CharField(max_length=120, blank=True)
    location = models.CharField(max_length=10, blank=True)
    tokens_in = models.PositiveBigIntegerField(default=0)
    tokens_out = models.PositiveBigIntegerField(default=0)
    estimated = models.BooleanField(default=True)
    attempts = models.PositiveIntegerField(default=0)
    first_ms = models.PositiveIntegerField(null=True)
    total_ms = models.PositiveIntegerField(null=True)
    outcome = models.CharField(max_length=30)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.room} {self.purpose}: {self.outcome}"
