# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the queue calls, and the room's own job."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from allmende.kernel.jobs import service
from allmende.kernel.jobs.models import Job
from allmende.kernel.jobs.rules import RULES, STATES
from allmende.kernel.jobs.runner import work_off

FINISHED = [name for name, state in STATES.items() if state.finished]


def work() -> None:
    """Somebody has queued a job: work off what is due."""
    work_off()


def appointment(*, name: str, target: str, args: dict[str, Any], title: str, intended: str) -> None:
    """A schedule is due: queue its job, once per intended time and never beside an unfinished one."""
    service.enqueue_appointment(name, target, args=args, title=title, intended=intended)


def tidy(progress: service.Progress) -> None:
    """Delete jobs that finished long ago."""
    old = timezone.now() - timedelta(days=RULES.keep_finished_days)
    found = Job.objects.filter(status__in=FINISHED, finished_at__lt=old).order_by("pk").values_list("pk", flat=True)
    for pk in progress.each(list(found), key=int):
        Job.objects.filter(pk=pk).delete()
