# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from datetime import timedelta

import pytest
from django.utils import timezone

from allmende.kernel.jobs import leases, queue, runner
from allmende.kernel.jobs.engine import processes
from allmende.kernel.jobs.leases import Lease
from allmende.kernel.jobs.models import Job, Worker
from allmende.kernel.jobs.rules import RULES

pytestmark = pytest.mark.django_db

DEAD_NEIGHBOUR = f"{processes.machine()}:4194305:1:abc"  # above the highest process id Linux gives


def test_only_one_worker_gets_the_job(queued):
    job = queued("send_letters", count=1)
    assert leases.claim("worker-1") == job
    assert leases.claim("worker-2") is None


def test_the_job_that_waited_longest_comes_first(queued):
    first, second = queued("send_letters", count=1), queued("send_letters", count=2)
    assert [leases.claim("a"), leases.claim("b")] == [first, second]


@pytest.mark.parametrize(("workers", "films"), [(1, 1), (2, 1), (4, 3)])
def test_of_several_workers_one_is_left_for_what_does_not_hold_it(queued, monkeypatch, workers, films):
    monkeypatch.setattr(leases.Conf, "WORKERS", workers)
    for _film in range(films + 1):
        queued("send_letters", count=1)
    Job.objects.update(unbroken=True)
    letter = queued("send_letters", count=1)
    assert all(leases.claim(f"worker-{film}").unbroken for film in range(films))
    assert leases.claim("worker-x") == letter
    assert not leases.others_wait(), "the film that waits may not begin"
    assert leases.claim("worker-y") is None
    Job.objects.filter(status="running").update(status="succeeded")
    assert leases.claim("worker-z").unbroken


def test_a_job_whose_lease_expired_goes_back_to_the_queue_at_once(claimed):
    job, _lease = claimed("send_letters", count=1)
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert leases.take_back_abandoned() == 1
    job.refresh_from_db()
    assert (job.status, job.worker) == ("queued", "")
    assert leases.claim("worker-2") == job


def test_a_job_of_a_worker_that_keeps_its_lease_is_left_alone(claimed):
    claimed("send_letters", count=1)
    assert leases.take_back_abandoned() == 0


def test_a_job_of_a_dead_process_of_this_machine_does_not_wait_for_its_lease(claimed):
    claimed("send_letters", count=1)
    Job.objects.update(worker=DEAD_NEIGHBOUR)
    assert leases.take_back_abandoned() == 1


def test_a_worker_of_another_machine_is_never_declared_dead():
    assert not processes.is_dead("another:4194305:1:abc")
    assert not processes.is_dead("")


def test_a_living_process_is_not_dead_and_one_with_a_recycled_number_is():
    token = processes.new_token()
    assert not processes.is_dead(token)
    machine, pid, _started, chance = token.split(":")
    assert processes.is_dead(f"{machine}:{pid}:1:{chance}")


def test_a_job_that_keeps_killing_its_worker_is_stopped_with_a_sentence_for_people(claimed):
    job, _lease = claimed("send_letters", count=1)
    Job.objects.update(attempts=RULES.max_attempts, lease_until=timezone.now() - timedelta(seconds=1))
    leases.take_back_abandoned()
    job.refresh_from_db()
    assert job.status == "failed"
    assert "bleibt erhalten" in job.error
    assert str(job.uuid) in job.error


def test_a_failed_attempt_waits_longer_each_time(claimed):
    job, lease = claimed("send_letters", count=1)
    waits = []
    for attempt in range(1, RULES.max_attempts):
        Job.objects.update(status="running", worker="worker-1", attempts=attempt)
        lease.fail_attempt()
        job.refresh_from_db()
        waits.append(round((job.run_after - timezone.now()).total_seconds()))
    assert waits == RULES.wait_after_error
    Job.objects.update(status="running", worker="worker-1", attempts=RULES.max_attempts)
    lease.fail_attempt()
    job.refresh_from_db()
    assert job.status == "failed"


@pytest.mark.usefixtures("letters")
def test_a_job_that_gives_up_says_why(claimed):
    job, lease = claimed("refuse")
    runner.run(job, lease)
    job.refresh_from_db()
    assert (job.status, job.error) == ("failed", "Die Adressliste ist leer. Bitte laden Sie eine neue hoch.")


def test_a_worker_works_off_what_is_due_and_leaves_the_rest(queued, letters):
    due, later = queued("send_letters", count=1), queued("send_letters", count=1)
    Job.objects.filter(pk=later.pk).update(run_after=timezone.now() + timedelta(minutes=5))
    assert runner.work_off() == 1
    due.refresh_from_db(), later.refresh_from_db()
    assert (due.status, later.status) == ("succeeded", "queued")


def test_jobs_without_a_message_get_one_and_not_twice(queued):
    queued("send_letters", count=1)
    queue.wake_for_due()
    queue.wake_for_due()
    assert queue.get_broker().queue_size() == 1


def test_dead_workers_are_forgotten():
    Worker.objects.create(name=DEAD_NEIGHBOUR)
    leases.beat("worker-1")
    assert list(Worker.objects.values_list("name", flat=True)) == ["worker-1"]


def test_a_lease_is_renewed_by_the_keeper(claimed):
    from allmende.kernel.jobs import keeper

    job, lease = claimed("send_letters", count=1)
    Job.objects.update(lease_until=timezone.now() + timedelta(seconds=1))
    with keeper.holding(lease):
        keeper.Keeper("worker-1").look()
    job.refresh_from_db()
    assert job.lease_until > timezone.now() + timedelta(seconds=30)


def test_a_lease_of_somebody_else_cannot_be_used(claimed):
    job, _lease = claimed("send_letters", count=1)
    stranger = Lease(job.pk, "worker-9")
    assert not any(
        [stranger.update(done=9), stranger.succeed(), stranger.fail("x"), stranger.hand_over(), stranger.fail_attempt()]
    )
    job.refresh_from_db()
    assert (job.status, job.done) == ("running", 0)
