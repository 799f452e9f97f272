# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What clerks do with a case: each step once, by those who may, written down, and taken back if need be."""

import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.http import Http404
from django.utils import timezone

from allmende.kernel.accounts.testing import make_user
from allmende.kernel.audit.models import Entry
from allmende.kernel.cases import rules, service
from allmende.kernel.cases.access import visible
from allmende.kernel.cases.models import Case, Event, Letter, Note
from allmende.kernel.messages import delivery
from allmende.kernel.messages.models import Message


def last(case: Case) -> Event:
    return case.events.last()


# --- who may


def test_alice_sees_the_cases_of_her_office_and_those_nobody_is_responsible_for(opened, alice, anton):
    own, others, nobodys, orphan = opened(), opened(unit="bauen"), opened(unit=""), opened(unit="freibad")
    assert set(visible(alice)) == {own, nobodys, orphan}
    assert set(visible(anton)) == {others, nobodys, orphan}


def test_a_clerk_of_no_single_office_sees_all(opened, alice):
    opened(), opened(unit="bauen")
    assert visible(make_user("vera", "clerk")).count() == 2


def test_others_see_nothing(opened, bob, charlie):
    opened()
    for person in (bob, charlie, make_user("erika", "editor", units=["buergerbuero"])):
        assert not visible(person).exists()


@pytest.mark.parametrize(
    "step",
    [
        lambda case, actor: service.take(case, actor=actor),
        lambda case, actor: service.assign(case, actor, actor=actor),
        lambda case, actor: service.hand_over(case, "bauen", actor=actor),
        lambda case, actor: service.move(case, "done", actor=actor),
        lambda case, actor: service.note(case, "x", actor=actor),
        lambda case, actor: service.answer(case, "x", ticket=uuid.uuid4(), actor=actor),
        lambda case, actor: service.withdraw(case, actor=actor),
        lambda case, actor: service.revoke_links(case, actor=actor),
    ],
)
def test_a_foreign_case_does_not_exist(opened, alice, anton, step):
    case = opened()
    with pytest.raises(Http404):
        step(case, anton)
    case.refresh_from_db()
    assert (case.state, case.revision, case.unit) == ("new", 1, "buergerbuero")
    assert not Note.objects.exists()
    assert not Letter.objects.exists()


# --- steps


def test_alice_takes_a_case_and_it_is_in_progress(opened, alice):
    case = service.take(opened(), actor=alice)
    assert (case.assignee, case.state) == (alice, "in_progress")
    assert last(case).what == "taken"


def test_a_case_is_not_assigned_to_somebody_who_may_not_see_it(opened, alice, anton):
    case = opened()
    with pytest.raises(Http404):
        service.assign(case, anton, actor=alice)
    assert service.assign(case, alice, actor=alice).assignee == alice
    assert service.assign(case, None, actor=alice).assignee is None


def test_a_case_handed_over_is_the_other_offices_alone(opened, alice, anton):
    case = service.hand_over(service.take(opened(), actor=alice), "bauen", actor=alice)
    assert (case.unit, case.assignee) == ("bauen", None)
    assert case not in visible(alice)
    assert case in visible(anton)


def test_a_state_that_no_step_leads_to_is_refused(opened, alice):
    case = service.move(opened(), "done", actor=alice)
    with pytest.raises(service.OtherPersonError):
        service.move(case, "withdrawn", actor=alice)
    assert Case.objects.get().state == "done"


def test_a_finished_case_knows_when_it_is_deleted_and_forgets_it_when_it_goes_on(opened, alice):
    case = service.move(opened(), "done", actor=alice)
    assert case.delete_on == timezone.localdate() + timedelta(days=10)
    assert case.finished
    case = service.move(case, "in_progress", actor=alice)
    assert (case.delete_on, case.finished) == (None, False)


def test_whoever_was_slower_changes_nothing(opened, alice):
    case = opened()
    service.take(case, actor=alice, revision=1)
    with pytest.raises(service.OtherPersonError):
        service.move(case, "rejected", actor=alice, revision=1)
    assert Case.objects.get().state == "in_progress"


def test_everything_is_in_history_and_audit_without_a_word_of_it(opened, alice):
    case = opened()
    service.take(case, actor=alice)
    service.note(case, "Ruft ungern an", actor=alice)
    service.answer(case, "Bitte reichen Sie ein Foto nach", ticket=uuid.uuid4(), actor=alice, then="waiting")
    service.reply(case, "Hier ist es", ticket=uuid.uuid4())
    service.withdraw(case)
    steps = ["opened", "taken", "noted", "answered", "replied", "withdrawn"]
    assert [event.what for event in case.events.all()] == steps
    entries = Entry.objects.filter(subject=f"case:{case.number}").order_by("seq")
    assert [entry.action for entry in entries] == [f"cases.case.{step}" for step in steps]
    told = str([(entry.subject, entry.detail) for entry in entries]) + str(
        [event.detail for event in case.events.all()]
    )
    for word in ("ungern", "Foto", "Hier ist", "Charlie", "Linde"):
        assert word not in told


# --- letters


