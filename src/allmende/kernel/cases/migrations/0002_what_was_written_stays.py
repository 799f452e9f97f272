# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The database itself refuses to change what was handed in, the history, and letters; they can be emptied or deleted.

A later migration that alters one of these tables on SQLite must run this again: SQLite alters by copying, and a copy has no triggers.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

MESSAGE = "what was written stays"
FIXED = ("number", "room", "kind", "key", "opened_at")

SQLITE = {
    "cases_event_no_update": ("cases_event", ""),
    "cases_letter_no_update": ("cases_letter", "WHEN NEW.text IS NOT OLD.text"),
    "cases_case_no_update": (
        "cases_case",
        "WHEN (NEW.payload IS NOT OLD.payload AND NEW.payload <> '{}') OR "
        + " OR ".join(f'NEW."{name}" IS NOT OLD."{name}"' for name in FIXED),
    ),
}
POSTGRESQL = {
    "cases_event_no_update": ("cases_event", ""),
    "cases_letter_no_update": ("cases_letter", "WHEN (NEW.text IS DISTINCT FROM OLD.text)"),
    "cases_case_no_update": (
        "cases_case",
        "WHEN ((NEW.payload IS DISTINCT FROM OLD.payload AND NEW.payload <> '{}'::jsonb) OR "
        + " OR ".join(f'NEW."{name}" IS DISTINCT FROM OLD."{name}"' for name in FIXED)
        + ")",
    ),
}
FUNCTION = (
    "CREATE OR REPLACE FUNCTION cases_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
)


def create(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    drop(_apps, editor)
    if editor.connection.vendor == "postgresql":
        editor.execute(FUNCTION)
        for name, (table, when) in POSTGRESQL.items():
            editor.execute(
                f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW {when} EXECUTE FUNCTION cases_refuse()"
            )
        return
    for name, (table, when) in SQLITE.items():
        editor.execute(
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} {when} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )


def drop(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    on_table = editor.connection.vendor == "postgresql"
    for name, (table, _when) in SQLITE.items():
        editor.execute(f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if on_table else ""))


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
