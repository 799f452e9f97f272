# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from dataclasses import replace

import pytest
from django.db import connection

from allmende.kernel.jobs import leases, runner, service
from allmende.kernel.jobs.leases import Lease
from allmende.kernel.jobs.models import Job
from allmende.kernel.jobs.progress import HandedOver, JobFailedError, Progress, Stopped
from allmende.kernel.jobs.rules import RULES
from allmende.kernel.jobs.tests.errands import post, posted

pytestmark = pytest.mark.usefixtures("letters")


def again(job: Job) -> Progress:
    """What the next worker starts with."""
    job.refresh_from_db()
    return Progress(job, Lease(job.pk, "worker-1"))


def test_all_letters_are_sent_and_counted(claimed):
    job, lease = claimed("send_letters", count=3)
    runner.run(job, lease)
    job.refresh_from_db()
    assert posted() == [0, 1, 2]
    assert (job.status, job.done, job.total, job.percent) == ("succeeded", 3, 3, 100)
    assert job.message == "Brief 3"
    assert job.finished_at is not None


def test_a_letter_that_fails_is_undone_and_the_next_attempt_starts_with_it(claimed):
    job, lease = claimed("stumble", at=2)
    runner.run(job, lease)
    job.refresh_from_db()
    assert posted() == [0, 1]
    assert (job.status, job.done) == ("queued", 2)
    assert again_items(job, range(4)) == [2, 3]


def again_items(job: Job, items) -> list:
    Job.objects.filter(pk=job.pk).update(status="running", worker="worker-1")
    return list(again(job).each(items))


def test_leaving_the_loop_early_undoes_the_letter_in_hand(claimed):
    job, lease = claimed("send_letters", count=5)
    for number in Progress(job, lease).each(range(5)):
        post(number)
        if number == 2:
            break
    assert posted() == [0, 1]


def test_a_long_letter_says_how_far_it_is_until_it_is_written(claimed):
    job, lease = claimed("send_letters", count=4)
    progress = Progress(job, lease)

    def write(letter: str) -> str:
        if letter == "b":
            progress.part(0.5, 30, 40)
            progress.part(0.6, 31, 40)  # within the same second
            job.refresh_from_db()
            assert (job.message_text, job.count_text, job.percent) == ("Zeilen: 30 von 40", "1 von 4 erledigt", 37)
        return letter

    progress.message("Zeilen")
    assert list(progress.each(["a", "b", "c", "d"], prepare=write)) == ["a", "b", "c", "d"]
    job.refresh_from_db()
    assert (job.message_text, job.percent) == ("Zeilen", 100)


def test_within_a_long_letter_a_job_that_is_cancelled_or_whose_worker_is_to_stop_ends(claimed, monkeypatch):
    job, lease = claimed("send_letters", count=1)
    service.cancel(job, actor=None)
    with pytest.raises(Stopped):
        Progress(job, lease).part(0.5, 1, 2)
    monkeypatch.setattr("allmende.kernel.jobs.stopping.requested", lambda: True)
    with pytest.raises(HandedOver):
        Progress(job, lease).part(0.5, 1, 2)


def test_a_second_round_is_not_mixed_up_with_the_first(claimed):
    job, lease = claimed("send_letters_in_two_rounds", count=2)
    progress = Progress(job, lease)
    assert list(progress.each(["a", "b"])) == ["a", "b"]
    second = progress.each(["c", "d"])
    next(second), next(second)  # d is in hand when the worker dies
    second.close()
    later = again(job)
    assert list(later.each(["a", "b"])) == []
    assert list(later.each(["c", "d"])) == ["d"]


def test_with_a_key_the_list_may_shrink_between_two_attempts(claimed):
    job, lease = claimed("send_letters", count=5)
    for _number in zip(range(3), Progress(job, lease).each([10, 20, 30, 40], key=int), strict=False):
        pass
    assert list(again(job).each([25, 30, 40], key=int)) == [25, 30, 40]


def test_keys_that_do_not_ascend_are_refused(claimed):
    with pytest.raises(ValueError, match="ascend"):
        list(Progress(*claimed("send_letters", count=5)).each([2, 1], key=int))


@pytest.mark.parametrize("now", [["c", "d"], ["x", "y", "z"]])
def test_a_list_that_changed_without_a_key_stops_the_job_instead_of_losing_letters(claimed, now):
    job, lease = claimed("send_letters", count=5)
    loop = Progress(job, lease).each(["a", "b", "c", "d"])
    [next(loop) for _step in range(4)]
    loop.close()
    with pytest.raises(JobFailedError, match="Liste"):
        list(again(job).each(now))


