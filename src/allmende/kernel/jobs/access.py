# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may see and change which jobs. What you may not know of does not exist for you."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from allmende.kernel.accounts.access import has_right
from allmende.kernel.jobs.models import Job

READ, MANAGE = "jobs.read", "jobs.manage"


def visible(user: Any) -> QuerySet[Job]:
    """All jobs for those who hold jobs.read, otherwise one's own."""
    if has_right(user, READ):
        return Job.objects.all()
    return Job.objects.filter(owner_id=user.pk) if user.is_authenticated else Job.objects.none()


def get_job(user: Any, uuid: UUID) -> Job:
    """The job, if this person may see it. Raises Http404."""
    job = visible(user).filter(uuid=uuid).first()
    if job is None:
        raise Http404
    return job


def may_cancel(user: Any, job: Job) -> bool:
    """The owner and those who hold jobs.manage; whether there is still something to cancel is the job's state."""
    mine = user.is_authenticated and job.owner_id == user.pk
    return mine or has_right(user, MANAGE)


def may_retry(user: Any, _job: Job) -> bool:
    """Those who hold jobs.manage; whether the job can go on is its state."""
    return has_right(user, MANAGE)
