# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""For the tests of any room: how a test database may clear a table that refuses to be cleared."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from allmende.kernel.audit import append_only
from allmende.kernel.audit.models import Head
from allmende.kernel.audit.service import genesis


@contextmanager
def without_triggers() -> Iterator[None]:
    """Do as somebody does who owns the database: change the log behind its back."""
    with transaction.atomic():
        append_only.drop(connection)
        yield
        append_only.create(connection)


def let_tests_clear_tables() -> None:
    """Call once when the test database is there: tests with ``transaction=True`` clear all tables after themselves.

    PostgreSQL's TRUNCATE gives every table a new file; to delete from tables that are almost empty is seven times faster.
    """
    operations = connection.ops
    original = operations.execute_sql_flush
    if getattr(original, "clears_audit", False):
        return

    def execute_sql_flush(sql_list: Sequence[Any]) -> None:
        append_only.drop(connection)
        original(_deletions() if connection.vendor == "postgresql" else sql_list)
        Head.objects.get_or_create(pk=1, defaults=genesis())
        append_only.create(connection)

    execute_sql_flush.clears_audit = True  # type: ignore[attr-defined]
    operations.execute_sql_flush = execute_sql_flush  # type: ignore[method-assign,assignment]


def _deletions() -> list[str]:
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    names = map(connection.ops.quote_name, tables)
    return ["SET CONSTRAINTS ALL DEFERRED", *(f"DELETE FROM {name}" for name in names)]  # noqa: S608 (Django's names)
