# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The database itself refuses to change an application that was sent, and a flow that was published; that one can only be withdrawn.

A later migration that alters one of these tables on SQLite must run this again: SQLite alters by copying, and a copy has no triggers.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

MESSAGE = "what was sent or published stays"
FIXED = ("flow", "version", "text", "hash", "published_at")
PUBLIC = "('published', 'withdrawn')"
SQLITE = {
    "applications_submission_no_update": ("applications_submission", ""),
    "applications_flow_no_update": (
        "applications_flowversion",
        f"WHEN OLD.status IN {PUBLIC} AND (NEW.status NOT IN {PUBLIC} OR (OLD.status = 'withdrawn' AND NEW.status <> 'withdrawn') OR "
        + " OR ".join(f'NEW."{name}" IS NOT OLD."{name}"' for name in FIXED)
        + ")",
    ),
}
POSTGRESQL = {
    name: (table, f"WHEN ({when.removeprefix('WHEN ').replace('IS NOT', 'IS DISTINCT FROM')})" if when else "")
    for name, (table, when) in SQLITE.items()
}
FUNCTION = (
    "CREATE OR REPLACE FUNCTION applications_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
)


def create(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    drop(_apps, editor)
    if editor.connection.vendor == "postgresql":
        editor.execute(FUNCTION)
        for name, (table, when) in POSTGRESQL.items():
            editor.execute(
                f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW {when} EXECUTE FUNCTION applications_refuse()"
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
    dependencies = [("applications", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
