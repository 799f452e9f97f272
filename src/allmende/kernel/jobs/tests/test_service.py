# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

import ast
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django_q.models import OrmQ, Schedule

from allmende.kernel.accounts.testing import make_user
from allmende.kernel.audit.models import Entry
from allmende.kernel.jobs import leases, service, tasks
from allmende.kernel.jobs.models import Job
from allmende.kernel.jobs.progress import Progress
from allmende.kernel.registry import RegistryError

pytestmark = pytest.mark.django_db

LETTERS = "allmende.kernel.jobs.tests.errands:send_letters"


@pytest.fixture
def letters_schedule():
    def write(**rhythm) -> Schedule:
        service.schedule("town.letters", LETTERS, args={"count": 2}, title="Briefe", **rhythm)
        return Schedule.objects.get(name="town.letters")

    return write


def test_a_job_is_queued_when_its_transaction_commits(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        service.enqueue(LETTERS, args={"count": 1}, title="Briefe")
        assert OrmQ.objects.count() == 0
    assert OrmQ.objects.count() == 1


def test_nothing_is_queued_when_the_transaction_is_rolled_back():
    with transaction.atomic():
        service.enqueue(LETTERS, args={"count": 1}, title="Briefe")
        transaction.set_rollback(True)
    assert not Job.objects.exists()


def test_a_job_for_later_waits_for_its_moment():
    moment = timezone.now() + timedelta(minutes=5)
    job = service.enqueue(LETTERS, args={"count": 1}, title="Briefe", after=moment)
    assert job.run_after == moment
    assert leases.claim("worker-1") is None
    Job.objects.update(run_after=timezone.now())
    assert leases.claim("worker-1") == job


def test_the_same_key_gives_the_same_job_until_it_has_ended():
    first = service.enqueue(LETTERS, args={"count": 1}, title="Briefe", key="letters")
    assert service.enqueue(LETTERS, args={"count": 1}, title="Briefe", key="letters") == first
    Job.objects.update(status="succeeded")
    assert service.enqueue(LETTERS, args={"count": 1}, title="Briefe", key="letters") != first


def test_jobs_without_a_key_stand_beside_each_other():
    assert service.enqueue(LETTERS, args={"count": 1}, title="A") != service.enqueue(
        LETTERS, args={"count": 1}, title="B"
    )


def test_a_wrong_target_or_wrong_arguments_are_noticed_at_once():
    with pytest.raises(RegistryError):
        service.enqueue("allmende.nowhere:nothing", args={}, title="Briefe")
    with pytest.raises(TypeError):
        service.enqueue(LETTERS, args={"colour": "blue"}, title="Briefe")


def test_a_title_is_kept_in_german_and_shown_in_the_readers_language():
    from django.utils import translation

    with translation.override("en"):
        job = service.enqueue(LETTERS, args={"count": 1}, title=gettext_lazy("Alte Aufträge löschen"))
    assert job.title == "Alte Aufträge löschen"


def test_cancelling_and_retrying_are_in_the_audit():
    alice = make_user("alice", "administrator")
    job = service.enqueue(LETTERS, args={"count": 1}, title="Briefe", owner=alice)
    service.cancel(job, actor=alice)
    assert job.status == "cancelled"
    service.retry(job, actor=alice)
    assert job.status == "queued"
    actions = Entry.objects.filter(subject=f"jobs.job:{job.uuid}").order_by("seq").values_list("action", "actor_name")
    assert list(actions) == [("jobs.job.cancelled", "alice"), ("jobs.job.retried", "alice")]


def test_what_has_ended_cannot_be_cancelled_and_what_waits_cannot_be_retried():
    job = service.enqueue(LETTERS, args={"count": 1}, title="Briefe")
    with pytest.raises(service.NotPossibleError):
        service.retry(job, actor=None)
    Job.objects.update(status="succeeded")
    with pytest.raises(service.NotPossibleError):
        service.cancel(job, actor=None)


def test_a_retry_is_refused_while_the_same_work_is_under_way():
    job = service.enqueue(LETTERS, args={"count": 1}, title="Briefe", key="letters")
    Job.objects.update(status="failed")
    service.enqueue(LETTERS, args={"count": 1}, title="Briefe", key="letters")
    with pytest.raises(service.NotPossibleError, match="läuft bereits"):
        service.retry(job, actor=None)


def test_a_schedule_written_twice_is_one_and_keeps_its_appointment(letters_schedule):
    before = letters_schedule(cron="0 3 * * *")
    after = letters_schedule(cron="0 3 * * *")
    assert (after.pk, after.next_run) == (before.pk, before.next_run)
    assert Schedule.objects.filter(name="town.letters").count() == 1


def test_a_schedule_that_gets_another_rhythm_gets_another_appointment(letters_schedule):
    before = letters_schedule(cron="0 3 * * *")
    assert letters_schedule(cron="30 4 * * *").next_run != before.next_run
    assert letters_schedule(minutes=10).schedule_type == Schedule.MINUTES


def test_cron_means_the_towns_own_time(letters_schedule):
    next_run = letters_schedule(cron="0 3 * * *").next_run
    assert timezone.localtime(next_run).hour == 3


@pytest.mark.parametrize("rhythm", [{}, {"cron": "0 3 * * *", "minutes": 5}, {"cron": "every full moon"}])
def test_a_rhythm_nobody_can_read_is_refused(letters_schedule, rhythm):
    with pytest.raises(Exception, match=r"either|cron|columns|moon"):
        letters_schedule(**rhythm)


def test_an_appointment_that_arrives_twice_makes_one_job(letters_schedule):
    arguments = ast.literal_eval(letters_schedule(minutes=5).kwargs)
    tasks.appointment(**arguments, intended="2026-11-22T03:00:00+01:00")
    Job.objects.update(status="succeeded")
    tasks.appointment(**arguments, intended="2026-11-22T03:00:00+01:00")
    assert Job.objects.count() == 1
    tasks.appointment(**arguments, intended="2026-11-23T03:00:00+01:00")
    assert Job.objects.count() == 2


def test_an_appointment_is_skipped_while_the_one_before_is_unfinished(letters_schedule):
    arguments = ast.literal_eval(letters_schedule(minutes=5).kwargs)
    tasks.appointment(**arguments, intended="2026-11-22T03:00:00+01:00")
    tasks.appointment(**arguments, intended="2026-11-22T03:05:00+01:00")
    assert Job.objects.count() == 1


def test_a_schedule_can_be_removed(letters_schedule):
    letters_schedule(minutes=5)
    service.unschedule("town.letters")
    assert not Schedule.objects.filter(name="town.letters").exists()


def test_the_town_tidies_up_old_jobs_every_night(claimed):
    job, lease = claimed("send_letters", count=1)
    old = Job.objects.create(
        target=LETTERS, title="alt", status="failed", finished_at=timezone.now() - timedelta(days=40)
    )
    young = Job.objects.create(target=LETTERS, title="neu", status="succeeded", finished_at=timezone.now())
    tasks.tidy(Progress(job, lease))
    assert set(Job.objects.all()) == {job, young}
    assert old.pk is not None
    assert Schedule.objects.filter(name="jobs.tidy", cron="23 3 * * *").count() == 1
