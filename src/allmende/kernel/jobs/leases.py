# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Claiming, keeping and giving back jobs.

Every step is one conditional UPDATE, so of two workers that both believe to hold a job only one can write to it.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.conf import Conf

from allmende.kernel.jobs import rules
from allmende.kernel.jobs.engine import processes
from allmende.kernel.jobs.models import Job, Worker
from allmende.kernel.jobs.rules import RULES

logger = logging.getLogger(__name__)


def lease_end() -> datetime:
    """Until when a lease taken now holds."""
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


def claim(token: str) -> Job | None:
    """Take the job that has waited longest; None when nothing is due that may begin."""
    while True:
        found = _due().order_by("run_after", "pk").values_list("pk", flat=True).first()
        if found is None:
            return None
        now = timezone.now()
        taken = Job.objects.filter(pk=found, status=rules.QUEUED, run_after__lte=now).update(
            status=rules.RUNNING,
            worker=token,
            lease_until=lease_end(),
            attempts=F("attempts") + 1,
            started_at=Coalesce(F("started_at"), now),
            error="",
        )
        if taken:
            return Job.objects.get(pk=found)


def others_wait() -> bool:
    """Whether a job is due that may begin."""
    return _due().exists()


def _due() -> QuerySet[Job]:
    """What waits and may begin: where there are several workers, one is always left for jobs that do not hold it for long."""
    due = Job.objects.filter(status=rules.QUEUED, run_after__lte=timezone.now())
    held = Job.objects.filter(status=rules.RUNNING, unbroken=True).count()
    return due.filter(unbroken=False) if held >= max(1, int(Conf.WORKERS) - 1) else due


@dataclass(frozen=True)
class Lease:
    """One worker's hold on one job."""

    pk: int
    token: str

    def update(self, **values: Any) -> bool:
        """Write to the job and renew the lease; False when the lease was lost or the job cancelled."""
        return self._write(lease_until=lease_end(), **values)

    def succeed(self) -> bool:
        """The work is done."""
        return self._end(rules.SUCCEEDED)

    def fail(self, error: str) -> bool:
        """Give up for good; `error` is for people."""
        return self._end(rules.FAILED, error=error[:2000])

    def hand_over(self) -> bool:
        """Give the job back so that it goes on later, behind those who wait; this is no failure."""
        return self._write(status=rules.QUEUED, worker="", lease_until=None, run_after=timezone.now(), attempts=0)

    def fail_attempt(self) -> bool:
        """An attempt failed: wait and try again, or give up when there were too many."""
        job = Job.objects.filter(pk=self.pk, worker=self.token, status=rules.RUNNING).first()
        if job is None:
            return False
        if job.attempts >= RULES.max_attempts:
            return self.fail(_gave_up(job))
        wait = rules.wait_before(job.attempts + 1, RULES.wait_after_error)
        return self._write(
            status=rules.QUEUED, worker="", lease_until=None, run_after=timezone.now() + timedelta(seconds=wait)
        )

    def _end(self, status: str, **values: Any) -> bool:
        return self._write(status=status, worker="", lease_until=None, finished_at=timezone.now(), **values)

    def _write(self, **values: Any) -> bool:
        held = Job.objects.filter(pk=self.pk, worker=self.token, status=rules.RUNNING)
        return held.update(**values) == 1


def take_back_abandoned() -> int:
    """Put jobs back whose worker has died or whose lease has expired. Returns how many."""
    now = timezone.now()
    count = 0
    for job in Job.objects.filter(status=rules.RUNNING):
        expired = job.lease_until is None or job.lease_until < now
        if expired or processes.is_dead(job.worker):
            count += _take_back(job)
    return count


def _take_back(job: Job) -> int:
    """Conditional on the lease being the one we saw: a worker that renewed it meanwhile keeps the job."""
    values: dict[str, Any] = {"worker": "", "lease_until": None}
    if job.attempts >= RULES.max_attempts:
        values |= {"status": rules.FAILED, "finished_at": timezone.now(), "error": _gave_up(job)}
    else:
        wait = rules.wait_before(job.attempts + 1, RULES.wait_after_crash)
        values |= {"status": rules.QUEUED, "run_after": timezone.now() + timedelta(seconds=wait)}
    held = Job.objects.filter(pk=job.pk, status=rules.RUNNING, worker=job.worker, lease_until=job.lease_until)
    taken = held.update(**values)
    if taken:
        logger.warning("Job %s was left behind by its worker at item %s.", job.uuid, job.done)
    return taken


def _gave_up(job: Job) -> str:
    return _(
        "Der Auftrag ist %(attempts)s-mal hintereinander an derselben Stelle gescheitert und wurde angehalten. "
        "Was bis dahin fertig war (%(done)s), bleibt erhalten. Die Verwaltung des Systems findet die Ursache unter "
        "der Kennung %(uuid)s im Protokoll des Servers und kann den Auftrag danach dort fortsetzen."
    ) % {"attempts": job.attempts, "done": job.done, "uuid": job.uuid}


def beat(name: str) -> None:
    """Say that this worker is alive, and forget those that are not."""
    now = timezone.now()
    with transaction.atomic():
        Worker.objects.update_or_create(name=name, defaults={"beat_at": now})
        for worker in Worker.objects.exclude(name=name):
            if processes.is_dead(worker.name) or worker.beat_at < now - timedelta(days=1):
                worker.delete()
