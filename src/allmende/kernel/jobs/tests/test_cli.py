# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.utils import timezone

from allmende.kernel.jobs import health
from allmende.kernel.jobs.cli import jobs
from allmende.kernel.jobs.models import Job, Worker

pytestmark = pytest.mark.django_db


def call(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(jobs, arguments)
    return result.exit_code, result.output


def test_the_administrator_lists_and_reads_jobs(queued):
    job = queued("send_letters", count=3)
    assert str(job.uuid) in call("list")[1]
    assert str(job.uuid) not in call("list", "--status", "failed")[1]
    assert "Briefe versenden" in call("show", str(job.uuid))[1]


def test_the_administrator_cancels_and_retries(queued):
    job = queued("send_letters", count=3)
    assert call("cancel", str(job.uuid)) == (0, f"{job.uuid} cancelled\n")
    assert call("retry", str(job.uuid)) == (0, f"{job.uuid} queued\n")


def test_mistakes_are_answered_with_a_sentence(queued):
    code, text = call("retry", "00000000-0000-0000-0000-000000000000")
    assert (code, text) == (1, "Error: There is no job 00000000-0000-0000-0000-000000000000.\n")
    job = queued("send_letters", count=3)
    code, text = call("retry", str(job.uuid))
    assert code == 1
    assert "Traceback" not in text


def test_the_health_page_hears_of_a_worker_that_works():
    Worker.objects.create(name="worker-1")
    assert "1 Arbeitsprozess ist da" in health.check()
    assert call("status")[0] == 0


def test_the_health_page_says_that_nobody_works_and_nothing_is_lost(queued):
    queued("send_letters", count=3)
    Worker.objects.create(name="worker-1", beat_at=timezone.now() - timedelta(minutes=5))
    with pytest.raises(health.UnhealthyError, match="Wartende Aufträge: 1; sie gehen nicht verloren"):
        health.check()
    assert call("status")[0] == 1
    assert Job.objects.filter(status="queued").count() == 1
