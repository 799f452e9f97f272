# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The database itself refuses to change an answer. A later migration that alters the table on SQLite must run this again."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

MESSAGE = "an answer is immutable"
CREATE = {
    "sqlite": [
        f"CREATE TRIGGER assistant_answer_no_update BEFORE UPDATE ON assistant_answer BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION assistant_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER assistant_answer_no_update BEFORE UPDATE ON assistant_answer "
        "FOR EACH ROW EXECUTE FUNCTION assistant_refuse()",
    ],
}
DROP = {
    "sqlite": ["DROP TRIGGER IF EXISTS assistant_answer_no_update"],
    "postgresql": ["DROP TRIGGER IF EXISTS assistant_answer_no_update ON assistant_answer"],
}


def create(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in DROP[editor.connection.vendor] + CREATE[editor.connection.vendor]:
        editor.execute(statement)


def drop(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in DROP[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("assistant", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
