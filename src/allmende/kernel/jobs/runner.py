# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Working off jobs: claim, run, and write down how it ended."""

import logging
import time

from django_q.exceptions import TimeoutException

from allmende.kernel.jobs import keeper, leases, queue, stopping
from allmende.kernel.jobs.engine import processes
from allmende.kernel.jobs.leases import Lease
from allmende.kernel.jobs.models import Job
from allmende.kernel.jobs.progress import HandedOver, JobFailedError, Progress, Stopped
from allmende.kernel.jobs.rules import RULES
from allmende.kernel.registry import resolve

logger = logging.getLogger(__name__)


def work_off() -> int:
    """Run what is due, for about the length of a slice. Returns how many jobs were touched."""
    began = time.monotonic()
    count = 0
    while not stopping.requested():
        if time.monotonic() - began > RULES.slice:
            queue.wake()
            break
        token = processes.new_token()
        job = leases.claim(token)
        if job is None:
            break
        run(job, Lease(job.pk, token))
        count += 1
    return count


def run(job: Job, lease: Lease) -> None:
    """Run a claimed job to its end, its next pause or its failure. Raises only when django-q's time is up."""
    with keeper.holding(lease):
        try:
            _call(job, lease)
            lease.succeed()
        except Stopped:
            logger.info("Job %s was cancelled or is held by another worker.", job.uuid)
        except HandedOver:
            lease.hand_over()
        except JobFailedError as failure:
            lease.fail(str(failure))
        except TimeoutException:
            logger.error("Job %s did not come to a checkpoint in time.", job.uuid)
            lease.fail_attempt()
            raise
        except Exception:
            logger.exception("Job %s (%s) failed.", job.uuid, job.target)
            lease.fail_attempt()


def _call(job: Job, lease: Lease) -> None:
    progress = Progress(job, lease)
    try:
        resolve(job.target)(progress, **job.args)
    finally:
        progress.close()
