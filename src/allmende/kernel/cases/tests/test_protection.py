# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bob tells Charlie what the town knows about him, and deletes it."""

import json
import re
import uuid

import pytest
from django.http import Http404
from django.urls import reverse

from allmende.kernel import registry as house
from allmende.kernel.audit.models import Entry
from allmende.kernel.cases import protection, service
from allmende.kernel.cases.models import Case, Disposal, Letter, Note
from allmende.kernel.cases.tests import garden
from allmende.kernel.messages.models import Message
from allmende.kernel.registry import PersonalData, Room

PAGE = "/vorgaenge/datenschutz/"
CHARLIE = "charlie@lindental.example"


@pytest.fixture
def correspondence(opened, alice) -> Case:
    case = opened()
    service.note(case, "Ruft ungern an", actor=alice)
    service.answer(case, "Die Linde darf fallen.", ticket=uuid.uuid4(), actor=alice)
    opened("Fremde Tanne", contact=service.Contact(name="Dora", email="dora@lindental.example"))
    return case


@pytest.fixture
def desk(client, bob):
    client.force_login(bob)
    return client


def ask(client, do: str = "show", contact: str = CHARLIE, **given):
    return client.post(PAGE, {"do": do, "contact": contact, **given})


def test_bob_sees_everything_about_charlie_and_nothing_about_dora(desk, correspondence):
    html = ask(desk).content.decode()
    for word in (correspondence.number, "Linde darf fallen", "Ruft ungern an", CHARLIE):
        assert word in html
    assert "Tanne" not in html
    assert "dora@" not in html


@pytest.mark.parametrize("contact", ["CHARLIE@lindental.example", " charlie@lindental.example "])
def test_an_address_is_found_however_it_is_written(desk, correspondence, contact):
    assert correspondence.number in ask(desk, contact=contact).content.decode()


def test_a_number_finds_its_case_and_its_letters(desk, correspondence):
    found = ask(desk, "json", contact=correspondence.number).json()
    assert [case["number"] for case in found["cases"]] == [correspondence.number]
    assert [letter["about"] for letter in found["messages"]] == [correspondence.number]


def test_the_answer_comes_as_json_and_as_a_page(desk, correspondence):
    as_json, as_html = ask(desk, "json"), ask(desk, "html")
    for answer in (as_json, as_html):
        assert "attachment" in answer["Content-Disposition"]
        assert "no-store" in answer["Cache-Control"]
    assert json.loads(as_json.content)["cases"][0]["content"] == {"tree": "Linde"}
    assert "Auskunft nach Art. 15" in as_html.content.decode()
    read = re.sub(r"<[^>]+>", " ", as_html.content.decode())
    assert "Eingegangen" in read
    assert not re.search(r"\b(queued|new|opened|in_progress)\b", read), "states and steps have names"
    assert not re.search(r"\d{4}-\d\d-\d\d\b", read), "days are written as people write them"
    assert "<script" not in as_html.content.decode()


def test_a_person_reads_words_and_not_the_names_of_fields(desk, correspondence):
    html = ask(desk, "html").content.decode()
    for word in ("Schriftwechsel", "Zuständiges Amt", "Eingegangen"):
        assert word in html
    assert "opened_at" not in html
    assert "+00:00" not in html


def test_that_bob_asked_is_audited_without_saying_about_whom(desk, correspondence):
    ask(desk)
    entry = Entry.objects.get(action="cases.person.exported")
    assert entry.detail["cases"] == 1
    assert "charlie" not in str(entry.detail) + entry.subject


def test_bob_erases_charlie_with_a_reason(desk, correspondence):
    answer = desk.post(PAGE, {"do": "erase", "contact": CHARLIE, "reason": "Antrag vom 3. Mai"}, follow=True)
    html = answer.content.decode()
    assert "Antrag vom 3. Mai" in html
    assert Case.objects.filter(contact_email=CHARLIE).count() == 0
    row = Case.objects.get(pk=correspondence.pk)
    assert (row.payload, row.title, row.finished, row.state) == ({}, "", True, "withdrawn")
    assert not Note.objects.exists()
    assert not Letter.objects.exists()
    message = Message.objects.get()
    assert (message.recipient, message.sealed, message.state) == ("", "", "stopped")
    assert Case.objects.get(contact_email="dora@lindental.example").title == "Fremde Tanne"
    line = Disposal.objects.get(kind="cases")
    assert (line.action, line.reason, line.count) == ("erase", "Antrag vom 3. Mai", 1)
    assert not protection.export(CHARLIE, actor=line and answer.wsgi_request.user)["cases"]


def test_without_a_reason_nothing_is_erased(desk, correspondence):
    answer = ask(desk, "erase", reason=" ")
    assert answer.status_code == 422
    assert "Bitte nennen Sie einen Grund." in answer.content.decode()
    assert Case.objects.get(pk=correspondence.pk).payload == garden.PAYLOAD


def test_only_bob_may(correspondence, alice, client):
    client.force_login(alice)
    assert ask(client).status_code == 404
    for verb in (
        lambda: protection.export(CHARLIE, actor=alice),
        lambda: protection.erase(CHARLIE, reason="x", actor=alice),
    ):
        with pytest.raises(Http404):
            verb()
    assert Case.objects.get(pk=correspondence.pk).contact_email == CHARLIE


def find(contact: str) -> list[dict[str, str]]:
    return [{"card": "4711", "of": contact}] if contact == CHARLIE else []


def erase(contact: str) -> int:
    raise RuntimeError("the card index is locked")


def test_other_rooms_answer_too_and_one_that_cannot_erase_stops_all(desk, correspondence, bob, monkeypatch):
    data = PersonalData(name="library", title="Ausweise", find=f"{__name__}:find", erase=f"{__name__}:erase")
    room = Room(name="library", package="x", area=house.Area.DATA, title="x", description="x", personal_data=(data,))
    monkeypatch.setitem(house.reading._current, "registry", house.Registry([*house.registry().rooms, room]))
    assert "4711" in ask(desk).content.decode()
    with pytest.raises(RuntimeError):
        protection.erase(CHARLIE, reason="x", actor=bob)
    assert Case.objects.get(pk=correspondence.pk).contact_email == CHARLIE


def test_nothing_found_offers_nothing_to_delete(desk, correspondence):
    html = ask(desk, contact="niemand@lindental.example").content.decode()
    assert "Endgültig löschen" not in html
    assert reverse("cases_protection") in html
