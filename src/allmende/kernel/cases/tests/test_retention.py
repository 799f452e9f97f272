# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is due is deleted, and the protocol says what, how many and when."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from allmende.kernel.audit.models import Entry
from allmende.kernel.cases import retention, service
from allmende.kernel.cases.models import Case, Disposal, Event, Letter, Note
from allmende.kernel.cases.tests import garden
from allmende.kernel.jobs import leases, runner
from allmende.kernel.jobs import service as jobs
from allmende.kernel.jobs.leases import Lease
from allmende.kernel.messages.models import Message


def tonight() -> None:
    """Run the nightly job as the worker does."""
    jobs.enqueue("allmende.kernel.cases.tasks:dispose", args={}, title="Löschen")
    while job := leases.claim("worker-1"):
        if job.target.endswith("tasks:dispose"):
            runner.run(job, Lease(job.pk, "worker-1"))


def days_later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    monkeypatch.setattr("allmende.kernel.cases.town.today", lambda: timezone.localdate() + timedelta(days=days))


@pytest.fixture
def finished(opened, alice) -> Case:
    """With a note, a letter and an announcement that waits."""
    import uuid

    case = opened()
    service.note(case, "Ruft an", actor=alice)
    service.answer(case, "Ja", ticket=uuid.uuid4(), actor=alice, then="done")
    return Case.objects.get()


@pytest.mark.django_db(transaction=True)
def test_a_case_is_deleted_on_its_day_and_not_before(transactional_db, finished, monkeypatch):
    link = service.citizen_link(finished)
    days_later(monkeypatch, 9)
    tonight()
    assert Case.objects.count() == 1
    days_later(monkeypatch, 10)
    tonight()
    assert not any(model.objects.exists() for model in (Case, Event, Note, Letter))
    assert Message.objects.get().recipient == ""
    assert link
    line = Disposal.objects.get()
    assert (line.action, line.kind, line.state, line.count) == ("delete", garden.TREE, "done", 1)
    entry = Entry.objects.get(action="cases.case.deleted")
    assert "Charlie" not in str(entry.detail)


@pytest.mark.django_db(transaction=True)
def test_a_kind_may_be_kept_without_its_person(transactional_db, opened, alice, monkeypatch):
    for _number in range(3):
        service.move(opened(kind=garden.LETTERBOX), "closed", actor=alice)
    days_later(monkeypatch, 5)
    tonight()
    for case in Case.objects.all():
        assert (case.title, case.contact_name, case.contact_email, case.payload) == ("", "", "", {})
        assert case.number
        assert case.anonymised_at
    line = Disposal.objects.get()
    assert (line.action, line.count) == ("anonymise", 3)
    tonight()
    assert Disposal.objects.get().count == 3, "once is enough"


def test_an_open_case_stays_for_ever(opened, monkeypatch):
    opened()
    days_later(monkeypatch, 4000)
    assert retention.due() == []


def test_a_case_that_went_on_meanwhile_is_spared(finished, alice, monkeypatch):
    service.move(finished, "in_progress", actor=alice)
    days_later(monkeypatch, 11)
    assert retention.dispose(finished.number) == ""
    assert Case.objects.count() == 1


def test_an_anonymous_case_is_shown_without_content(client, opened, alice, monkeypatch):
    case = service.move(opened(), "done", actor=alice)
    retention.anonymise(case)
    client.force_login(alice)
    html = client.get(reverse("cases_detail", args=[case.pk])).content.decode()
    assert "Die persönlichen Angaben wurden am" in html


def test_bob_reads_the_protocol_and_alice_does_not(client, bob, alice):
    retention.note_disposal("delete", garden.TREE, "done")
    retention.note_disposal("delete", garden.TREE, "done")
    client.force_login(bob)
    html = client.get(reverse("cases_protection")).content.decode()
    assert "Baumfällung" in html
    assert "Frist abgelaufen" in html
    assert Disposal.objects.get().count == 2
    client.force_login(alice)
    assert client.get(reverse("cases_protection")).status_code == 404