def test_slow_preparation_happens_before_the_transaction(claimed):
    depths = []

    def prepare(number: int) -> str:
        depths.append(len(connection.savepoint_ids))
        return f"Brief {number}"

    for letter in Progress(*claimed("send_letters", count=1)).each([1], prepare=prepare):
        assert letter == "Brief 1"
        depths.append(len(connection.savepoint_ids))
    assert depths[1] == depths[0] + 1


def test_loops_cannot_be_nested(claimed):
    progress = Progress(*claimed("send_letters", count=2))
    next(letters := progress.each([1]))
    with pytest.raises(RuntimeError, match="inside another"):
        list(progress.each([1]))
    letters.close()


def test_sums_survive_with_the_checkpoint(claimed):
    job, lease = claimed("sum_up")
    loop = (first := Progress(job, lease)).each(range(4))
    for number in (0, 1, 2):
        assert next(loop) == number
        first.state["sum"] = first.state.get("sum", 0) + number
    loop.close()  # the worker dies while 2 is in hand
    runner.run(Job.objects.get(pk=job.pk), lease)
    assert Job.objects.get(pk=job.pk).message == "Summe 6"


def test_a_worker_that_lost_its_lease_cannot_finish_the_letter(claimed):
    job, lease = claimed("send_letters", count=3)
    loop = Progress(job, lease).each(range(3))
    post(next(loop))
    Job.objects.filter(pk=job.pk).update(worker="worker-2")
    with pytest.raises(Stopped):
        next(loop)
    assert posted() == []


def test_a_cancelled_job_stops_at_its_next_letter(claimed):
    job, lease = claimed("send_letters", count=3)
    loop = Progress(job, lease).each(range(3))
    post(next(loop))
    next(loop)
    service.cancel(job, actor=None)
    with pytest.raises(Stopped):
        next(loop)
    assert posted() == [0]


def test_a_long_job_lets_others_go_first(claimed, queued, monkeypatch):
    job, lease = claimed("send_letters", count=3)
    other = queued("send_letters", count=1)
    monkeypatch.setattr("allmende.kernel.jobs.progress.RULES", replace(RULES, turn=-1))
    runner.run(job, lease)
    job.refresh_from_db()
    assert (job.status, job.done, job.attempts) == ("queued", 1, 0)
    taken = leases.claim("worker-2")
    assert taken == other
    runner.run(leases.claim("worker-3"), Lease(job.pk, "worker-3"))
    job.refresh_from_db()
    assert (job.status, job.done) == ("succeeded", 3), "nobody waits any more"


def test_a_turn_ends_even_if_nobody_waits(claimed, monkeypatch):
    job, lease = claimed("send_letters", count=3)
    monkeypatch.setattr("allmende.kernel.jobs.progress.RULES", replace(RULES, slice=-1))
    runner.run(job, lease)
    job.refresh_from_db()
    assert (job.status, job.done) == ("queued", 1)


def test_a_job_that_has_done_its_last_item_ends_before_others_have_their_turn(claimed, queued, monkeypatch):
    job, lease = claimed("send_letters", count=2)
    queued("send_letters", count=1)
    monkeypatch.setattr("allmende.kernel.jobs.progress.RULES", replace(RULES, turn=-1))
    runner.run(job, lease)
    runner.run(leases.claim("worker-2"), Lease(Job.objects.exclude(pk=job.pk).get().pk, "worker-2"))
    queued("send_letters", count=1)
    runner.run(leases.claim("worker-3"), Lease(job.pk, "worker-3"))
    job.refresh_from_db()
    assert (job.status, job.done) == ("succeeded", 2)


def test_a_worker_that_is_to_stop_hands_its_job_back(claimed, monkeypatch):
    job, lease = claimed("send_letters", count=3)
    monkeypatch.setattr("allmende.kernel.jobs.progress.stopping.requested", lambda: True)
    with pytest.raises(HandedOver):
        list(Progress(job, lease).each(range(3)))


def test_no_personal_data_of_an_item_stands_in_the_checkpoint(claimed):
    job, lease = claimed("send_letters", count=1)
    list(Progress(job, lease).each([{"name": "Erika Mustermann"}]))
    job.refresh_from_db()
    assert "Mustermann" not in str(job.checkpoint)
