# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a language model made of an answer. The database refuses to change it, like the answer itself."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

CREATE = {
    "sqlite": "CREATE TRIGGER assistant_wording_no_update BEFORE UPDATE ON assistant_wording "
    "BEGIN SELECT RAISE(ABORT, 'a wording is immutable'); END",
    "postgresql": "CREATE TRIGGER assistant_wording_no_update BEFORE UPDATE ON assistant_wording "
    "FOR EACH ROW EXECUTE FUNCTION assistant_refuse()",  # of the second migration
}
DROP = {
    "sqlite": "DROP TRIGGER IF EXISTS assistant_wording_no_update",
    "postgresql": "DROP TRIGGER IF EXISTS assistant_wording_no_update ON assistant_wording",
}


def create(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in (DROP[editor.connection.vendor], CREATE[editor.connection.vendor]):
        editor.execute(statement)


def drop(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    editor.execute(DROP[editor.connection.vendor])


class Migration(migrations.Migration):
    dependencies = [("assistant", "0004_staff")]
    operations = [
        migrations.CreateModel(
            name="Wording",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sentences", models.JSONField(default=list, help_text="schemas.Sentence as JSON, in the order they were shown")),
                ("dropped", models.JSONField(default=dict, help_text="reason of data/support.yaml → sentences left out")),
                ("outcome", models.CharField(help_text="complete, broken (by the provider) or left (by the citizen)", max_length=10)),
                ("provider", models.CharField(max_length=40)),
                ("model", models.CharField(max_length=120)),
                ("location", models.CharField(help_text="a location of kernel.llm", max_length=10)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("version", models.CharField(help_text="version of the house that checked it", max_length=40)),
                ("answer", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="wording", to="assistant.answer")),
            ],
        ),
        migrations.RunPython(create, drop),
    ]
