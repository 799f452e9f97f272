# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a loader leaves in an empty database, put back for each test without loading anew.

A small town takes most of a second to load and some milliseconds to put back; hundreds of tests begin with one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction

from allmende.kernel.audit.testing import without_triggers

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Table:
    """Rows that are new, and rows that were there before and were changed; the primary key is the column `key`."""

    name: str
    columns: tuple[str, ...]
    key: int
    added: list[Row]
    changed: list[Row]


def take(load: Callable[[], object]) -> list[Table]:
    """Load, note every row that this added or changed, and leave the database as it was."""
    with transaction.atomic():
        before = {model: _rows(model) for model in _models()}
        load()
        found = [_difference(model, rows, _rows(model)) for model, rows in before.items()]
        transaction.set_rollback(True)
    return [table for table in found if table.added or table.changed]


def put_back(tables: list[Table]) -> None:
    """The same rows again, with the same primary keys, into a database as empty as it was; new ones continue behind them."""
    with without_triggers(), connection.cursor() as cursor:  # the audit's counter jumps
        for table in tables:
            if table.added:
                cursor.executemany(_insert(table), table.added)
            for row in table.changed:
                cursor.execute(_update(table), (*row, row[table.key]))
        filled = {table.name for table in tables}
        for statement in connection.ops.sequence_reset_sql(
            no_style(), [model for model in _models() if model._meta.db_table in filled]
        ):
            cursor.execute(statement)


def _models() -> list[type[models.Model]]:
    return [
        model for model in apps.get_models(include_auto_created=True) if model._meta.managed and not model._meta.proxy
    ]


def _rows(model: type[models.Model]) -> dict[Any, Row]:
    columns = ", ".join(map(connection.ops.quote_name, _columns(model)))
    key = _columns(model).index(model._meta.pk.column)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {connection.ops.quote_name(model._meta.db_table)}")
        return {row[key]: tuple(map(_storable, row)) for row in cursor.fetchall()}


def _storable(value: Any) -> Any:
    """SQLite hands out times that it does not take."""
    return str(value) if isinstance(value, time) else value


def _columns(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(field.column for field in model._meta.local_concrete_fields)


def _difference(model: type[models.Model], before: dict[Any, Row], after: dict[Any, Row]) -> Table:
    if gone := before.keys() - after.keys():
        raise ValueError(f"The loader deleted rows of {model._meta.db_table}: {sorted(gone)}")
    return Table(
        model._meta.db_table,
        _columns(model),
        _columns(model).index(model._meta.pk.column),
        [row for key, row in after.items() if key not in before],
        [row for key, row in after.items() if key in before and row != before[key]],
    )


def _insert(table: Table) -> str:
    columns = ", ".join(map(connection.ops.quote_name, table.columns))
    places = ", ".join(["%s"] * len(table.columns))
    return f"INSERT INTO {connection.ops.quote_name(table.name)} ({columns}) VALUES ({places})"


def _update(table: Table) -> str:
    values = ", ".join(f"{connection.ops.quote_name(column)} = %s" for column in table.columns)
    key = connection.ops.quote_name(table.columns[table.key])
    return f"UPDATE {connection.ops.quote_name(table.name)} SET {values} WHERE {key} = %s"
