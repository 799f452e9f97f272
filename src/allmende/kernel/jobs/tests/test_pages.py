# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

import asyncio
import json
import threading

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.test import AsyncClient, Client
from django.urls import reverse
from django.utils import translation

from allmende.kernel.accounts.testing import make_user
from allmende.kernel.jobs import service
from allmende.kernel.jobs.models import Job

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

LETTERS = "allmende.kernel.jobs.tests.errands:send_letters"


@pytest.fixture
def alice():
    return make_user("alice", "clerk")


@pytest.fixture
def admin():
    return make_user("dora", "administrator")


@pytest.fixture
def job(alice) -> Job:
    job = service.enqueue(LETTERS, args={"count": 4}, title="Briefe versenden", owner=alice)
    Job.objects.filter(pk=job.pk).update(total=4, done=1, message="Brief 1")
    return job


def page(user, address: str, method: str = "get"):
    client = Client()
    if user is not None:
        client.force_login(user)
    return getattr(client, method)(address)


def test_alice_watches_her_own_job(alice, job):
    text = page(alice, job.get_absolute_url()).content.decode()
    assert "Briefe versenden" in text
    assert "1 von 4 erledigt" in text
    assert 'value="25"' in text
    assert "Auftrag abbrechen" in text
    assert '<noscript><meta http-equiv="refresh"' in text


def test_a_finished_job_is_not_reloaded(alice, job):
    Job.objects.update(status="succeeded")
    text = page(alice, job.get_absolute_url()).content.decode()
    assert "http-equiv" not in text
    assert "Auftrag abbrechen" not in text


def test_charlie_does_not_learn_that_the_job_exists(job):
    charlie = make_user("charlie", "citizen")
    assert page(charlie, job.get_absolute_url()).status_code == 404
    for name in ("cancel", "retry"):
        assert page(charlie, reverse(f"jobs:{name}", args=[job.uuid]), "post").status_code == 404
    assert page(charlie, reverse("jobs:events", args=[job.uuid])).status_code == 404


def test_an_anonymous_visitor_is_led_to_the_login(job):
    assert page(None, job.get_absolute_url()).status_code == 302
    assert page(None, reverse("jobs:events", args=[job.uuid])).status_code == 404


def test_only_who_may_read_all_jobs_sees_the_list(alice, admin, job):
    assert page(alice, reverse("jobs:list")).status_code == 404
    assert "Briefe versenden" in page(admin, reverse("jobs:list")).content.decode()


def test_the_list_is_filtered_by_state_and_words(admin, job):
    service.enqueue(LETTERS, args={"count": 1}, title="Suche neu aufbauen")
    Job.objects.filter(pk=job.pk).update(status="failed")
    found = page(admin, reverse("jobs:list") + "?status=failed").content.decode()
    assert "Briefe versenden" in found
    assert "Suche neu aufbauen" not in found
    assert "Suche neu aufbauen" in page(admin, reverse("jobs:list") + "?q=aufbauen").content.decode()
    assert "Filter aufheben" in page(admin, reverse("jobs:list") + "?q=nirgends").content.decode()


def test_the_list_asks_the_database_the_same_number_of_times_however_long_it_is(
    admin, job, django_assert_max_num_queries
):
    client = Client()
    client.force_login(admin)
    client.get(reverse("jobs:list"))
    for number in range(20):
        service.enqueue(LETTERS, args={"count": 1}, title=f"Brief {number}", owner=admin)
    with django_assert_max_num_queries(8):
        client.get(reverse("jobs:list"))


def test_alice_cancels_her_job_but_cannot_retry_it(alice, admin, job):
    assert page(alice, reverse("jobs:cancel", args=[job.uuid]), "post").status_code == 302
    job.refresh_from_db()
    assert job.status == "cancelled"
    assert "Auftrag fortsetzen" not in page(alice, job.get_absolute_url()).content.decode()
    assert page(alice, reverse("jobs:retry", args=[job.uuid]), "post").status_code == 404
    assert "Auftrag fortsetzen" in page(admin, job.get_absolute_url()).content.decode()
    page(admin, reverse("jobs:retry", args=[job.uuid]), "post")
    job.refresh_from_db()
    assert (job.status, job.done) == ("queued", 1)


def test_cancelling_needs_the_csrf_token(alice, job):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.post(reverse("jobs:cancel", args=[job.uuid])).status_code == 403


def test_a_job_that_ended_in_the_meantime_is_explained(alice, job):
    Job.objects.update(status="succeeded")
    client = Client()
    client.force_login(alice)
    answer = client.post(reverse("jobs:cancel", args=[job.uuid]), follow=True)
    assert "schon beendet" in answer.content.decode()


def test_what_a_function_says_is_shown_as_text(alice, job):
    Job.objects.update(message="<script>alert(1)</script>", status="failed", error="<b>x</b>")
    text = page(alice, job.get_absolute_url()).content.decode()
    assert "<script>alert" not in text
    assert "<b>x</b>" not in text


def test_the_english_page_is_english(alice, job):
    client = Client(headers={"accept-language": "en"})
    client.force_login(alice)
    with translation.override("de"):  # ends with the test's own language
        text = client.get(job.get_absolute_url()).content.decode()
    for words in ("1 of 4 done", "Cancel job", "Waiting"):
        assert words in text


@pytest.mark.django_db(transaction=True)
def test_progress_arrives_as_it_happens_without_keeping_a_thread_or_a_connection(alice, job, monkeypatch):
    monkeypatch.setattr("allmende.kernel.jobs.stream.RULES", _Quick())

    async def watch() -> tuple[list[str], int]:
        client = AsyncClient()
        await sync_to_async(client.force_login)(alice)
        answer = await client.get(reverse("jobs:events", args=[job.uuid]))
        assert answer["Content-Type"].startswith("text/event-stream")
        events, threads = [], 0
        async for chunk in answer.streaming_content:
            events.append(chunk.decode())
            threads = max(threads, sum(t.name.startswith("ThreadPool") for t in threading.enumerate()))
            if len(events) == 1:
                await sync_to_async(Job.objects.update)(done=2, message="Brief 2")
            elif len(events) == 2:
                await sync_to_async(Job.objects.update)(status="succeeded", done=4)
        await sync_to_async(connections.close_all)()
        return events, threads

    events, _threads = asyncio.run(watch())
    data = [json.loads(event.split("data: ", 1)[1]) for event in events]
    assert [one["done"] for one in data] == [1, 2, 4]
    assert [one["status"] for one in data] == ["queued", "queued", "succeeded"]
    assert data[0]["count"] == "1 von 4 erledigt"
    assert events[-1].startswith("event: finished")


class _Quick:
    stream_for = 10.0
    stream_every = 0.01
