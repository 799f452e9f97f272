# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A case is opened exactly once, whatever happens, and its number follows the one before."""

import pytest
from django.db import IntegrityError, transaction

from allmende.kernel.audit.models import Entry
from allmende.kernel.cases import service
from allmende.kernel.cases.models import Case, Counter, Event, Letter
from allmende.kernel.cases.tests import garden
from allmende.kernel.jobs.testing import kill, town_of_its_own
from allmende.kernel.registry import RegistryError

SUBMISSIONS = 200


def test_it_works(opened):
    case = opened()
    assert case.number.endswith("-000001")
    assert (case.room, case.kind, case.state) == ("garden", garden.TREE, "new")
    assert [event.what for event in case.events.all()] == ["opened"]
    assert case.due_on is not None


def test_the_same_key_again_opens_nothing_and_changes_nothing(opened):
    first = opened(key="form-7")
    second = opened("Anderer Titel", key="form-7", payload={"other": True})
    assert second.pk == first.pk
    assert Case.objects.get().title == "Linde vor dem Haus"
    assert Counter.objects.get().last == 1


def test_the_same_key_of_another_room_is_another_case(opened, monkeypatch):
    opened(key="form-7")
    Case.objects.create(number="2020-000001", room="other", kind="other.kind", key="form-7", state="new")
    assert Case.objects.count() == 2


def test_a_kind_that_nobody_declares_is_refused(opened):
    with pytest.raises(RegistryError, match=r"garden\.nobody"):
        opened(kind="garden.nobody")


def test_a_number_is_given_back_when_the_rooms_transaction_fails(opened):
    opened()

    def fail() -> None:
        with transaction.atomic():
            opened()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert [opened().number[-6:]] == ["000002"]


def test_numbers_begin_anew_each_year(opened, monkeypatch):
    from datetime import date

    opened()
    monkeypatch.setattr("allmende.kernel.cases.town.today", lambda: date(2031, 1, 2))
    assert opened().number == "2031-000001"


def test_the_audit_names_the_case_and_no_person(opened):
    case = opened()
    entry = Entry.objects.get(action="cases.case.opened")
    assert entry.subject == f"case:{case.number}"
    assert "Charlie" not in str(entry.detail)
    assert "Linde" not in str(entry.detail)


def test_what_was_handed_in_is_kept_as_it_was(opened):
    case = opened()
    for change in ({"payload": {"version": 4}}, {"number": "2026-999999"}, {"key": "x"}, {"room": "other"}):
        with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
            Case.objects.filter(pk=case.pk).update(**change)
    Case.objects.filter(pk=case.pk).update(payload={}, title="")


def test_history_and_letters_cannot_be_rewritten(opened, alice):
    import uuid

    case = opened()
    service.answer(case, "Ja", ticket=uuid.uuid4(), actor=alice)
    with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
        Event.objects.update(actor_name="mallory")
    with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
        Letter.objects.update(text="Nein")


SUBMIT = """
import django; django.setup()
from allmende.kernel import registry as house
from allmende.kernel.cases import service
from allmende.kernel.cases.tests import garden
house.reading._current["registry"] = house.Registry([*house.registry().rooms, garden.ROOM])
for number in range({first}, {last}):
    service.open_case(garden.TREE, key=f"form-{{number}}", title="Linde", payload=garden.PAYLOAD)
"""


@pytest.mark.both_databases
def test_two_hundred_double_submissions_open_two_hundred_cases_without_a_gap(tmp_path):
    """Four processes at once; two of them send each form, and one more is killed in the middle."""
    half = SUBMISSIONS // 2
    with town_of_its_own(tmp_path) as town:
        parts = [(0, half), (0, half), (half, SUBMISSIONS), (half, SUBMISSIONS), (0, SUBMISSIONS)]
        people = [town.start("-c", SUBMIT.format(first=first, last=last)) for first, last in parts]
        town.wait_until(lambda: town.ask("SELECT count(*) FROM cases_case")[0][0] > 10)
        kill(people.pop())
        assert [person.wait(120) for person in people] == [0] * 4, town.log.read_text()[-3000:]
        numbers = [int(row[0][5:]) for row in town.ask("SELECT number FROM cases_case ORDER BY number")]
        assert numbers == list(range(1, SUBMISSIONS + 1))
        assert town.ask("SELECT count(*) FROM cases_event")[0][0] == SUBMISSIONS
        assert town.ask("SELECT last FROM cases_counter")[0][0] == SUBMISSIONS
