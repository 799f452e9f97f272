# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The public door of the room: queue work, schedule it, cancel and retry it.

A job's function receives a `Progress` and the arguments; see `Progress.each` for what is kept after a crash.
"""

import inspect
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from allmende.kernel.audit import service as audit
from allmende.kernel.jobs import queue, rules, schedules
from allmende.kernel.jobs.models import Job
from allmende.kernel.jobs.progress import JobFailedError, Progress
from allmende.kernel.jobs.schedules import Declaration
from allmende.kernel.registry import resolve

__all__ = [
    "JobFailedError",
    "NotPossibleError",
    "Progress",
    "cancel",
    "declare_schedule",
    "enqueue",
    "retry",
    "schedule",
    "unschedule",
]

APPOINTMENTS = uuid.UUID("5f1f8f39-27b4-4a0b-9d4d-6f4c6d7d6f11")


class NotPossibleError(Exception):
    """The job is not in a state for this; the text is for people."""


def enqueue(
    target: str,
    *,
    args: dict[str, Any],
    title: str | Promise,
    owner: AbstractBaseUser | None = None,
    key: str | None = None,
    after: datetime | None = None,
    unbroken: bool = False,
) -> Job:
    """Queue a call of `target` ("package.module:function") with a Progress and `args` (plain JSON values).

    Call it inside the transaction that makes the work necessary: the job exists if and only if that commits. While an
    unfinished job has the same `key`, that one is returned instead. It begins at once, or not before the moment `after`.
    `unbroken`: one of its items may last longer than others can wait; of two or more workers one takes no such job.
    Raises RegistryError for an unknown target, TypeError for arguments that do not fit it.
    """
    inspect.signature(resolve(target)).bind(None, **args)
    values = {"target": target, "args": args, "title": _stored(title), "owner": owner, "unbroken": unbroken}
    with transaction.atomic():
        job, made = _unfinished_or_new(key or "", **values, run_after=after or timezone.now())
        if made:
            transaction.on_commit(queue.wake)
    return job


def enqueue_appointment(name: str, target: str, *, args: dict[str, Any], title: str, intended: str) -> None:
    """Queue a schedule's job: at most one for an intended time, and none while the one before is unfinished."""
    identity = uuid.uuid5(APPOINTMENTS, f"{name} {intended}")
    with transaction.atomic():
        if not Job.objects.filter(uuid=identity).exists():
            _unfinished_or_new(f"schedule:{name}", target=target, args=args, title=title, owner=None, uuid=identity)
            transaction.on_commit(queue.wake)


def schedule(
    name: str,
    target: str,
    *,
    cron: str | None = None,
    minutes: int | None = None,
    args: dict[str, Any] | None = None,
    title: str | Promise = "",
) -> None:
    """Queue `target` by the clock: cron in the town's time zone, or every so many minutes. Again changes what differs.

    Raises ValueError or ValidationError for a rhythm that cannot be read.
    """
    schedules.write(Declaration(name, target, cron, minutes, args or {}, _stored(title) or name))


def declare_schedule(
    name: str,
    target: str,
    *,
    cron: str | None = None,
    minutes: int | None = None,
    args: dict[str, Any] | None = None,
    title: str | Promise = "",
) -> None:
    """As `schedule`, for `AppConfig.ready`: it is written after migrations and when a worker starts."""
    schedules.declare(Declaration(name, target, cron, minutes, args or {}, _stored(title) or name))


def unschedule(name: str) -> None:
    """Forget the schedule of that name."""
    schedules.remove(name)


def cancel(job: Job, *, actor: AbstractBaseUser | None) -> Job:
    """Stop the job: at once when it waits, else at its next item. What is finished stays. Raises NotPossibleError."""
    cancellable = [name for name, state in rules.STATES.items() if state.cancel]
    with transaction.atomic():
        changed = Job.objects.filter(pk=job.pk, status__in=cancellable).update(
            status=rules.CANCELLED, worker="", lease_until=None, finished_at=timezone.now()
        )
        if not changed:
            raise NotPossibleError(_("Dieser Auftrag ist schon beendet; es gibt nichts mehr abzubrechen."))
        _record("jobs.job.cancelled", job, actor)
    job.refresh_from_db()
    return job


def retry(job: Job, *, actor: AbstractBaseUser | None) -> Job:
    """Queue a failed or cancelled job again; it goes on with its first unfinished item. Raises NotPossibleError."""
    retryable = [name for name, state in rules.STATES.items() if state.retry]
    try:
        with transaction.atomic():
            changed = Job.objects.filter(pk=job.pk, status__in=retryable).update(
                status=rules.QUEUED, attempts=0, error="", finished_at=None, run_after=timezone.now()
            )
            if not changed:
                raise NotPossibleError(_("Dieser Auftrag läuft schon oder ist fertig; er lässt sich nicht fortsetzen."))
            _record("jobs.job.retried", job, actor)
            transaction.on_commit(queue.wake)
    except IntegrityError:
        raise NotPossibleError(_("Der gleiche Auftrag läuft bereits; bitte warten Sie auf dessen Ende.")) from None
    job.refresh_from_db()
    return job


def _record(action: str, job: Job, actor: AbstractBaseUser | None) -> None:
    audit.record(action, actor=actor, subject=f"jobs.job:{job.uuid}", detail={"target": job.target})


def _unfinished_or_new(key: str, **values: Any) -> tuple[Job, bool]:
    """The unfinished job of that key, or a new one. The database's unique constraint decides when two ask at once."""
    unfinished = Job.objects.filter(key=key, status__in=rules.UNFINISHED)
    while True:
        if key and (found := unfinished.first()):
            return found, False
        try:
            with transaction.atomic():
                return Job.objects.create(key=key, **values), True
        except IntegrityError:
            if not key or not unfinished.exists():
                raise


def _stored(title: str | Promise) -> str:
    """Titles are kept in the house's first language and translated when shown."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(title)[:200]
