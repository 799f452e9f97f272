# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads of the room."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from allmende.kernel.jobs import access, rules
from allmende.kernel.jobs.models import Job, Worker


@dataclass(frozen=True)
class Snapshot:
    """What a page shows of a job at one moment."""

    status: str
    status_title: str
    kind: str
    finished: bool
    done: int
    total: int | None
    count: str
    percent: int | None
    message: str
    error: str


def snapshot(job: Job) -> Snapshot:
    """The job as it stands."""
    return Snapshot(
        status=job.status,
        status_title=job.status_title,
        kind=job.state.kind,
        finished=job.state.finished,
        done=job.done,
        total=job.total,
        count=job.count_text,
        percent=job.percent,
        message=job.message_text,
        error=job.error,
    )


def job(uuid: UUID | str) -> Job | None:
    """The job, without asking who wants to know."""
    return Job.objects.filter(uuid=uuid).first()


def listed(user: Any, *, status: str = "", words: str = "") -> QuerySet[Job]:
    """Jobs this person may see, newest first, of one status and with these words in the title or the message."""
    found = access.visible(user).select_related("owner").order_by("-created_at", "-pk")
    if status in rules.STATES:
        found = found.filter(status=status)
    if words:
        found = found.filter(Q(title__icontains=words) | Q(message__icontains=words))
    return found


def waiting() -> int:
    """How many jobs are due and wait for a worker."""
    return Job.objects.filter(status=rules.QUEUED, run_after__lte=timezone.now()).count()


def workers() -> list[Worker]:
    """Worker processes heard of, the latest first."""
    return list(Worker.objects.order_by("-beat_at"))
