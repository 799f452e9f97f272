# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Waking workers through django-q2."""

from django.utils import timezone
from django_q.brokers import get_broker
from django_q.conf import Conf
from django_q.tasks import async_task

from allmende.kernel.jobs import rules
from allmende.kernel.jobs.models import Job


def wake() -> None:
    """Tell one worker that there may be work."""
    async_task("allmende.kernel.jobs.tasks.work", task_name="work")


def wake_for_due() -> None:
    """Tell the workers about due jobs that no message announces: it died with a worker, or the job had to wait."""
    due = Job.objects.filter(status=rules.QUEUED, run_after__lte=timezone.now()).count()
    if due and not get_broker().queue_size():
        for _worker in range(min(due, int(Conf.WORKERS))):
            wake()
