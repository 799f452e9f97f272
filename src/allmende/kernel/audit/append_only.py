# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Triggers by which the database itself refuses to change the log.

A later migration that alters `audit_entry` must call `create` again at its end: SQLite alters by copying, and a copy
has no triggers.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

MESSAGE = "the audit is append-only"

SQLITE_CREATE = (
    f"CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    f"CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    f"CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    "CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_head WHEN NEW.seq <> OLD.seq + 1 "
    f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
)
SQLITE_DROP = tuple(
    f"DROP TRIGGER IF EXISTS {name}"
    for name in ("audit_entry_no_update", "audit_entry_no_delete", "audit_head_no_delete", "audit_head_forward")
)

POSTGRESQL_CREATE = (
    "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    "CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry "
    "FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    "CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    "CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    "CREATE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON audit_head "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
    "CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_head FOR EACH ROW "
    "WHEN (NEW.seq <> OLD.seq + 1) EXECUTE FUNCTION audit_refuse()",
)
POSTGRESQL_DROP = tuple(
    f"DROP TRIGGER IF EXISTS {name} ON {table}"
    for table, name in (
        ("audit_entry", "audit_entry_no_change"),
        ("audit_entry", "audit_entry_no_truncate"),
        ("audit_head", "audit_head_no_delete"),
        ("audit_head", "audit_head_no_truncate"),
        ("audit_head", "audit_head_forward"),
    )
)

STATEMENTS = {"sqlite": (SQLITE_CREATE, SQLITE_DROP), "postgresql": (POSTGRESQL_CREATE, POSTGRESQL_DROP)}


def create(connection: BaseDatabaseWrapper) -> None:
    """Set the triggers, replacing older ones. Raises KeyError for a database this house does not know."""
    drop(connection)
    _run(connection, STATEMENTS[connection.vendor][0])


def drop(connection: BaseDatabaseWrapper) -> None:
    """Remove the triggers. Only a migration and the tests' own clearing of tables have a reason to."""
    _run(connection, STATEMENTS[connection.vendor][1])


def _run(connection: BaseDatabaseWrapper, statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