def test_an_answer_is_announced_by_an_e_mail_that_holds_only_a_link(opened, alice):
    case = opened()
    service.answer(case, "Die Linde darf fallen.", ticket=uuid.uuid4(), actor=alice, then="done")
    message = Message.objects.get()
    assert message.next_at > timezone.now(), "it can still be taken back"
    assert "charlie" not in message.sealed
    delivery.attempt(message.pk)
    letter = mail.outbox[0]
    assert letter.to == ["charlie@lindental.example"]
    assert case.number in letter.subject
    assert "http://testserver/vorgang/" in letter.body
    assert "Linde darf" not in letter.body
    assert Case.objects.get().state == "done"


def test_an_answer_sent_twice_is_one_letter(opened, alice):
    case, ticket = opened(), uuid.uuid4()
    for _time in range(2):
        service.answer(case, "Ja", ticket=ticket, actor=alice)
    assert Letter.objects.count() == Message.objects.count() == 1


def test_without_an_address_the_answer_waits_behind_the_link(opened, alice):
    case = opened(contact=service.Contact(name="Charlie"))
    service.answer(case, "Ja", ticket=uuid.uuid4(), actor=alice)
    assert not Message.objects.exists()
    assert Letter.objects.get().text == "Ja"


def test_an_answer_speaks_the_citizens_language(opened, alice):
    case = opened(contact=service.Contact(email="charlie@lindental.example", language="en"))
    service.answer(case, "Yes", ticket=uuid.uuid4(), actor=alice)
    delivery.attempt(Message.objects.get().pk)
    assert "there is an answer to your case" in mail.outbox[0].body


def test_a_reply_wakes_a_case_that_waited_or_was_finished(opened, alice):
    for state in ("waiting", "done"):
        case = service.move(opened(), state, actor=alice)
        case = service.reply(case, "Noch etwas", ticket=uuid.uuid4())
        assert case.state == "in_progress"
    assert service.reply(opened(), "Hallo", ticket=uuid.uuid4()).state == "new"


# --- undo


def done_by(actor, verb, *args, **given):
    batch = uuid.uuid4()
    verb(*args, actor=actor, batch=batch, **given)
    return batch


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        (service.take, {}),
        (service.hand_over, {"unit": "bauen"}),
        (service.move, {"to": "done"}),
        (service.move, {"to": "waiting"}),
        (service.note, {"text": "x"}),
        (service.answer, {"text": "x", "ticket": uuid.UUID(int=1), "then": "done"}),
        (service.withdraw, {}),
    ],
)
def test_every_step_can_be_taken_back(opened, alice, verb, given):
    case = opened()
    fields = ("state", "unit", "assignee_id", "due_on", "days_left", "delete_on", "finished", "state_since")
    before = {name: getattr(Case.objects.get(), name) for name in fields}
    batch = done_by(alice, verb, case, **given)
    assert service.undo(batch, actor=alice) == [case]
    assert {name: getattr(Case.objects.get(), name) for name in fields} == before
    assert not Note.objects.exists()
    assert not Letter.objects.exists()
    assert not Message.objects.exists()
    assert last(case).what == "undone"


def test_what_others_did_cannot_be_taken_back(opened, alice):
    case = opened()
    batch = done_by(alice, service.take, case)
    assert service.undo(batch, actor=make_user("vera", "clerk")) == []
    assert Case.objects.get().assignee == alice


def test_a_step_is_taken_back_once_and_only_while_it_is_the_last(opened, alice):
    case = opened()
    batch = done_by(alice, service.take, case)
    service.note(case, "x", actor=alice)
    with pytest.raises(service.OtherPersonError):
        service.undo(batch, actor=alice)
    other = done_by(alice, service.move, case, to="done")
    service.undo(other, actor=alice)
    with pytest.raises(service.OtherPersonError):
        service.undo(other, actor=alice)


def test_an_old_step_stays(opened, alice, monkeypatch):
    batch = done_by(alice, service.take, opened())
    monkeypatch.setattr(rules, "UNDO_MINUTES", 0)
    with pytest.raises(service.TooLateError):
        service.undo(batch, actor=alice)


def test_an_answer_that_has_left_the_house_stays(opened, alice):
    case = opened()
    batch = done_by(alice, service.answer, case, "Ja", ticket=uuid.uuid4())
    delivery.attempt(Message.objects.get().pk)
    with pytest.raises(service.TooLateError):
        service.undo(batch, actor=alice)
    assert Letter.objects.count() == 1


def test_an_answer_that_its_citizen_may_have_read_stays(opened, alice, monkeypatch):
    case = opened(contact=service.Contact(name="Charlie"))
    batch = done_by(alice, service.answer, case, "Ja", ticket=uuid.uuid4())
    monkeypatch.setattr(rules, "ANSWER_SECONDS", 0)
    with pytest.raises(service.TooLateError):
        service.undo(batch, actor=alice)
    assert Letter.objects.get().text == "Ja"


def test_several_cases_are_given_away_and_taken_back_in_one_go(opened, alice):
    cases = [opened() for _number in range(3)]
    batch, count = service.assign_all([case.pk for case in cases], alice, actor=alice)
    assert count == 3
    assert Case.objects.filter(assignee=alice).count() == 3
    assert len(service.undo(batch, actor=alice)) == 3
    assert not Case.objects.filter(assignee=alice).exists()


def test_of_several_cases_all_are_given_away_or_none(opened, alice, anton):
    nobodys, own = opened(unit=""), opened()
    with pytest.raises(Http404):
        service.assign_all([nobodys.pk, own.pk], anton, actor=alice)
    assert not Case.objects.filter(assignee=anton).exists()
