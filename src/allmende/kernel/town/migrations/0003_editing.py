# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import allmende.kernel.town.rules


def forget_files(apps, schema_editor):
    """Let the next start read the town's files once more, so that each record gets its first version.

    Until here only files could change a record, so nothing of anybody's is lost.
    """
    apps.get_model("town", "SourceFile").objects.all().delete()
    for name in ("Unit", "Statute", "Service", "Page"):
        apps.get_model("town", name).objects.update(content_hash="")


class Migration(migrations.Migration):
    dependencies = [("town", "0002_imports"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="WordList",
            fields=[
                ("status", models.CharField(choices=allmende.kernel.town.rules.state_choices, db_index=True, default="published", max_length=20, verbose_name="Status")),
                ("content_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("changed_at", models.DateTimeField(auto_now=True, verbose_name="geändert am")),
                ("id", models.SlugField(primary_key=True, serialize=False)),
                ("groups", models.JSONField(blank=True, default=list, verbose_name="Gruppen")),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20, verbose_name="Art")),
                ("record_id", models.CharField(max_length=50, verbose_name="Kennung")),
                ("title", models.CharField(max_length=300, verbose_name="Titel")),
                ("unit", models.CharField(blank=True, max_length=50, verbose_name="zuständig")),
                ("status", models.CharField(choices=allmende.kernel.town.rules.state_choices, db_index=True, default="draft", max_length=20, verbose_name="Status")),
                ("data", models.JSONField(verbose_name="Inhalt")),
                ("content_hash", models.CharField(max_length=64)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("base", models.PositiveIntegerField(default=0)),
                ("keeps_as", models.CharField(blank=True, max_length=50)),
                ("comment", models.TextField(blank=True, verbose_name="Anmerkung für die Prüfung")),
                ("answer", models.TextField(blank=True, verbose_name="Antwort der Prüfung")),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="zuletzt geändert am")),
                ("answered_by", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="zurückgegeben von")),
                ("changed_by", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="zuletzt geändert von")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "record_id"), name="town_draft_once")],
            },
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20, verbose_name="Art")),
                ("record_id", models.CharField(max_length=50, verbose_name="Kennung")),
                ("number", models.PositiveIntegerField(verbose_name="Nummer")),
                ("status", models.CharField(choices=allmende.kernel.town.rules.state_choices, max_length=20, verbose_name="Status")),
                ("data", models.JSONField(verbose_name="Inhalt")),
                ("content_hash", models.CharField(max_length=64)),
                ("comment", models.TextField(blank=True, verbose_name="Anmerkung")),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="Herkunft")),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="am")),
                ("author", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="bearbeitet von")),
                ("reviewer", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="geprüft von")),
            ],
            options={
                "ordering": ("-number",),
                "constraints": [models.UniqueConstraint(fields=("kind", "record_id", "number"), name="town_version_once")],
            },
        ),
        migrations.RunPython(forget_files, migrations.RunPython.noop),
    ]
