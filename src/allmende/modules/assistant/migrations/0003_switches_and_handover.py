# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Switches with their history, and callbacks."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assistant", "0002_answers_are_immutable"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Callback",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100)),
                ("phone", models.CharField(help_text="as it was written", max_length=40)),
                ("dial", models.CharField(help_text="the same in E.164", max_length=16)),
                (
                    "wanted_from",
                    models.DateTimeField(help_text="the time that was chosen; empty: any opening hours", null=True),
                ),
                ("wanted_to", models.DateTimeField(null=True)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("consent", models.TextField(help_text="the words that were agreed to")),
                ("language", models.CharField(max_length=2)),
                (
                    "unit",
                    models.CharField(
                        blank=True, help_text="id of the responsible unit; empty: not known", max_length=64
                    ),
                ),
                (
                    "earliest",
                    models.DateTimeField(help_text="before this nobody calls: what the citizen was told", null=True),
                ),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                (
                    "delete_on",
                    models.DateField(db_index=True, help_text="it is deleted in the first hours of this day"),
                ),
                (
                    "state",
                    models.CharField(default="open", help_text="a state of data/handover.yaml", max_length=10),
                ),
                ("changed_at", models.DateTimeField(null=True)),
                ("outcome", models.CharField(blank=True, help_text="a clerk's note", max_length=500)),
                (
                    "worker",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Switching",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(db_index=True, help_text="a name of data/switches.yaml", max_length=20),
                ),
                ("on", models.BooleanField()),
                ("reason", models.CharField(blank=True, help_text="for colleagues", max_length=300)),
                ("message", models.JSONField(default=dict, help_text="what citizens read, by language")),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ["-pk"]},
        ),
    ]
