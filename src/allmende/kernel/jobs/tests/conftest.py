# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

import pytest
from django.db import connection

from allmende.kernel.jobs import leases, service
from allmende.kernel.jobs.leases import Lease
from allmende.kernel.jobs.models import Job
from allmende.kernel.jobs.tests import errands


@pytest.fixture
def letters(db) -> None:
    with connection.cursor() as cursor:
        cursor.execute(errands.TABLE)


@pytest.fixture
def queued(db):
    """Queue one of the errands."""

    def queue(name: str, **args) -> Job:
        return service.enqueue(f"allmende.kernel.jobs.tests.errands:{name}", args=args, title="Briefe versenden")

    return queue


@pytest.fixture
def claimed(queued):
    """Queue one of the errands and let a worker take it."""

    def claim(name: str, **args) -> tuple[Job, Lease]:
        queued(name, **args)
        job = leases.claim("worker-1")
        assert job is not None
        return job, Lease(job.pk, "worker-1")

    return claim
