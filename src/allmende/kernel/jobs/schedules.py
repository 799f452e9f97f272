# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Work that comes back by the clock: django-q2's schedules, written idempotently."""

import ast
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django_q.models import Schedule, validate_cron

APPOINTMENT = "allmende.kernel.jobs.tasks.appointment"


@dataclass(frozen=True)
class Declaration:
    """One schedule, as `service.schedule` takes it."""

    name: str
    target: str
    cron: str | None
    minutes: int | None
    args: dict[str, Any]
    title: str


_declared: dict[str, Declaration] = {}


def declare(declaration: Declaration) -> None:
    """Remember a schedule until there is a database to write it to."""
    _declared[declaration.name] = declaration


def write_declared(**_kwargs: Any) -> None:
    """Write all declared schedules: after migrations and when a worker starts."""
    if Schedule._meta.db_table in connection.introspection.table_names():
        for declaration in _declared.values():
            write(declaration)


def write(declaration: Declaration) -> Schedule:
    """Create the schedule or change what differs; the next run stays when the rhythm stays.

    Raises ValueError or ValidationError for a rhythm that cannot be read.
    """
    cron, minutes = declaration.cron, declaration.minutes
    if (cron is None) == (minutes is None):
        raise ValueError("A schedule has either cron or minutes.")
    if cron is not None:
        validate_cron(cron)
    arguments = {key: getattr(declaration, key) for key in ("name", "target", "args", "title")}
    rhythm: dict[str, Any] = {
        "schedule_type": Schedule.CRON if cron else Schedule.MINUTES,
        "cron": cron,
        "minutes": minutes,
    }
    work: dict[str, Any] = {
        "func": APPOINTMENT,
        "kwargs": repr(arguments),
        "intended_date_kwarg": "intended",
        "repeats": -1,
    }
    if ast.literal_eval(work["kwargs"]) != arguments:
        raise ValueError("The arguments of a schedule must be plain values.")
    with transaction.atomic():
        same = Schedule.objects.select_for_update().filter(name=declaration.name).order_by("pk")
        found = same.first()
        if found is None:
            return Schedule.objects.create(name=declaration.name, **rhythm, **work)
        same.exclude(pk=found.pk).delete()  # two workers may have started at once; names are not unique there
        return _change(found, rhythm, work)


def _change(found: Schedule, rhythm: dict[str, Any], work: dict[str, Any]) -> Schedule:
    changed = any(getattr(found, name) != value for name, value in (rhythm | work).items())
    new_rhythm = any(getattr(found, name) != value for name, value in rhythm.items())
    for name, value in (rhythm | work).items():
        setattr(found, name, value)
    if new_rhythm:
        found.next_run = found.calculate_next_run()
    if changed:
        found.save()
    return found


def remove(name: str) -> None:
    """Forget the schedule; jobs it has queued remain."""
    Schedule.objects.filter(name=name).delete()
